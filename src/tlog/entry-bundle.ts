/**
 * Entry bundles: up to 256 records, each after its length in two bytes, the high one first.
 * @see https://c2sp.org/tlog-tiles#log-entries
 */
import { TILE_WIDTH } from "./tiles.ts";

const LENGTH_BYTES = 2;
const ENTRY_MAX_BYTES = 65_535;

/** The bytes of a bundle; null when an entry is longer than two bytes can tell (a record is at most 16 KiB). */
export function entryBundle(records: readonly (string | Uint8Array)[]): Uint8Array | null {
	const encoder = new TextEncoder();
	const entries = records.map((record) => (typeof record === "string" ? encoder.encode(record) : record));
	if (entries.some((entry) => entry.length > ENTRY_MAX_BYTES)) return null;
	const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + LENGTH_BYTES + entry.length, 0));
	let at = 0;
	for (const entry of entries) {
		bytes[at] = entry.length >> 8;
		bytes[at + 1] = entry.length & 0xff;
		bytes.set(entry, at + LENGTH_BYTES);
		at += LENGTH_BYTES + entry.length;
	}
	return bytes;
}

/** The entries of a bundle, as views of its bytes; null when it is cut short, or has not exactly `width` entries. */
export function readEntryBundle(bytes: Uint8Array, width: number): Uint8Array[] | null {
	const entries: Uint8Array[] = [];
	let at = 0;
	while (at < bytes.length) {
		if (at + LENGTH_BYTES > bytes.length || entries.length === TILE_WIDTH) return null;
		const end = at + LENGTH_BYTES + (bytes[at] as number) * 256 + (bytes[at + 1] as number);
		if (end > bytes.length) return null;
		entries.push(bytes.subarray(at + LENGTH_BYTES, end));
		at = end;
	}
	return entries.length === width ? entries : null;
}
