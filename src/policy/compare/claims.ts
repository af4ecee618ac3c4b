/**
 * When a guard is lenient, as a formula. "Condition `c` comes out true" and "… comes out false" are plain statements, and Kleene's
 * `all`, `any`, `not` take them apart into plain `and` and `or` of such statements about single tests; that a test may come out
 * neither true nor false needs no case of its own, for no statement says so.
 */
import type { Effect } from "../../contract/verdict.ts";
import type { CompiledCondition, CompiledGuard } from "../compiled-role.ts";
import { strictness } from "../strictness.ts";

/** That the leaf `key` comes out `wanted`. */
export interface Claim {
	key: string;
	wanted: boolean;
}

export type Formula = { and: Formula[] } | { or: Formula[] } | { claim: Claim };

export const ALWAYS: Formula = { and: [] };
export const NEVER: Formula = { or: [] };

/** Names a leaf of a condition, so that two leaves of one name come out alike. */
export type NameLeaf = (leaf: CompiledCondition, guard: CompiledGuard) => string;

/**
 * When a guard takes less than `level`. Where its condition is indeterminate it takes the stricter of both effects, so it is
 * lenient only where the condition comes out for sure to the lenient side.
 */
export function lenientFormula(guard: CompiledGuard, level: Exclude<Effect, "allow">, nameLeaf: NameLeaf): Formula {
	const bound = strictness(level);
	const effect = strictness(guard.effect) < bound;
	const otherwise = strictness(guard.otherwise) < bound;
	if (guard.mode === "shadow" || (effect && otherwise)) return ALWAYS;
	if (!effect && !otherwise) return NEVER;
	return comesOut(guard.when, effect, (leaf) => nameLeaf(leaf, guard));
}

/** That a condition comes out `wanted`. */
export function comesOut(condition: CompiledCondition, wanted: boolean, nameLeaf: (leaf: CompiledCondition) => string): Formula {
	if ("const" in condition) return condition.const === wanted ? ALWAYS : NEVER;
	if ("not" in condition) return comesOut(condition.not, !wanted, nameLeaf);
	const children = "all" in condition ? condition.all : "any" in condition ? condition.any : null;
	if (children === null) return { claim: { key: nameLeaf(condition), wanted } };
	const formulas = children.map((child) => comesOut(child, wanted, nameLeaf));
	return "all" in condition === wanted ? { and: formulas } : { or: formulas };
}
