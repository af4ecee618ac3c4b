/**
 * What a condition comes to, in the plainest reading of the language. What the language leaves open is decided so:
 * - A list that is empty is not missing, and a `default` is not for it; nor for what lies behind something that is no object.
 * - `match` stands for the rule at the operator as it is written, also at `not_contains`, which else is `not: {contains: …}`.
 * - The other side of a comparison, if it is missing, empty or none that could be an operand, leaves the comparison open; an empty
 *   list on the near side comes to what an empty list always comes to.
 * - What a field covers counts on either side, in counts and in counters too.
 * - A list as a whole that lies in each element of another leaves `contains` open: nobody can tell which one is meant.
 * - An element that lacks a list, or is no object, is an indeterminate element of it; a list that is absent has a count of none.
 * - An empty list in an element, where a list of values is asked for, adds no value.
 * - `exists` of an empty list is as of an absent one, of a null or an empty text it is open.
 */
import type { Json } from "../../../src/contract/json.ts";
import { naiveDuring } from "./clock.ts";
import { naiveCounter } from "./counters.ts";
import { type Read, readField, withDefault } from "./fields.ts";
import { both, combine, either, opposite, type Truth } from "./kleene.ts";
import { canBeOperand, member, testValue } from "./operators.ts";
import { type Condition, operatorOf, type Standing, type Test, type Value, WRONG } from "./world.ts";

export function truth(condition: Condition, at: Standing): Truth {
	const flipped = { ...at, every: !at.every };
	if ("all" in condition) return both((condition.all as Condition[]).map((one) => truth(one, at)));
	if ("any" in condition) return either((condition.any as Condition[]).map((one) => truth(one, at)));
	if ("not" in condition) return opposite(truth(condition.not as Condition, flipped));
	if ("use" in condition) return truth(at.world.named[condition.use as string] as Condition, at);
	if ("during" in condition) return naiveDuring(condition.during as object, at.world.facts.now, at.world.timezone);
	const test = condition as Test;
	if ("every" in test || "some" in test || "none" in test) return ofElements(test, at);
	if (/^(rate|sum)\./.test(test.field)) return naiveCounter(test, at);
	return ofField(test, at);
}

function ofElements(test: Test, at: Standing): Truth {
	const { values: found, gaveList, isInner } = readField(test.field, at.input, at.world, at.element);
	// An empty list is one, whatever is declared there.
	const values = gaveList && !isInner && found[0] === WRONG ? [] : found;
	const word = ["every", "some", "none"].find((one) => one in test) as string;
	if (values.length === 0) return word === "none" ? true : word === "some" ? false : test["allow_empty"] === true ? true : null;
	const path = test.field.startsWith("input.") ? test.field.slice(6) : test.field;
	const outer = at.element === null || test.field.startsWith("input.") ? path : `${at.element.path}.${path}`;
	const within = values.map((value) =>
		typeof value === "symbol"
			? null
			: truth(test[word] as Condition, {
					...at,
					every: word === "none" ? !at.every : at.every,
					element: { value, path: `${outer.replaceAll(/\[\d+\]/g, "[]")}[]` },
				}),
	);
	return word === "every" ? both(within) : word === "some" ? either(within) : opposite(either(within));
}

function ofField(test: Test, at: Standing): Truth {
	const op = operatorOf(test);
	const every = test["match"] === undefined ? at.every : test["match"] === "all";
	const found = readField(test.field, at.input, at.world, at.element);
	const read = withDefault(test.field, test["default"] as Json | undefined, found, at.input, at.world, at.element);
	const operand = operandOf(test[op] as Json, at);
	if (op === "not_contains") return opposite(ofValues(test, "contains", read, operand, !every));
	return ofValues(test, op, read, operand, every);
}

/** The other side: a constant, or the values of another field. */
type Operand = Json | { other: Value[] };

function operandOf(operand: Json, { input, world, element }: Standing): Operand {
	if (typeof operand !== "object" || operand === null || Array.isArray(operand)) return operand;
	const { list, field } = operand;
	if (typeof list === "string") return world.lists[list] as Json[];
	return { other: readField(field as string, input, world, element).values };
}

/** Operators whose operand is a list of alternatives. */
const MANY = ["in", "not_in", "starts_with", "ends_with", "contains_any", "contains_all"];

function ofValues(test: Test, op: string, read: Read, operand: Operand, every: boolean): Truth {
	const ci = test["ci"] === true;
	let operands: Json[] = [operand as Json];
	if (typeof operand === "object" && operand !== null && "other" in operand) {
		const others = (operand as { other: Value[] }).other;
		if (others.length === 0 || !others.every((value) => canBeOperand(op, value, read.kind, read.isList))) return null;
		operands = MANY.includes(op) ? [others as Json[]] : (others as Json[]);
	}
	const { values, kind } = read;
	if (values.length === 0) {
		if (op === "exists") return test["exists"] === false;
		return every ? (test["allow_empty"] === true ? true : null) : false;
	}
	const isWhole = op.startsWith("contains") && (read.isList || read.gaveList);
	if (isWhole && read.isInner) return null;
	return isWhole
		? combine(
				operands.map((one) => contains(op, values, one, kind, ci)),
				every,
			)
		: combine(
				values.map((value) =>
					combine(
						operands.map((one) => testValue(op, value, one, kind, ci)),
						every,
					),
				),
				every,
			);
}

/** Membership in a list, each value compared as `eq` compares. */
function contains(op: string, values: Value[], operand: Json, kind: Read["kind"], ci: boolean): Truth {
	const operands = Array.isArray(operand) ? operand : [operand];
	const has = (wanted: Json[]) => either(values.map((value) => member(value, wanted, kind, ci)));
	return op === "contains_all" ? both(operands.map((one) => has([one]))) : has(operands);
}
