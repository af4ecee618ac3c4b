/** `startsWith`, `endsWith`, `contains` and `matches`. */
import type { Expr } from "./cel-expression.ts";
import { type Loop, type Lowered, type Lowering, refuse } from "./lowering.ts";
import { readTerm } from "./terms.ts";
import { testOf } from "./test-document.ts";

/** `x.startsWith("a")` and its like. */
export function lowerTextTest(
	expr: Expr,
	op: string,
	target: Expr,
	part: Expr,
	loop: Loop | null,
	lowering: Lowering,
): Lowered | null {
	const subject = readTerm(target, loop, lowering);
	const operand = subject && readTerm(part, loop, lowering);
	if (subject === null || operand === null) return null;
	if (subject.kind === "constant") return refuse(lowering, target, "a field should stand before the dot");
	if (operand.kind === "field") {
		if (op === "matches") return refuse(lowering, part, "a regular expression is a constant");
		if (operand.element) return refuse(lowering, part, "a value of a list is tested, and cannot be what others are tested for");
		if (subject.element && op === "contains") return refuse(lowering, part, "within a macro `contains` takes a constant");
		return testOf(subject, op, { field: operand.field }, expr, loop, lowering);
	}
	if (typeof operand.value !== "string") return refuse(lowering, part, "a text should stand here");
	if (operand.value === "") return refuse(lowering, part, "an empty text is part of every text; say what should be there");
	if (!subject.element || op !== "contains") return testOf(subject, op, operand.value, expr, loop, lowering);
	// On a list `contains` looks for a whole value.
	if (/[*?]/.test(operand.value))
		return refuse(lowering, part, "within a macro `contains` takes no `*` and no `?`; use `matches`");
	return testOf(subject, "glob", `*${operand.value}*`, expr, loop, lowering);
}
