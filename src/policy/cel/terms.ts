/** What stands on the sides of a test: a constant, or a field. */
import type { Scalar } from "../../contract/role-document.ts";
import type { Expr } from "./cel-expression.ts";
import { type FieldTerm, readField } from "./fields.ts";
import { functionHint, isArithmetic } from "./functions.ts";
import { type Loop, type Lowering, refuse } from "./lowering.ts";

export interface ConstantTerm {
	kind: "constant";
	value: Scalar;
}
export type Term = ConstantTerm | FieldTerm;

/** Reads a term; null if it was refused. */
export function readTerm(expr: Expr, loop: Loop | null, lowering: Lowering): Term | null {
	const { exprKind } = expr;
	switch (exprKind.case) {
		case "constExpr":
			return readConstant(expr, lowering);
		case "identExpr":
			return readField(expr, loop, lowering);
		case "selectExpr":
			return exprKind.value.testOnly ? refuse(lowering, expr, NO_CONDITION) : readField(expr, loop, lowering);
		case "listExpr":
			return refuse(lowering, expr, "a list in brackets can stand after `in` only");
		case "comprehensionExpr":
			return refuse(lowering, expr, macroHint(lowering.expression.macroOf(expr)));
		case "callExpr":
			return readCall(expr, exprKind.value, loop, lowering);
		default:
			return refuse(lowering, expr, "maps and messages cannot be compared; compare their fields one by one");
	}
}

type CallExpr = Extract<Expr["exprKind"], { case: "callExpr" }>["value"];

function readCall(expr: Expr, call: CallExpr, loop: Loop | null, lowering: Lowering): Term | null {
	const [first] = call.args;
	if (call.function === "_[_]") return readField(expr, loop, lowering);
	if (call.function === "dyn" && call.target === undefined && first !== undefined && call.args.length === 1)
		return readTerm(first, loop, lowering);
	if (call.function === "-_" && first?.exprKind.case === "constExpr") {
		const constant = readConstant(first, lowering);
		if (constant === null || typeof constant.value === "number")
			return constant && { kind: "constant", value: 0 - (constant.value as number) };
	}
	if (call.function === "-_" || isArithmetic(call.function))
		return refuse(lowering, expr, "there is no arithmetic; write the number that it comes to, or compare the field itself");
	return refuse(lowering, expr, /^[_!@]/.test(call.function) ? NO_CONDITION : functionHint(call, loop, lowering));
}

const NO_CONDITION = "a condition cannot be compared or be a part of a test; join conditions with `&&`, `||` and `!`";

function macroHint(macro: string | undefined): string {
	return macro === "all" || macro === "exists"
		? NO_CONDITION
		: `\`${macro}\` is none of the macros; there are all, exists and has`;
}

/** Numbers are doubles here: one that a double does not hold exactly would be compared with another one. */
function readConstant(expr: Expr, lowering: Lowering): ConstantTerm | null {
	const kind = expr.exprKind.case === "constExpr" ? expr.exprKind.value.constantKind : undefined;
	switch (kind?.case) {
		case "boolValue":
		case "stringValue":
			return { kind: "constant", value: kind.value };
		case "nullValue":
			return { kind: "constant", value: null };
		case "int64Value":
		case "uint64Value": {
			const value = Number(kind.value);
			return Number.isSafeInteger(value)
				? { kind: "constant", value }
				: refuse(lowering, expr, "whole numbers beyond ±9007199254740991 are not exact");
		}
		case "doubleValue":
			return Number.isFinite(kind.value)
				? { kind: "constant", value: kind.value + 0 }
				: refuse(lowering, expr, "this number is too large");
		default:
			return refuse(lowering, expr, "bytes cannot be compared; there are texts, numbers, true, false and null");
	}
}
