/** Another reading of the language, as slow and plain as can be: what the engine is compared with. */
import type { JsonObject } from "../../src/contract/json.ts";
import type { Effect } from "../../src/contract/verdict.ts";

export type Truth = boolean | null;
export type Condition =
	| { all: Condition[] }
	| { any: Condition[] }
	| { not: Condition }
	| { field: string; [operator: string]: unknown };

export interface Guard {
	id: string;
	action: string;
	when: Condition;
	effect: Effect;
	otherwise: Effect;
	mode?: "enforce" | "shadow";
}

const ORDER: Effect[] = ["allow", "review", "deny"];
const strict = (effect: Effect) => ORDER.indexOf(effect);

/** Evaluates a condition with everything at hand: `counts` says how many calls each window already has. */
export function truth(condition: Condition, input: JsonObject, counts: Record<string, number>, every: boolean): Truth {
	if ("not" in condition) {
		const inner = truth(condition.not as Condition, input, counts, !every);
		return inner === null ? null : !inner;
	}
	if ("all" in condition)
		return combine(
			(condition.all as Condition[]).map((one) => truth(one, input, counts, every)),
			true,
		);
	if ("any" in condition)
		return combine(
			(condition.any as Condition[]).map((one) => truth(one, input, counts, every)),
			false,
		);
	const { field, ci, ...rest } = condition as { field: string; ci?: boolean; [operator: string]: unknown };
	if (ci === true) {
		const fold = (value: unknown): unknown =>
			typeof value === "string" ? value.toLowerCase() : Array.isArray(value) ? value.map(fold) : value;
		const folded = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, fold(value)]));
		const given = Object.fromEntries(Object.entries(input).map(([key, value]) => [key, fold(value)])) as JsonObject;
		return truth({ field, ...folded }, given, counts, every);
	}
	const [operator, operand] = Object.entries(rest)[0] as [string, unknown];
	if (field.startsWith("rate.")) return compare((counts[field] ?? 0) + 1, operator, operand);
	const value = input[field];
	if (operator === "not_contains") {
		const inner = truth({ field, contains: operand }, input, counts, !every);
		return inner === null ? null : !inner;
	}
	if (operator.startsWith("contains") && field === "tags") {
		const values = (value ?? []) as unknown[];
		if (values.length === 0) return every ? null : false;
		const each = (Array.isArray(operand) ? operand : [operand]).map((one) =>
			combine(
				values.map((tag) => (tag === "" ? null : tag === one)),
				false,
			),
		);
		return combine(each, operator === "contains_all");
	}
	if (Array.isArray(value)) {
		if (value.length === 0) return every ? null : false;
		return combine(
			value.map((one) => compare(one, operator, operand)),
			every,
		);
	}
	if (value === undefined) return field === "tags" ? (every ? null : false) : null;
	return compare(value, operator, operand);
}

function combine(truths: Truth[], all: boolean): Truth {
	if (truths.includes(!all)) return !all;
	return truths.includes(null) ? null : all;
}

function compare(value: unknown, operator: string, operand: unknown): Truth {
	if (value === "" || value === null || typeof value === "object") return null;
	if (["lt", "lte", "gt", "gte"].includes(operator)) {
		if (typeof value !== "number") return null;
		const limit = operand as number;
		return operator === "lt"
			? value < limit
			: operator === "lte"
				? value <= limit
				: operator === "gt"
					? value > limit
					: value >= limit;
	}
	if (operator === "between") {
		const [low, high] = operand as [number, number];
		return typeof value === "number" ? low <= value && value <= high : null;
	}
	if (operator === "before" || operator === "after") {
		if (typeof value !== "string" || !/^\d{4}-/.test(value)) return null;
		const [left, right] = [Date.parse(value), Date.parse(operand as string)];
		return operator === "before" ? left < right : left > right;
	}
	if (operator === "glob") return typeof value === "string" ? naiveGlob(operand as string, value) : null;
	const operands = Array.isArray(operand) ? operand : [operand];
	if (operator.includes("_with") || operator.startsWith("contains")) {
		if (typeof value !== "string") return null;
		const at = {
			starts_with: (one: string) => value.indexOf(one) === 0,
			ends_with: (one: string) => value.slice(-one.length) === one,
		};
		const has = at[operator as "ends_with"] ?? ((one: string) => value.split(one).length > 1);
		return operator === "contains_all" ? operands.every(has) : operands.some(has);
	}
	if (!operands.some((one) => typeof one === typeof value)) return null;
	const isOne = operands.includes(value);
	return operator === "eq" || operator === "in" ? isOne : !isOne;
}

/** The verdict of all guards, and the guard that gave it. */
export function naiveVerdict(
	guards: Guard[],
	input: JsonObject,
	counts: Record<string, number>,
): { verdict: Effect; guard: string | null } {
	let verdict: Effect = "allow";
	let guard: string | null = null;
	let first: string | null = null;
	for (const { id, when, effect, otherwise, mode } of guards) {
		if (mode === "shadow") continue;
		first ??= id;
		const holds = truth(when, input, counts, strict(effect) <= strict(otherwise));
		const took = holds === null ? (strict(effect) > strict(otherwise) ? effect : otherwise) : holds ? effect : otherwise;
		if (took === "deny") return { verdict: "deny", guard: id };
		if (took === "review" && verdict === "allow") {
			verdict = "review";
			guard = id;
		}
	}
	return { verdict, guard: guard ?? first };
}

/** By the definition, in exponential time. */
export function naiveGlob(pattern: string, text: string): boolean {
	if (pattern === "") return text === "";
	const [first, ...rest] = [...pattern] as [string, ...string[]];
	const [head, ...tail] = [...text];
	if (first === "*") return naiveGlob(rest.join(""), text) || (head !== undefined && naiveGlob(pattern, tail.join("")));
	return head !== undefined && (first === "?" || first === head) && naiveGlob(rest.join(""), tail.join(""));
}
