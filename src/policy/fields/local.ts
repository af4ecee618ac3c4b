/** `.local`: what stands before the `@` of a plain e-mail address, as it was written. */
import { readEmailAddress } from "../email-address.ts";
import { UNREADABLE_FORM } from "../reading.ts";
import type { DerivedField } from "./derived.ts";

export const local: DerivedField = {
	name: "local",
	of: "text",
	gives: "string",
	operands: "local",
	human: "local part",
	derive: (value) => (typeof value === "string" ? (readEmailAddress(value)?.local ?? UNREADABLE_FORM) : UNREADABLE_FORM),
};
