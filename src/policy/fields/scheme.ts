/** `.scheme`: of a URL, in lower case. */
import { UNREADABLE_FORM } from "../reading.ts";
import { readUrl } from "../url.ts";
import type { DerivedField } from "./derived.ts";

export const scheme: DerivedField = {
	name: "scheme",
	of: "text",
	gives: "string",
	operands: "scheme",
	human: "scheme",
	derive: (value) => (typeof value === "string" ? (readUrl(value)?.scheme ?? UNREADABLE_FORM) : UNREADABLE_FORM),
};
