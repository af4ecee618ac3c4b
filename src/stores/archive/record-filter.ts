/** Whether a record matches: the predicate of the query in D1, word for word, for records that have left it. */
import type { AuditFilters, StoredRecord } from "../../gateway/ports.ts";
import type { Scan } from "../d1/audit-scan.ts";

type Wanted = Pick<Scan, "filters" | "above" | "below" | "since" | "until">;

const COLUMNS = ["agent", "action", "verdict", "state", "kind"] as const satisfies (keyof AuditFilters)[];

/** @returns a function that says whether a record is one of those that the scan asks for */
export function recordFilter({ filters, above, below, since, until }: Wanted): (row: StoredRecord) => boolean {
	const text = filters.text === undefined ? null : lower(filters.text.toWellFormed());
	const columns = COLUMNS.filter((name) => filters[name] !== undefined);
	const looksInside = columns.length > 0 || since !== undefined || until !== undefined;
	return ({ seq, record }) => {
		if (seq <= above || (below !== null && seq >= below)) return false;
		if (text !== null && !lower(record).includes(text)) return false;
		if (!looksInside) return true;
		const { time, ...values } = JSON.parse(record) as Record<string, unknown>;
		if (!columns.every((name) => values[name] === filters[name])) return false;
		if (since !== undefined && !(typeof time === "string" && time >= since)) return false;
		return until === undefined || (typeof time === "string" && time < until);
	};
}

/** As SQLite's lower(): the letters of ASCII, and no others. */
function lower(text: string): string {
	return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
