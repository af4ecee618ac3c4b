/** Comma-separated values (RFC 4180) that no spreadsheet runs. */
import { printable } from "./printable.ts";

/** What a spreadsheet takes for the start of a formula, in its full-width forms too. */
const FORMULA = /^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]/;

/** One row. A cell that would start a formula gets an apostrophe in front. */
export function csvRow(cells: string[]): string {
	return cells.map(csvCell).join(",");
}

function csvCell(text: string): string {
	const safe = printable(FORMULA.test(text) ? `'${text}` : text);
	return /[",;\s]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
