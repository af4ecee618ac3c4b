/** JSON for programs: the values unchanged, and nothing in it that a terminal would obey. */
import { escapeUnsafe } from "./printable.ts";

/** Indented by two spaces, for a whole answer. */
export function prettyJson(value: unknown): string {
	return escapeUnsafe(JSON.stringify(value, null, 2));
}

/** On one line, for a stream of them. */
export function jsonLine(value: unknown): string {
	return escapeUnsafe(JSON.stringify(value));
}
