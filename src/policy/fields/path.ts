/** `.path`: of a URL, as written, `/` where there is none. A path that two servers could read differently cannot be read. */
import { UNREADABLE_FORM } from "../reading.ts";
import { readUrl } from "../url.ts";
import type { DerivedField } from "./derived.ts";

export const path: DerivedField = {
	name: "path",
	of: "text",
	gives: "string",
	operands: "plain",
	human: "path",
	derive: (value) => (typeof value === "string" ? (readUrl(value)?.path ?? UNREADABLE_FORM) : UNREADABLE_FORM),
};
