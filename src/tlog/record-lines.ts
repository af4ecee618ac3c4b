/** The records of an NDJSON export: the bytes between its newlines, unchanged. */
import { RECORD_MAX_BYTES } from "../contract/audit-record.ts";

const NEWLINE = 10;

/**
 * Cuts chunks of bytes at each newline. What follows the last newline is a record as well, if there is anything. A line longer
 * than a record may be is handed on cut off, as the last one: what verifies it refuses it, and memory stays flat.
 */
export async function* recordLines(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let begun: Uint8Array = new Uint8Array(0);
	for await (const chunk of chunks) {
		let start = 0;
		for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
			const line = joined(begun, chunk.subarray(start, end));
			begun = new Uint8Array(0);
			start = end + 1;
			yield line;
			if (line.length > RECORD_MAX_BYTES) return;
		}
		begun = joined(begun, chunk.subarray(start));
		if (begun.length > RECORD_MAX_BYTES) {
			yield begun.slice(0, RECORD_MAX_BYTES + 1);
			return;
		}
	}
	if (begun.length > 0) yield begun;
}

/** Both in a row; the second alone is not copied. */
function joined(begun: Uint8Array, more: Uint8Array): Uint8Array {
	if (begun.length === 0) return more;
	const whole = new Uint8Array(begun.length + more.length);
	whole.set(begun);
	whole.set(more, begun.length);
	return whole;
}
