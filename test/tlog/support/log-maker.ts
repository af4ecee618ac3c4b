/** Logs as the service writes them: real record bytes, chained, in a tree, under signed checkpoints. */
import { FIRST_PREV, type UnsequencedRecord } from "../../../src/contract/audit-record.ts";
import { ID_RANDOM_BYTES, makeId } from "../../../src/contract/ids.ts";
import { recordText, sequencedText } from "../../../src/contract/record-text.ts";
import { signCheckpoint } from "../../../src/tlog/checkpoint.ts";
import { leafHash } from "../../../src/tlog/merkle-tree.ts";
import { type NoteSigner, signerOf } from "../../../src/tlog/note-keys.ts";
import { textDigest } from "../../../src/tlog/text-digest.ts";
import type { Chance } from "./chance.ts";
import { type GrownTree, hex, treeOf } from "./node-store.ts";

export interface MadeLog {
	workspace: string;
	signer: NoteSigner;
	/** Records as their source wrote them. */
	bodies: string[];
	/** The bytes on the log. */
	records: string[];
	tree: GrownTree;
}

export const START_MS = Date.parse("2026-11-23T09:00:00.000Z");
const ODD_TEXTS = ["refund", "Grüße 漢字 🐝", 'quote " slash / \\', "line\nbreak\u2028\u0000", "\u202eevil", "x".repeat(300)];

/** The signer of a log of this origin. */
export function signerFor(chance: Chance, origin: string): NoteSigner {
	return signerOf(Buffer.from(chance.bytes(32)).toString("hex"), origin) as NoteSigner;
}

/** A log of `size` records: calls that ran, were denied or held, and administrative acts; a few may be open at its end. */
export function makeLog(chance: Chance, size: number, signer?: NoteSigner): MadeLog {
	const workspace = makeId("ws", START_MS, chance.bytes(ID_RANDOM_BYTES));
	const bodies = makeBodies(chance, workspace, size);
	return { workspace, signer: signer ?? signerFor(chance, `hivekey.example/log/${workspace}`), bodies, ...chain(bodies) };
}

/** Numbers, chains and hashes what sources wrote. */
export function chain(bodies: readonly string[]): { records: string[]; tree: GrownTree } {
	const records: string[] = [];
	let prev = FIRST_PREV;
	const leaves = bodies.map((body, index) => {
		const record = sequencedText(body, index + 1, prev);
		const leaf = leafHash(record);
		prev = hex(leaf) as string;
		records.push(record);
		return leaf;
	});
	return { records, tree: treeOf(leaves) };
}

/** Checkpoints that were signed before: signing is most of the work of a small test. */
const signed = new WeakMap<GrownTree, Map<string, string>>();

/** The signed checkpoint of the log's first `size` records. */
export function checkpointOf(log: Pick<MadeLog, "signer" | "tree">, size: number, signer = log.signer): string {
	const known = signed.get(log.tree) ?? new Map<string, string>();
	signed.set(log.tree, known);
	const name = `${size} ${log.signer.name} ${signer.vkey}`;
	const root = log.tree.rootOf(size);
	const note = known.get(name) ?? (signCheckpoint({ origin: log.signer.name, size, root, extensions: [] }, [signer]) as string);
	known.set(name, note);
	return note;
}

/** One record's body. */
export function bodyOf(chance: Chance, nowMs: number, record: Partial<UnsequencedRecord> & { workspace: string }): string {
	return recordText(
		{
			event_id: makeId("evt", nowMs, chance.bytes(ID_RANDOM_BYTES)),
			time: new Date(nowMs).toISOString(),
			kind: "action",
			agent: "support-agent",
			token_id: "tok_0Ux5dcZU0000000000000a",
			act_id: makeId("act", nowMs, chance.bytes(ID_RANDOM_BYTES)),
			action: "mail.send",
			state: "intent",
			verdict: "allow",
			role: { name: "support-agent", rev: 3, hash: "5f083f0a1a33ca07" },
			facts: [{ guard: "own-domain", when: true, took: "allow", saw: { "input.to": ["a@example.com"] } }],
			fields: { to: ["a@example.com"], subject: chance.pick(ODD_TEXTS) },
			input_digest: hex(chance.bytes(32)) as string,
			request_id: makeId("req", nowMs, chance.bytes(ID_RANDOM_BYTES)),
			source_ip: "192.0.2.7",
			...record,
		},
		textDigest,
	);
}

function makeBodies(chance: Chance, workspace: string, size: number): string[] {
	const bodies: string[] = [];
	const open: { act_id: string; state: "intent" | "held" }[] = [];
	let nowMs = START_MS;
	while (bodies.length < size) {
		nowMs += chance.upTo(2_000);
		const act = open.length > chance.upTo(3) ? open.shift() : undefined;
		if (act?.state === "held" && chance.upTo(1) === 0) {
			bodies.push(bodyOf(chance, nowMs, { workspace, act_id: act.act_id, state: "released" }));
			open.push({ act_id: act.act_id, state: "intent" });
		} else if (act) {
			const state = act.state === "held" ? chance.pick(["denied", "expired"] as const) : chance.pick(ENDS);
			bodies.push(bodyOf(chance, nowMs, { workspace, act_id: act.act_id, state, duration_ms: chance.upTo(900) }));
		} else {
			const act_id = makeId("act", nowMs, chance.bytes(ID_RANDOM_BYTES));
			const state = chance.pick(["intent", "intent", "intent", "held", "denied", "done"] as const);
			bodies.push(bodyOf(chance, nowMs, { workspace, act_id, state, kind: state === "done" ? "admin" : "action" }));
			if (state === "intent" || state === "held") open.push({ act_id, state });
		}
	}
	return bodies;
}

const ENDS = ["executed", "executed", "executed", "failed", "unknown"] as const;
