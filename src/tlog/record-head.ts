/** What verifying a log needs of a record, read from the exact bytes. The rest of a record is not judged here. */
import { RECORD_MAX_BYTES, RECORD_VERSION } from "../contract/audit-record.ts";
import { isWellFormed } from "./bytes.ts";

export interface RecordHead {
	seq: number;
	/** Hex of the leaf hash of the record before. */
	prev: string;
	workspace: string;
	actId: string;
	state: string;
	/** ISO 8601, as the record has it. */
	time: string;
}

export type ReadHead = { ok: true; head: RecordHead } | { ok: false; code: "not_a_record" | "too_long"; message: string };

/** The log puts these three in front of every record, so that they are found without a parser. */
const HEAD = /^\{"v":([0-9]{1,9}),"seq":([1-9][0-9]{0,15}),"prev":"([0-9a-f]{64})",/;

/**
 * Reads a record's text. Refuses what is longer than a record may be, not one JSON object, of another version, or without the
 * keys that every record has; also what a parser would read otherwise than its first bytes say (a key twice).
 */
export function readHead(text: string): ReadHead {
	if (text.length * 3 > RECORD_MAX_BYTES && new TextEncoder().encode(text).length > RECORD_MAX_BYTES)
		return { ok: false, code: "too_long", message: `it is longer than the ${RECORD_MAX_BYTES} bytes that a record may take` };
	if (!isWellFormed(text)) return notARecord("it has half a character, which no bytes spell");
	const found = HEAD.exec(text);
	if (!found) return notARecord('it does not begin with {"v":…,"seq":…,"prev":"…",');
	if (Number(found[1]) !== RECORD_VERSION) return notARecord(`it has version ${found[1]}; this program reads ${RECORD_VERSION}`);
	const record = text.endsWith("}") ? parseObject(text) : null;
	if (!record) return notARecord("it is not one JSON object from its first byte to its last");
	const seq = Number(found[2]);
	const { workspace, act_id: actId, state, time } = record;
	if (record.v !== RECORD_VERSION || record.seq !== seq || record.prev !== found[3] || !Number.isSafeInteger(seq))
		return notARecord("its number or its prev is there twice");
	if (typeof workspace !== "string" || typeof actId !== "string" || typeof state !== "string" || typeof time !== "string")
		return notARecord("workspace, act_id, state or time is missing");
	return { ok: true, head: { seq, prev: found[3] as string, workspace, actId, state, time } };
}

function parseObject(text: string): Record<string, unknown> | null {
	try {
		return JSON.parse(text) as Record<string, unknown>;
	} catch {
		return null;
	}
}

function notARecord(message: string): ReadHead {
	return { ok: false, code: "not_a_record", message };
}
