/**
 * The bytes of a record. They are made in two steps by two owners: whoever tells of an act writes everything from `event_id` on,
 * the log puts `v`, `seq` and `prev` in front. Nothing is ever parsed and serialised again in between.
 */
import { type AuditRecord, RECORD_KEYS, RECORD_MAX_BYTES, RECORD_VERSION, type UnsequencedRecord } from "./audit-record.ts";

export { RECORD_MAX_BYTES };

/** What the log adds in front. */
const HEAD_BYTES = 128;

const BODY_KEYS = RECORD_KEYS.filter((key): key is keyof UnsequencedRecord => key !== "v" && key !== "seq" && key !== "prev");

/** A digest of a text, with its algorithm in front: `sha256:…`. */
export type TextDigest = (text: string) => string;

/**
 * A record's JSON from `event_id` on, keys in the order of the format, absent ones left out. One that would be too long gives up
 * its longest values, each for its beginning, its length and its digest: who has the value can still prove that it was this one.
 * No guard is ever left out.
 */
export function recordText(record: UnsequencedRecord, digest: TextDigest): string {
	let text = serialise(record);
	if (text.length * 3 + HEAD_BYTES <= RECORD_MAX_BYTES) return text;
	for (const room of ROOMS) {
		if (utf8Length(text) + HEAD_BYTES <= RECORD_MAX_BYTES) break;
		text = serialise(shorten(record, room, digest));
	}
	return text;
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

/** How many characters of each value stay; null where all values of a kind go into one note. */
interface Room {
	reason: number;
	fields: number | null;
	/** Of what guards saw. */
	seen: number | null;
	detail: number;
}

/** Tried in turn. What the last one leaves always fits: 64 guards with nothing but their names and which way they went. */
const ROOMS: Room[] = [
	{ reason: 512, fields: 256, seen: 128, detail: 256 },
	{ reason: 512, fields: 64, seen: 16, detail: 64 },
	{ reason: 512, fields: null, seen: 0, detail: 32 },
	{ reason: 256, fields: null, seen: null, detail: 0 },
];

/** Stands for all values that had to go together. No field of an input is read under this name. */
const THE_REST = "…";

function shorten(record: UnsequencedRecord, room: Room, digest: TextDigest): UnsequencedRecord {
	const { reason, fields, facts } = record;
	const cut: UnsequencedRecord = { ...record };
	if (reason !== undefined) cut.reason = cutText(reason, room.reason);
	if (fields !== undefined) cut.fields = cutValues(fields, room.fields, digest);
	if (facts !== undefined) {
		cut.facts = facts.map(({ detail, ...fact }) => ({
			...fact,
			saw: room.seen === null ? {} : cutValues(fact.saw, room.seen, digest),
			...(detail === undefined || room.detail === 0 ? {} : { detail: cutText(detail, room.detail) }),
		}));
	}
	return cut;
}

function cutValues(values: Record<string, unknown>, most: number | null, digest: TextDigest): Record<string, unknown> {
	if (most === null) {
		const note = cutValue(values, 0, digest);
		return note === values ? values : { [THE_REST]: note };
	}
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, cutValue(value, most, digest)]));
}

/** The same form as of a value that the guards saw and that is too long: its type, its length, its digest and how it begins. */
export function cutValue(value: unknown, most: number, digest: TextDigest): unknown {
	const text = typeof value === "string" ? value : JSON.stringify(value);
	if (text.length <= Math.max(most, NOTE_CHARACTERS)) return value;
	const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
	const note = { type, length: text.length, digest: digest(text) };
	return most === 0 ? note : { ...note, start: text.slice(0, most).toWellFormed() };
}

/** What such a note takes: a shorter value stays as it is. */
const NOTE_CHARACTERS = 120;

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
