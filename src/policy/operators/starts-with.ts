/** `starts_with`: the text starts with the operand, or with one of them. */
import { partOperator } from "./texts.ts";

export const startsWith = partOperator("starts_with", (text, part) => text.startsWith(part), {
	failed: "does not start with",
	held: "starts with",
});
