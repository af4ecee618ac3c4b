/** What a log is verified against: checkpoints that pinned keys signed, and where the records begin. */

import { FIRST_PREV } from "../contract/audit-record.ts";
import { toBase64, toHex } from "./bytes.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import type { LogFault, LogFaultCode } from "./log-verdict.ts";
import { sameHash } from "./merkle-tree.ts";
import { verifierOf } from "./note-keys.ts";
import { TreeEdge } from "./tree-edge.ts";

/** Where records begin that are not the whole log. */
export interface LogStart {
	/** The edge of the tree before the first record, as `TreeEdge.toText` writes it. */
	edge: string;
	/** Leaf hash (hex) of the record before the first one, if it is known. */
	prev?: string;
}

export interface Anchors {
	/** The checkpoint that the records should end at. */
	last: Checkpoint;
	/** Kept checkpoints of sizes that the records reach, smallest first, one of each size. */
	kept: Checkpoint[];
	/** Kept checkpoints that are newer than the last, and how many are older than the start. */
	later: Checkpoint[];
	older: number;
	edge: TreeEdge;
	/** What the first record's `prev` should be; null when it cannot be told. */
	prev: string | null;
}

export type ReadAnchors = { ok: true; anchors: Anchors } | { ok: false; fault: LogFault };

/** Opens and orders them, and refuses those that contradict each other. */
export function readAnchors(input: {
	vkeys: readonly string[];
	checkpoint: string;
	kept?: readonly string[];
	start?: LogStart;
}): ReadAnchors {
	const badKey = input.vkeys.find((vkey) => !verifierOf(vkey));
	if (badKey !== undefined) return refuse("key_refused", `the pinned key "${badKey}" is not a verifier key: copy it again`);
	const last = openCheckpoint(input.checkpoint, input.vkeys);
	if (!last.ok) return refuse("checkpoint_refused", `the checkpoint: ${last.message}`);
	const checkpoints = [last.checkpoint];
	for (const [index, note] of (input.kept ?? []).entries()) {
		const opened = openCheckpoint(note, input.vkeys);
		if (!opened.ok) return refuse("kept_checkpoint_refused", `kept checkpoint ${index + 1}: ${opened.message}`);
		if (opened.checkpoint.origin !== last.checkpoint.origin)
			return refuse(
				"kept_checkpoint_refused",
				`kept checkpoint ${index + 1} is of the log "${opened.checkpoint.origin}", not of "${last.checkpoint.origin}"`,
			);
		checkpoints.push(opened.checkpoint);
	}
	const split = splitView(checkpoints);
	if (split) return { ok: false, fault: split };
	const start = readStart(input.start, last.checkpoint.size);
	if (!start)
		return refuse("start_refused", "the declared start is not the edge of a tree that the checkpoint could have grown from");
	return { ok: true, anchors: { last: last.checkpoint, ...arrange(checkpoints, start.edge.size), ...start } };
}

/** Two signed roots of one size: proof that the log shows different things to different people. */
function splitView(checkpoints: readonly Checkpoint[]): LogFault | null {
	const bySize = new Map<number, Checkpoint>();
	for (const checkpoint of checkpoints) {
		const other = bySize.get(checkpoint.size);
		if (other && !sameHash(other.root, checkpoint.root)) {
			const roots = `${toBase64(other.root)} and ${toBase64(checkpoint.root)}`;
			const message = `size ${checkpoint.size}: the log signed two roots, ${roots}: keep both notes, they prove it`;
			return { code: "split_view", seq: null, message };
		}
		bySize.set(checkpoint.size, checkpoint);
	}
	return null;
}

function arrange(checkpoints: readonly Checkpoint[], startSize: number): Pick<Anchors, "kept" | "later" | "older"> {
	const [last, ...rest] = checkpoints as [Checkpoint, ...Checkpoint[]];
	const bySize = new Map(rest.map((checkpoint) => [checkpoint.size, checkpoint]));
	const sorted = [...bySize.values()].sort((one, other) => one.size - other.size);
	return {
		kept: sorted.filter(({ size }) => size >= startSize && size <= last.size),
		later: sorted.filter(({ size }) => size > last.size),
		older: sorted.filter(({ size }) => size < startSize).length,
	};
}

function readStart(start: LogStart | undefined, lastSize: number): Pick<Anchors, "edge" | "prev"> | null {
	if (!start) return { edge: new TreeEdge(), prev: FIRST_PREV };
	const edge = TreeEdge.parse(start.edge);
	if (!edge || edge.size > lastSize) return null;
	const leaf = edge.lastLeaf();
	const known = edge.size === 0 ? FIRST_PREV : leaf ? toHex(leaf) : null;
	if (start.prev !== undefined && (!/^[0-9a-f]{64}$/.test(start.prev) || (known !== null && known !== start.prev))) return null;
	return { edge, prev: start.prev ?? known };
}

function refuse(code: LogFaultCode, message: string): ReadAnchors {
	return { ok: false, fault: { code, seq: null, message } };
}
