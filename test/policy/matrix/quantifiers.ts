/**
 * The matrix of `every`, `some` and `none`, written down by hand as in rules.ts. They ask of each element by itself, so that what they
 * come to does not hang on the sides of the guard, and there is no `match`.
 */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { type Cell, type Given, NEGATIONS, OPPOSITE, SITUATION_NAMES, SITUATIONS, type Situation } from "./rules.ts";

export type Quantifier = "every" | "some" | "none";

/** Situations with a list, or without the one that is asked for. */
export const LIST_SITUATIONS = SITUATION_NAMES.filter((name) => "many" in SITUATIONS[name]);

/** The condition that is asked of each element, on a list of objects. */
export const LIST = "parts";
export const OF_EACH = { field: "name", eq: "a" };
const NAMES: Record<Given, Json | undefined> = { passes: "a", fails: "b", missing: undefined, wrong: 7, null: null, empty: "" };

const RULES: Record<Quantifier, Record<string, Cell>> = {
	every: {
		"list, all pass": "T",
		"list, one passes": "F",
		"list, none passes": "F",
		"list, passes + wrong": "?",
		"list, fails + wrong": "F",
		"list, passes + null": "?",
		"empty list": "?",
		"no list": "?",
		"empty list, allow_empty": "T",
		"no list, allow_empty": "T",
	},
	some: {
		"list, all pass": "T",
		"list, one passes": "T",
		"list, none passes": "F",
		"list, passes + wrong": "T",
		"list, fails + wrong": "?",
		"list, passes + null": "T",
		"empty list": "F",
		"no list": "F",
		"empty list, allow_empty": "F",
		"no list, allow_empty": "F",
	},
	none: {
		"list, all pass": "F",
		"list, one passes": "F",
		"list, none passes": "T",
		"list, passes + wrong": "F",
		"list, fails + wrong": "?",
		"list, passes + null": "F",
		"empty list": "T",
		"no list": "T",
		"empty list, allow_empty": "T",
		"no list, allow_empty": "T",
	},
};
export const QUANTIFIER_NAMES = Object.keys(RULES) as Quantifier[];

/** @throws if a situation has no rule */
export function wantedOfElements(quantifier: Quantifier, situation: Situation, not: boolean): Cell {
	const cell = RULES[quantifier][situation];
	if (cell === undefined) throw new Error(`${quantifier} has no rule for: ${situation}`);
	return not ? OPPOSITE[cell] : cell;
}

/** The elements that a situation is about. */
export function elementsIn(situation: Situation): JsonObject {
	const given = SITUATIONS[situation];
	if (!("many" in given) || given.many === null) return {};
	return {
		[LIST]: given.many.map((which): JsonObject => {
			const name = NAMES[which];
			return name === undefined ? {} : { name };
		}),
	};
}

/** Every quantifier in every situation, plain and under `not`. */
export const QUANTIFIED = QUANTIFIER_NAMES.flatMap((quantifier) =>
	LIST_SITUATIONS.flatMap((situation) => NEGATIONS.map((not) => ({ quantifier, situation, not }))),
);
