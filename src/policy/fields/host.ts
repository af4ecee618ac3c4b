/** `.host`: of a URL, a domain in lower case or an IP address without brackets. The port is not part of it. */
import { UNREADABLE_FORM } from "../reading.ts";
import { readUrl } from "../url.ts";
import type { DerivedField } from "./derived.ts";

export const host: DerivedField = {
	name: "host",
	of: "text",
	gives: "string",
	operands: "host",
	human: "host",
	derive: (value) => (typeof value === "string" ? (readUrl(value)?.host ?? UNREADABLE_FORM) : UNREADABLE_FORM),
};
