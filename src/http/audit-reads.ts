/** What the routes that read the log have in common. */
import * as z from "zod";
import type { KeyScope } from "../contract/admin.ts";
import { RECORD_STATES } from "../contract/audit-record.ts";
import { EFFECTS } from "../contract/verdict.ts";
import type { Answer } from "./endpoint.ts";
import { queryInteger } from "./page-query.ts";

export const READ_SCOPES: readonly KeyScope[] = ["audit"];

/** The tag of a read that was noted: what carries it goes on with that read, and is not noted again. */
export const READ_TAG = "x-audit-read";
export const READ_TAG_MEANING =
	"Names the read on the log (`audit.read`) that this answer belongs to. Sent along by whoever goes on reading, it saves another one.";

/** Which records, in a query. */
export const auditFilters = {
	agent: z.string().max(128).optional(),
	action: z.string().max(300).optional(),
	verdict: z.enum(EFFECTS).optional(),
	state: z.enum(RECORD_STATES).optional(),
	kind: z.enum(["action", "admin"]).optional(),
	text: z.string().min(1).max(256).optional(),
};

export const sequenceNumber = queryInteger(0, Number.MAX_SAFE_INTEGER);

/** The read could not be put on the log: so nothing is shown. */
export const NOT_NOTED: Answer = {
	problem: "unavailable",
	detail: "that the log is read could not be put on the log, so nothing was read",
};

/** The reader says that it has more of the log than there is. */
export function beyondTheEnd(path: string, seq: number, head: number): Answer {
	const message = `the log ends at ${head}: there is no record ${seq}; check which workspace it was of`;
	return { problem: "invalid_request", detail: `${path}: ${message}`, errors: [{ path, code: "beyond_the_end", message }] };
}
