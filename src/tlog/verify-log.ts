/**
 * Verifying a log with nothing but its records, a pinned key and checkpoints: no network, no clock. Memory stays flat, whatever
 * is fed in, but for the acts that are open.
 */
import { toBase64 } from "./bytes.ts";
import { type Anchors, type LogStart, readAnchors } from "./log-anchors.ts";
import type { LogFault, LogReport, LogVerdict, Unchecked, UncheckedCode } from "./log-verdict.ts";
import { LogWalk } from "./log-walk.ts";
import { DEFAULT_GRACE, type Grace } from "./open-acts.ts";

export interface LogToVerify {
	/** The exact text or bytes of each record, in order: lines of an NDJSON export (`recordLines`) or entries of bundles. */
	records: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;
	/** The verifier keys that the user pinned for this log. */
	vkeys: readonly string[];
	/** The signed note of the checkpoint that the records should end at. */
	checkpoint: string;
	/** Signed notes of checkpoints that the user kept from earlier, in any order. */
	kept?: readonly string[];
	/** Where the records begin, if not at 1. */
	start?: LogStart;
	/** The workspace whose log it should be; without it, the first record's. */
	workspace?: string;
	/** ISO 8601: when the records were fetched, if that was now. Without it, acts are young by the newest record's time. */
	asOf?: string;
	grace?: Grace;
}

const LISTED_ACTS = 1_000;
/** Keeps a byte order mark and refuses what is not UTF-8: a text stands for its bytes. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Checks that every record is well formed and in its place, the chain of `prev`, the tree against the checkpoint and every kept
 * one, the signatures, and that acts have an end. Stops at the first fault. Never throws, unless reading `records` does.
 */
export async function verifyLog(log: LogToVerify): Promise<LogVerdict> {
	const read = readAnchors(log);
	if (!read.ok) return { kind: "broken", fault: read.fault };
	const { anchors } = read;
	const walk = new LogWalk(anchors, log.workspace ?? null);
	let count = 0;
	for await (const record of log.records) {
		const text = typeof record === "string" ? record : decoded(record);
		const seq = anchors.edge.size + count + 1;
		const fault = text === null ? notUtf8(seq) : walk.take(text);
		if (fault) return { kind: "broken", fault };
		count++;
	}
	const fault = walk.end();
	if (fault) return { kind: "broken", fault };
	const report = reportOf(log, anchors, walk, count);
	return { kind: report.unresolved_count > 0 ? "unresolved" : "sound", ...report };
}

function reportOf(log: LogToVerify, anchors: Anchors, walk: LogWalk, records: number): LogReport {
	const { unresolved, young } = walk.acts.sorted(log.grace ?? DEFAULT_GRACE, log.asOf);
	return {
		origin: anchors.last.origin,
		workspace: walk.workspace,
		size: anchors.last.size,
		root: toBase64(anchors.last.root),
		from: anchors.edge.size + 1,
		records,
		matched: walk.matched,
		unresolved: unresolved.slice(0, LISTED_ACTS),
		unresolved_count: unresolved.length,
		young: young.slice(0, LISTED_ACTS),
		young_count: young.length,
		unchecked: uncheckedOf(log, anchors, walk),
	};
}

function uncheckedOf(log: LogToVerify, anchors: Anchors, walk: LogWalk): Unchecked[] {
	const { edge, last, older, prev } = anchors;
	const unchecked: Unchecked[] = [];
	const say = (applies: boolean, code: UncheckedCode, message: string) => {
		if (applies) unchecked.push({ code, message });
	};
	say(
		true,
		"later_records",
		`whether there are records after ${last.size}: these end exactly at the checkpoint, as an older honest export does; only a later checkpoint would tell`,
	);
	say(
		!log.kept || log.kept.length === 0,
		"no_kept_checkpoint",
		"whether the service showed the same log before, or to others: no checkpoint was kept to compare with",
	);
	say(
		edge.size > 0,
		"before_start",
		`the records before ${edge.size + 1}: only that the signed tree grew from the declared edge`,
	);
	say(
		older > 0,
		"kept_before_start",
		`${older} kept checkpoints from before record ${edge.size + 1}: begin earlier to check them`,
	);
	say(prev === null, "first_prev", `prev of record ${edge.size + 1}: the start does not tell the hash of the record before`);
	say(
		walk.acts.sawUnknownState,
		"unknown_states",
		"whether every act has an end: there are states that this program does not know: update it",
	);
	say(walk.acts.overflowed, "too_many_open", "whether every act has an end: too many were open at once");
	return unchecked;
}

function decoded(bytes: Uint8Array): string | null {
	try {
		return UTF8.decode(bytes);
	} catch {
		return null;
	}
}

function notUtf8(seq: number): LogFault {
	return { code: "not_utf8", seq, message: `record ${seq} is not UTF-8: it was changed on the way: export it again` };
}
