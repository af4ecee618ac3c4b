/** `.domain`: of a plain e-mail address, in lower case. */
import { readEmailAddress } from "../email-address.ts";
import { UNREADABLE_FORM } from "../reading.ts";
import type { DerivedField } from "./derived.ts";

export const domain: DerivedField = {
	name: "domain",
	of: "text",
	gives: "string",
	operands: "domain",
	human: "domain",
	derive: (value) => (typeof value === "string" ? (readEmailAddress(value)?.domain ?? UNREADABLE_FORM) : UNREADABLE_FORM),
};
