/** What the parts of the lowering share: the expression, the loops around a place, and the first thing that could not be said. */
import type { ConditionDocument } from "../../contract/role-document.ts";
import { ROLE_LIMITS } from "../../contract/role-document.ts";
import type { CelExpression, Expr } from "./cel-expression.ts";
import type { Refusal } from "./cel-source.ts";

/** A condition, or one that is known without looking at the call. */
export type Lowered = ConditionDocument | boolean;

export interface Lowering {
	expression: CelExpression;
	text: string;
	refusal: Refusal | null;
}

/** A macro around a place, and what its variable stands for. */
export interface Loop {
	variable: string;
	/** `objects`: fields of the variable are fields of the element. `values`: the variable itself is tested, as a value of `list`. */
	of: "objects" | "values";
	/** The field of the list, as conditions around the macro name it. */
	list: string;
	/** For values: whether all of them must pass a test here or any one. */
	match: "all" | "any";
	outer: Loop | null;
}

/** Lowers one node; null if it was refused. */
export type Lower = (expr: Expr, loop: Loop | null, lowering: Lowering) => Lowered | null;

/** Notes why a node cannot be lowered; the first of all counts. */
export function refuse(lowering: Lowering, expr: Expr, message: string): null {
	lowering.refusal ??= { message, offset: lowering.expression.offsetOf(expr) };
	return null;
}

/** A guard may have so many conditions, so an expression has no use for more. */
export const CONDITIONS_MAX = ROLE_LIMITS.conditionsPerGuard;

/**
 * How many conditions a document has, counted no further than one over the limit: a ternary takes its condition thrice, so that
 * what is shared in memory is many times as large when written out.
 */
export function countConditions(document: ConditionDocument): number {
	const open: ConditionDocument[] = [document];
	let count = 0;
	for (let next = open.pop(); next !== undefined && count <= CONDITIONS_MAX; next = open.pop()) {
		count++;
		if ("all" in next) open.push(...(next.all as ConditionDocument[]));
		else if ("any" in next) open.push(...(next.any as ConditionDocument[]));
		else if ("not" in next) open.push(next.not as ConditionDocument);
		else
			for (const key of ["every", "some"])
				if (key in next) open.push((next as Record<string, ConditionDocument>)[key] as ConditionDocument);
	}
	return count;
}
