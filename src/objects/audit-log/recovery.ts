/**
 * Bringing D1, R2 and this object together again: after this object lost its tables, after D1 was restored to an earlier time, after
 * a reply was lost. It goes on only where what they have is one history, and stops where it is not.
 */
import { toBase64 } from "../../tlog/bytes.ts";
import { BatchText } from "./batch-text.ts";
import { type AuditLogPorts, LogStopped } from "./log-ports.ts";
import { BEGINNING, type Head, type Place, RecordWalk, type StoredRecord } from "./places.ts";
import { bundledRecords, newestCheckpoint, type PublishedLog, publishedLog } from "./published-log.ts";
import type { Sequencer } from "./sequencer.ts";

const PAGE_RECORDS = 256;

/**
 * Compares where D1 ends with what this object knows, and makes up for what one of them lacks. Afterwards pending batches can be
 * committed. May be called at any time, and again after it failed anywhere.
 * @throws LogStopped if the two cannot be brought together
 */
export async function reconcile(ports: AuditLogPorts, workspaceId: string, sequencer: Sequencer): Promise<void> {
	const stored: Head = (await ports.storedHead(workspaceId)) ?? BEGINNING;
	if (!sequencer.started) return begin(ports, workspaceId, sequencer, stored);
	const { head, confirmed, published } = sequencer;
	if (stored.seq > head.seq) {
		sequencer.adopt(await walkStored(ports, workspaceId, head, stored.seq));
		sequencer.noteFact("restored", "1");
		return;
	}
	if (stored.seq < confirmed.seq) sequencer.noteFact("restored", "1");
	if (stored.seq < published.seq) {
		await refill(ports, workspaceId, stored, published);
		await keepCheckpoint(ports, workspaceId);
		sequencer.unconfirm();
		return requireKept(sequencer, published.seq);
	}
	const own = sequencer.hashOf(stored.seq);
	if (own === null) throw new LogStopped("log_gap", { after: stored.seq, confirmed: confirmed.seq });
	if (own !== stored.hash) throw new LogStopped("log_mismatch", { at: stored.seq });
	if (stored.seq < confirmed.seq) {
		sequencer.unconfirm();
		requireKept(sequencer, stored.seq);
	} else if (stored.seq > confirmed.seq && sequencer.knownPlace(stored.seq - 1, stored.seq)) sequencer.confirm(stored.seq);
}

/** Where this object knows nothing: from the newest checkpoint and its tiles, or from the first record in D1. */
async function begin(ports: AuditLogPorts, workspaceId: string, sequencer: Sequencer, stored: Head): Promise<void> {
	const { checkpoint, claimedSize } = await newestCheckpoint(ports, workspaceId);
	const published = checkpoint && (await publishedLog(ports, workspaceId, checkpoint));
	if (!published) {
		// There were more records than D1 has, and nothing to fill them in from.
		if (claimedSize > stored.seq) throw new LogStopped("log_gap", { after: stored.seq, signed: claimedSize });
		const head = await walkStored(ports, workspaceId, BEGINNING, stored.seq, checkpoint);
		return sequencer.start(workspaceId, { head, published: BEGINNING, nodes: [] });
	}
	await meetStored(ports, workspaceId, published, stored);
	const head = await walkStored(ports, workspaceId, published.place, Math.max(stored.seq, published.place.seq));
	sequencer.start(workspaceId, { head, published: published.place, nodes: published.nodes });
}

/** Makes sure that D1 has the signed record that the newest checkpoint ends with, filling in what it lacks. */
async function meetStored(ports: AuditLogPorts, workspaceId: string, { place }: PublishedLog, stored: Head): Promise<void> {
	if (stored.seq < place.seq) {
		await refill(ports, workspaceId, stored, place);
		await keepCheckpoint(ports, workspaceId);
		return;
	}
	const [row] = await ports.recordsAfter(workspaceId, place.seq - 1, 1);
	// Where the record has left D1 for an archive, the one after it chains to its hash.
	const there = stored.seq === place.seq ? stored : row?.seq === place.seq ? row : null;
	if (there && there.hash !== place.hash) throw new LogStopped("log_mismatch", { at: place.seq });
}

/** Goes over D1's records after a place, all of them recomputed from their bytes. */
async function walkStored(
	ports: AuditLogPorts,
	workspaceId: string,
	from: Place,
	upTo: number,
	signed: { size: number; root: Uint8Array } | null = null,
): Promise<Place> {
	const walk = new RecordWalk(from);
	while (walk.seq < upTo) {
		const page = await ports.recordsAfter(workspaceId, walk.seq, Math.min(PAGE_RECORDS, upTo - walk.seq));
		if (page.length === 0) throw new LogStopped("log_gap", { after: walk.seq });
		for (const row of page) {
			if (!walk.take(row)) throw new LogStopped("log_mismatch", { at: row.seq });
			if (signed?.size === walk.seq && toBase64(signed.root) !== toBase64(walk.root))
				throw new LogStopped("log_mismatch", { at: walk.seq, what: "the root is not the one that was signed" });
		}
	}
	return walk.place;
}

/**
 * Gives D1 back what it lost, byte for byte, from the bundles in R2. They are all gone over before the first record is written:
 * D1 keeps whatever it is given.
 */
async function refill(ports: AuditLogPorts, workspaceId: string, stored: Head, to: Place): Promise<void> {
	const ends: Head[] = [];
	for await (const records of bundledRecords(ports, workspaceId, stored, to)) {
		const last = records.at(-1);
		if (last) ends.push({ seq: last.seq, hash: last.hash });
	}
	let from = stored;
	for (const end of ends) {
		for await (const records of bundledRecords(ports, workspaceId, from, end))
			for (const batch of batchesOf(records)) await ports.commit(workspaceId, batch);
		from = end;
	}
	ports.log("log_refilled", { workspace_id: workspaceId, from: stored.seq + 1, to: to.seq });
}

function* batchesOf(records: StoredRecord[]): Generator<{ lastSeq: number; records: string }> {
	const batch = new BatchText();
	for (const [index, { seq, hash, record }] of records.entries()) {
		batch.add(seq, hash, record);
		const next = records[index + 1];
		if (next && batch.hasRoomFor(next.record)) continue;
		yield { lastSeq: seq, records: batch.take() };
	}
}

/** A restored D1 lacks its newest checkpoints too. */
async function keepCheckpoint(ports: AuditLogPorts, workspaceId: string): Promise<void> {
	const { checkpoint, note } = await newestCheckpoint(ports, workspaceId);
	if (!checkpoint || note === null) return;
	const { size, root } = checkpoint;
	// Without it the next checkpoint, which is larger, is the newest: not worth stopping for.
	await ports.saveCheckpoint(workspaceId, { size, root: toBase64(root), note, time: new Date().toISOString() }).catch(() => {});
}

/** What comes after a number must still be kept here, or there would be a hole. */
function requireKept(sequencer: Sequencer, seq: number): void {
	if (sequencer.head.seq === seq) return;
	const oldest = sequencer.oldestKept;
	if (oldest === null || oldest > seq + 1) throw new LogStopped("log_gap", { after: seq, kept_from: oldest });
}
