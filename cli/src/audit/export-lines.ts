/** Records -> the lines of an export, and back to where an export has come to. */
import type { AuditRecord, ExportedRecord } from "../../../sdk/typescript/src/index.ts";
import { toHex } from "../../../src/tlog/bytes.ts";
import { leafHash } from "../../../src/tlog/merkle-tree.ts";
import { readHead } from "../../../src/tlog/record-head.ts";
import { csvRow } from "../output/csv.ts";
import { fieldsText } from "./detail.ts";

export type LineFormat = "ndjson" | "csv";

/** The number first: it says where to go on. */
const COLUMNS = [
	"seq",
	"time",
	"kind",
	"act_id",
	"agent",
	"action",
	"state",
	"verdict",
	"matched_guard",
	"reason_code",
	"reason",
	"fields",
] as const;
const MORE_COLUMNS = ["token_id", "request_id", "source_ip", "upstream_status", "duration_ms"] as const;

/** The first line of a file, if its format has one. */
export function headLine(format: LineFormat): string | null {
	return format === "csv" ? csvRow([...COLUMNS, ...MORE_COLUMNS]) : null;
}

/** One record as a line: its own bytes, or a row that no spreadsheet runs. */
export function lineOf(format: LineFormat, { bytes }: ExportedRecord): Uint8Array {
	return format === "ndjson"
		? bytes
		: new TextEncoder().encode(csvLine(JSON.parse(new TextDecoder().decode(bytes)) as AuditRecord));
}

function csvLine(record: AuditRecord): string {
	const cell = (name: (typeof COLUMNS)[number] | (typeof MORE_COLUMNS)[number]) =>
		name === "fields" ? fieldsText(record.fields) : String(record[name] ?? "");
	return csvRow([...COLUMNS, ...MORE_COLUMNS].map(cell));
}

/** Where an export has come to. */
export interface Place {
	seq: number;
	/** The leaf hash (hex) of that record, where the file has its bytes. */
	hash: string | null;
}

/** The place after a file's last whole line; null if that is no line of such an export. */
export function placeAfter(format: LineFormat, line: string): Place | null {
	if (format === "csv") {
		if (line === headLine("csv")) return { seq: 0, hash: null };
		const [, seq] = /^(\d{1,15}),/.exec(line) ?? [];
		return seq === undefined ? null : { seq: Number(seq), hash: null };
	}
	const read = readHead(line);
	return read.ok ? { seq: read.head.seq, hash: toHex(leafHash(line)) } : null;
}

/** The hash that a record names as that of the one before it. */
export function prevOf({ bytes }: ExportedRecord): string | null {
	const read = readHead(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
	return read.ok ? read.head.prev : null;
}
