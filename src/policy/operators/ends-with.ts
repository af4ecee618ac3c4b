/** `ends_with`: the text ends with the operand, or with one of them. */
import { partOperator } from "./texts.ts";

export const endsWith = partOperator("ends_with", (text, part) => text.endsWith(part), {
	failed: "does not end with",
	held: "ends with",
});
