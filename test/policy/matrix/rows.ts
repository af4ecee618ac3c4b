/** What each operator is tried with: an operand, a value that passes it, one that fails, one of the wrong type. */
import type { Json } from "../../../src/contract/json.ts";
import type { Family } from "./rules.ts";

export interface Row {
	family: Family;
	operand: Json;
	/** The field of one value, and the one that is a list. */
	one: string;
	many: string;
	/** With a comma in it, in a list two values. */
	passes: Json;
	fails: Json;
	wrong: Json;
}

/** No value at all, as a value of a row. */
export const NOTHING = "missing";

const text = { family: "value by value", one: "service", many: "tags", wrong: 7 } as const;
const number = { family: "value by value", one: "weight", many: "weights", wrong: "2" } as const;
const other = { family: "value by value", one: "origin", many: "callbacks", wrong: "neither" } as const;

export const ROWS: Record<string, Row> = {
	eq: { ...text, operand: "a", passes: "a", fails: "b" },
	ne: { ...text, operand: "a", passes: "b", fails: "a" },
	in: { ...text, operand: ["a", "c"], passes: "c", fails: "b" },
	not_in: { ...text, operand: ["a", "c"], passes: "b", fails: "a" },
	lt: { ...number, operand: 2, passes: 1, fails: 2 },
	lte: { ...number, operand: 2, passes: 2, fails: 3 },
	gt: { ...number, operand: 2, passes: 3, fails: 2 },
	gte: { ...number, operand: 2, passes: 2, fails: 1 },
	between: { ...number, operand: [1, 2], passes: 2, fails: 2.5 },
	exists: {
		family: "presence",
		operand: true,
		one: "service",
		many: "parts[].name",
		passes: "a",
		fails: NOTHING,
		wrong: null,
	},
	starts_with: { ...text, operand: ["ab", "x"], passes: "abc", fails: "cab" },
	ends_with: { ...text, operand: "ab", passes: "cab", fails: "abc" },
	contains: { ...text, family: "membership", operand: "a", passes: "a", fails: "b" },
	not_contains: { ...text, family: "no membership", operand: "a", passes: "b", fails: "a" },
	contains_any: { ...text, family: "membership", operand: ["a", "x"], passes: "a", fails: "b" },
	contains_all: { ...text, family: "membership", operand: ["a", "b"], passes: "a, b", fails: "b" },
	glob: { ...text, operand: "a*c", passes: "abbc", fails: "ab" },
	matches: { ...text, operand: "^a+$", passes: "aa", fails: "ab" },
	before: { ...other, operand: "2026-11-22", passes: "2026-11-21T23:59:59Z", fails: "2026-11-22" },
	after: { ...other, operand: "2026-11-22", passes: "2026-11-22T00:00:00.001Z", fails: "2026-11-22" },
	cidr: { ...other, operand: ["10.0.0.0/8"], passes: "::ffff:10.1.1.1", fails: "11.0.0.0" },
	not_cidr: { ...other, operand: "10.0.0.0/8", passes: "2001:db8::1", fails: "10.0.0.0" },
};
