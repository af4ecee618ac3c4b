/**
 * Retention: records older than the window leave D1, a few bundles at a time, once each bundle was read back from R2 and found to be
 * the very records, under a root that was signed. Everything before the last step only reads, and the last is one batch: whatever is
 * cut short begins again.
 */
import { openCheckpoint } from "../tlog/checkpoint.ts";
import { TILE_WIDTH } from "../tlog/tiles.ts";
import { checkBundle, type RecordToSeal } from "./check-bundle.ts";
import type { PublishedLogPorts } from "./published-log-ports.ts";
import { readCheckpoint } from "./read-checkpoint.ts";

/** Bundles that leave D1 in one batch: 1,024 records. */
const BUNDLES_A_STEP = 4;
/** Steps of one round, over all workspaces: 16,384 records. */
const STEPS_A_ROUND = 16;
const WORKSPACES_A_ROUND = 64;

export interface SealedBundle {
	/** The number of its first record. */
	first_seq: number;
	/** SHA-256 of its bytes, hex. */
	sha256: string;
}

export interface SealPorts extends PublishedLogPorts {
	digests: { sha256(content: Uint8Array): string };
	/** What has left D1, and how more leaves it. */
	retention: {
		/** Some workspaces that have a whole bundle of records from before a time (RFC 3339). */
		workspaces(before: string, limit: number): Promise<string[]>;
		/** Up to which number records are sealed. */
		sealedSeq(workspaceId: string): Promise<number>;
		/** Records after a number, in order, as D1 has them. */
		records(workspaceId: string, after: number, limit: number): Promise<RecordToSeal[]>;
		/** Notes what the bundles have, raises the watermark and lets their records leave D1: all or nothing. */
		seal(workspaceId: string, bundles: readonly SealedBundle[]): Promise<void>;
	};
	log: (event: string, details: Record<string, unknown>) => void;
}

export type SealStep =
	| { kind: "sealed"; upTo: number }
	/** Nothing is old enough, or no checkpoint covers it yet. */
	| { kind: "nothing" }
	/** What R2 has is not what D1 has: nothing left D1. */
	| { kind: "refused"; what: string; path?: string };

/**
 * One round over the workspaces that have something to seal. A workspace whose archive is not as it must be is passed over, and
 * said so in every round: it is for the operator to look.
 * @param before - records from before this time (RFC 3339, UTC, milliseconds) may leave
 */
export async function sealLogs(ports: SealPorts, before: string): Promise<void> {
	let due = await ports.retention.workspaces(before, WORKSPACES_A_ROUND);
	for (let steps = 0; due.length > 0; ) {
		const more: string[] = [];
		for (const workspaceId of due) {
			if (steps++ >= STEPS_A_ROUND) return;
			try {
				const step = await sealStep(ports, workspaceId, before);
				if (step.kind === "sealed") more.push(workspaceId);
				if (step.kind === "refused") {
					const { kind: _, ...why } = step;
					ports.log("log_seal_refused", { workspace_id: workspaceId, ...why });
				}
			} catch (error) {
				ports.log("log_seal_failed", { workspace_id: workspaceId, error });
			}
		}
		due = more;
	}
}

/**
 * Lets the oldest bundles of one log leave D1, at most four.
 * @throws when a store is away; then nothing has left, or all of the step
 */
export async function sealStep(ports: SealPorts, workspaceId: string, before: string): Promise<SealStep> {
	const sealed = await ports.retention.sealedSeq(workspaceId);
	const newest = await readCheckpoint(ports, workspaceId, sealed + TILE_WIDTH);
	if (!newest || newest.size < sealed + TILE_WIDTH) return { kind: "nothing" };
	const opened = openCheckpoint(newest.note, newest.vkey === "" ? [] : [newest.vkey]);
	if (!opened.ok || opened.checkpoint.size !== newest.size)
		return { kind: "refused", what: "the newest checkpoint is not signed by a key of this deployment" };

	const files = new Map<string, Promise<Uint8Array | null>>();
	const readFile = (path: string) => {
		const file = files.get(path) ?? ports.published.tile(workspaceId, path);
		files.set(path, file);
		return file;
	};
	const bundles: SealedBundle[] = [];
	for (let after = sealed; bundles.length < BUNDLES_A_STEP && after + TILE_WIDTH <= newest.size; after += TILE_WIDTH) {
		const records = await ports.retention.records(workspaceId, after, TILE_WIDTH);
		if (records.some(({ time }) => time !== null && time >= before)) break;
		const checked = await checkBundle(records, opened.checkpoint, readFile);
		if (!checked.ok) return stillRefused(ports, workspaceId, sealed, { what: checked.what, path: checked.path });
		bundles.push({ first_seq: after + 1, sha256: ports.digests.sha256(checked.bytes) });
	}
	const last = bundles.at(-1);
	if (!last) return { kind: "nothing" };
	await ports.retention.seal(workspaceId, bundles);
	return { kind: "sealed", upTo: last.first_seq + TILE_WIDTH - 1 };
}

/** Another round may have sealed the same bundles meanwhile: then there is nothing wrong with them. */
async function stillRefused(
	ports: SealPorts,
	workspaceId: string,
	sealed: number,
	why: { what: string; path: string },
): Promise<SealStep> {
	return (await ports.retention.sealedSeq(workspaceId)) === sealed ? { kind: "refused", ...why } : { kind: "nothing" };
}
