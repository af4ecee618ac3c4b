/** `.count`: how many values a list has. A field that takes one value or a list counts one for the one value. */
import { UNREADABLE_FORM } from "../reading.ts";
import type { DerivedField } from "./derived.ts";

export const count: DerivedField = {
	name: "count",
	of: "list",
	gives: "number",
	operands: "plain",
	human: "count",
	derive: (value) => (Array.isArray(value) ? value.length : value === null ? UNREADABLE_FORM : 1),
};
