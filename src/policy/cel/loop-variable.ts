/** What a macro's variable stands for, told from how it is used: no schema is known here. */
import { DERIVED_FIELDS } from "../fields/derived.ts";
import type { Expr } from "./cel-expression.ts";

/**
 * Whether a macro's variable stands for values, not objects: it is used by itself, or with nothing but what is derived from texts
 * (`.domain`, `.length`).
 */
export function standsForValues(variable: string, predicate: Expr): boolean {
	const open: Expr[] = [predicate];
	let used = false;
	for (let at = open.pop(); at !== undefined; at = open.pop()) {
		const member = memberOf(at, variable);
		if (member !== undefined) {
			if (member !== null && !DERIVED_FIELDS.has(member)) return false;
			used = true;
			continue;
		}
		const { exprKind } = at;
		if (exprKind.case === "selectExpr" && exprKind.value.operand !== undefined) open.push(exprKind.value.operand);
		else if (exprKind.case === "callExpr")
			open.push(...exprKind.value.args, ...(exprKind.value.target ? [exprKind.value.target] : []));
		else if (exprKind.case === "listExpr") open.push(...exprKind.value.elements);
		else if (exprKind.case === "comprehensionExpr") {
			const { iterRange, iterVar, loopStep } = exprKind.value;
			if (iterRange !== undefined) open.push(iterRange);
			if (iterVar !== variable && loopStep !== undefined) open.push(loopStep);
		}
	}
	return used;
}

/** The first step from a variable; null for the variable itself; undefined for what does not begin with it. */
function memberOf({ exprKind }: Expr, variable: string): string | null | undefined {
	const isVariable = (expr: Expr | undefined) => expr?.exprKind.case === "identExpr" && expr.exprKind.value.name === variable;
	if (exprKind.case === "identExpr") return exprKind.value.name === variable ? null : undefined;
	if (exprKind.case === "selectExpr") return isVariable(exprKind.value.operand) ? exprKind.value.field : undefined;
	if (exprKind.case !== "callExpr" || exprKind.value.function !== "_[_]" || !isVariable(exprKind.value.args[0])) return undefined;
	const index = exprKind.value.args[1]?.exprKind;
	const constant = index?.case === "constExpr" ? index.value.constantKind : undefined;
	return constant?.case === "stringValue" ? constant.value : "";
}
