/** `==`, `!=`, `<`, `<=`, `>` and `>=`. */
import type { Expr } from "./cel-expression.ts";
import { foldComparison } from "./constants.ts";
import { type FieldTerm, isOurs } from "./fields.ts";
import { type Loop, type Lowered, type Lowering, refuse } from "./lowering.ts";
import { readTerm, type Term } from "./terms.ts";
import { testOf } from "./test-document.ts";

/** CEL's comparisons, each with ours and with ours where the sides are swapped. */
export const COMPARISONS: ReadonlyMap<string, readonly [string, string]> = new Map([
	["_==_", ["eq", "eq"]],
	["_!=_", ["ne", "ne"]],
	["_<_", ["lt", "gt"]],
	["_<=_", ["lte", "gte"]],
	["_>_", ["gt", "lt"]],
	["_>=_", ["gte", "lte"]],
]);

/** `a == b` and its like, a constant or a field on either side. */
export function lowerComparison(
	expr: Expr,
	name: string,
	args: readonly Expr[],
	loop: Loop | null,
	lowering: Lowering,
): Lowered | null {
	const [op, swapped] = COMPARISONS.get(name) as readonly [string, string];
	const left = readTerm(args[0] as Expr, loop, lowering);
	const right = left && readTerm(args[1] as Expr, loop, lowering);
	if (left === null || right === null) return null;
	if (left.kind === "constant") {
		if (right.kind === "field") return compare(right, swapped, left, expr, loop, lowering);
		const outcome = foldComparison(left.value, op, right.value);
		return outcome ?? refuse(lowering, expr, "these two constants cannot be compared");
	}
	return right.kind === "field" && standsRight(left, right)
		? compare(right, swapped, left, expr, loop, lowering)
		: compare(left, op, right, expr, loop, lowering);
}

/** Of two fields the counter, or the variable of a macro, is the one that is tested. */
function standsRight(left: FieldTerm, right: FieldTerm): boolean {
	return right.element ? !left.element : /^(?:rate|sum)\./.test(right.field) && !left.element;
}

function compare(subject: FieldTerm, op: string, other: Term, expr: Expr, loop: Loop | null, lowering: Lowering): Lowered | null {
	if (other.kind === "field") {
		if (other.element) return refuse(lowering, expr, "a value cannot be compared with itself");
		return testOf(subject, op, { field: other.field }, expr, loop, lowering);
	}
	if (op !== "eq" && op !== "ne") {
		if (typeof other.value === "number") return testOf(subject, op, other.value, expr, loop, lowering);
		const times = typeof other.value === "string" ? "; times are tested with `before` and `after` beside this, under `all`" : "";
		return refuse(lowering, expr, `only numbers have an order here${times}`);
	}
	return other.value === ""
		? compareEmpty(subject, op, expr, loop, lowering)
		: testOf(subject, op, other.value, expr, loop, lowering);
}

/** An empty text is indeterminate for every operator; its length is not. */
function compareEmpty(subject: FieldTerm, op: string, expr: Expr, loop: Loop | null, lowering: Lowering): Lowered | null {
	if (isOurs(subject.field) && !subject.field.startsWith("input."))
		return refuse(lowering, expr, `\`${subject.field}\` is never empty; where it is missing the condition is indeterminate`);
	const list = subject.element && subject.field === loop?.list;
	const field = `${subject.field}${list ? "[]" : ""}.length`;
	return testOf({ ...subject, field }, op === "eq" ? "eq" : "gt", 0, expr, loop, lowering);
}
