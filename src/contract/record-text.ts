/**
 * The bytes of a record. They are made in two steps by two owners: whoever tells of an act writes everything from `event_id` on,
 * the log puts `v`, `seq` and `prev` in front. Nothing is ever parsed and serialised again in between.
 */
import { type AuditRecord, RECORD_KEYS, RECORD_MAX_BYTES, RECORD_VERSION, type UnsequencedRecord } from "./audit-record.ts";

export { RECORD_MAX_BYTES };

/** What the log adds in front. */
const HEAD_BYTES = 128;

const BODY_KEYS = RECORD_KEYS.filter((key): key is keyof UnsequencedRecord => key !== "v" && key !== "seq" && key !== "prev");

/**
 * A record's JSON from `event_id` on, keys in the order of the format, absent ones left out. One that would be too long
 * gives up its longest parts, each for a note of how long it was.
 */
export function recordText(record: UnsequencedRecord): string {
	const text = serialise(record);
	if (text.length * 3 + HEAD_BYTES <= RECORD_MAX_BYTES || utf8Length(text) + HEAD_BYTES <= RECORD_MAX_BYTES) return text;
	return serialise(shorten(record));
}

/** Puts the log's own keys in front of what {@link recordText} made. */
export function sequencedText(body: string, seq: number, prev: string): string {
	return `{"v":${RECORD_VERSION},"seq":${seq},"prev":"${prev}",${body.slice(1)}`;
}

/** A stored record, as the API answers it. */
export function readRecord(bytes: string): AuditRecord {
	return JSON.parse(bytes) as AuditRecord;
}

function serialise(record: UnsequencedRecord): string {
	const ordered: Record<string, unknown> = {};
	for (const key of BODY_KEYS) if (record[key] !== undefined) ordered[key] = record[key];
	return JSON.stringify(ordered);
}

/** Cuts `fields`, `facts` and `reason`, the longest value first, until the record fits. */
function shorten(record: UnsequencedRecord): UnsequencedRecord {
	const cut: UnsequencedRecord = { ...record };
	if (cut.reason !== undefined) cut.reason = cutText(cut.reason, 512);
	if (cut.fields)
		cut.fields = Object.fromEntries(Object.entries(cut.fields).map(([name, value]) => [name, cutValue(value, 256)]));
	if (cut.facts) {
		cut.facts = cut.facts.map((fact) => ({
			...fact,
			saw: Object.fromEntries(Object.entries(fact.saw).map(([name, value]) => [name, cutValue(value, 128)])),
			...(fact.detail === undefined ? {} : { detail: cutText(fact.detail, 256) }),
		}));
	}
	if (fits(cut)) return cut;
	if (cut.facts) cut.facts = cut.facts.slice(0, 8);
	if (cut.fields) cut.fields = Object.fromEntries(Object.entries(cut.fields).slice(0, 16));
	if (fits(cut)) return cut;
	return { ...cut, facts: undefined, fields: undefined };
}

function fits(record: UnsequencedRecord): boolean {
	return utf8Length(serialise(record)) + HEAD_BYTES <= RECORD_MAX_BYTES;
}

function cutValue(value: unknown, most: number): unknown {
	const text = typeof value === "string" ? value : JSON.stringify(value);
	return text.length <= most ? value : { cut: text.slice(0, most).toWellFormed(), length: text.length };
}

function cutText(text: string, most: number): string {
	return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`;
}

/** Bytes that a well-formed text takes in UTF-8. */
function utf8Length(text: string): number {
	let bytes = text.length;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit > 0x7ff) bytes += unit >= 0xd800 && unit <= 0xdfff ? 1 : 2;
		else if (unit > 0x7f) bytes += 1;
	}
	return bytes;
}
