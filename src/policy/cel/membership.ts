/** `in`: among constants, or among the values of a field. */
import type { Expr } from "./cel-expression.ts";
import { foldComparison } from "./constants.ts";
import { type Loop, type Lowered, type Lowering, refuse } from "./lowering.ts";
import { type ConstantTerm, readTerm, type Term } from "./terms.ts";
import { testOf } from "./test-document.ts";

/** `x in [1, 2]`, and `x in list` for a field that is a list. */
export function lowerIn(expr: Expr, args: readonly Expr[], loop: Loop | null, lowering: Lowering): Lowered | null {
	const [needle, hay] = args as [Expr, Expr];
	const left = readTerm(needle, loop, lowering);
	if (left === null) return null;
	if (hay.exprKind.case === "listExpr") return inConstants(left, hay, hay.exprKind.value.elements, expr, loop, lowering);
	if (hay.exprKind.case === "structExpr")
		return refuse(lowering, hay, "there are no maps; put the keys in a list, as in `x in ['a', 'b']`");
	if (hay.exprKind.case === "identExpr" && hay.exprKind.value.name === "input")
		return refuse(lowering, expr, "whether there is a field is asked with `has`, as in `has(input.cc)`");
	const right = readTerm(hay, loop, lowering);
	if (right === null) return null;
	if (right.kind === "constant") return refuse(lowering, hay, "after `in` a list should stand");
	if (left.kind === "field") {
		if (right.element) return refuse(lowering, expr, "a value of a list is no list itself");
		return testOf(left, "in", { field: right.field }, expr, loop, lowering);
	}
	if (left.value === "") return refuse(lowering, needle, EMPTY_AMONG);
	// Not `contains`, which looks for a part where the field is a text.
	if (loop?.of === "values") return refuse(lowering, expr, "a list within a macro over values cannot be looked through");
	return { field: right.field, match: "any", eq: left.value };
}

const EMPTY_AMONG = "an empty text is in no list; ask for it with `x == ''`";

function inConstants(
	left: Term,
	list: Expr,
	elements: readonly Expr[],
	expr: Expr,
	loop: Loop | null,
	lowering: Lowering,
): Lowered | null {
	const constants: ConstantTerm[] = [];
	for (const element of elements) {
		const term = readTerm(element, loop, lowering);
		if (term === null) return null;
		if (term.kind === "field")
			return refuse(lowering, element, "lists are of constants; compare with a field by `==`, as in `x == y || x in [1, 2]`");
		if (term.value === "") return refuse(lowering, element, EMPTY_AMONG);
		constants.push(term);
	}
	if (constants.length === 0) return refuse(lowering, list, "nothing is in an empty list");
	if (left.kind === "field")
		return testOf(
			left,
			"in",
			constants.map(({ value }) => value),
			expr,
			loop,
			lowering,
		);
	const outcomes = constants.map(({ value }) => foldComparison(left.value, "eq", value));
	return outcomes.includes(null) ? refuse(lowering, expr, "these constants cannot be compared") : outcomes.includes(true);
}
