/** `.length`: of a text, in characters (Unicode code points), as JSON Schema's `maxLength` counts. */
import { UNREADABLE_FORM } from "../reading.ts";
import type { DerivedField } from "./derived.ts";

export const length: DerivedField = {
	name: "length",
	of: "text",
	gives: "number",
	operands: "plain",
	human: "length",
	derive: (value) => (typeof value === "string" ? codePoints(value) : UNREADABLE_FORM),
};

function codePoints(text: string): number {
	let count = text.length;
	for (let i = 0; i < text.length - 1; i++) {
		const unit = text.charCodeAt(i);
		if (unit >= 0xd800 && unit <= 0xdbff) {
			count--;
			i++;
		}
	}
	return count;
}
