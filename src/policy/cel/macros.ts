/** `has`, `all` and `exists`. */
import type { ConditionDocument } from "../../contract/role-document.ts";
import type { Expr } from "./cel-expression.ts";
import { anyOf, documentOf } from "./connectives.ts";
import { type FieldTerm, readField } from "./fields.ts";
import { standsForValues } from "./loop-variable.ts";
import { type Loop, type Lower, type Lowered, type Lowering, refuse } from "./lowering.ts";

type Comprehension = Extract<Expr["exprKind"], { case: "comprehensionExpr" }>["value"];
type Select = Extract<Expr["exprKind"], { case: "selectExpr" }>["value"];

/**
 * `has(order.note)`. Where there is no order CEL has an error, and `exists` is false: the second branch makes that indeterminate,
 * and is false in every other case.
 */
export function lowerHas(expr: Expr, select: Select, loop: Loop | null, lowering: Lowering): Lowered | null {
	if (loop?.of === "values") return refuse(lowering, expr, "a value has no fields that could be missing");
	const plain: Expr = { ...expr, exprKind: { case: "selectExpr", value: { ...select, testOnly: false } } };
	const term = readField(plain, loop, lowering);
	if (term === null) return null;
	const { field, parent }: FieldTerm = term;
	if (parent === null) return { field, exists: true };
	const none: ConditionDocument = {
		all: [
			{ field: parent, exists: false },
			{ field: parent, eq: { field: parent } },
		],
	};
	return anyOf([{ field, exists: true }, none]);
}

/** `items.all(i, …)` and `items.exists(i, …)`. */
export function lowerMacro(
	expr: Expr,
	macro: Comprehension,
	loop: Loop | null,
	lowering: Lowering,
	lower: Lower,
): Lowered | null {
	const name = lowering.expression.macroOf(expr);
	if (name !== "all" && name !== "exists")
		return refuse(lowering, expr, `\`${name}\` is none of the macros; there are all, exists and has`);
	if (loop?.of === "values")
		return refuse(lowering, expr, `\`${loop.variable}\` is a value here, and macros do not stand within its test`);
	const step = macro.loopStep?.exprKind;
	const predicate = step?.case === "callExpr" ? step.value.args[1] : undefined;
	const range = macro.iterRange;
	if (predicate === undefined || range === undefined) return refuse(lowering, expr, "this macro cannot be read");
	if (range.exprKind.case === "listExpr") return refuse(lowering, range, "macros look at fields; compare with constants by `in`");
	const list = readField(range, loop, lowering);
	if (list === null) return null;
	const variable = macro.iterVar;
	const match = name === "all" ? "all" : "any";
	if (standsForValues(variable, predicate))
		return lower(predicate, { variable, of: "values", list: list.field, match, outer: loop }, lowering);
	const inner = lower(predicate, { variable, of: "objects", list: list.field, match, outer: loop }, lowering);
	if (inner === null) return null;
	const of = documentOf(inner);
	return name === "all" ? { field: list.field, every: of } : { field: list.field, some: of };
}
