/**
 * Every operator in every situation, with what the language says that it comes to. A row for an operator that is not in the registry,
 * or an operator of the registry without a row, fails.
 */
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import type { Effect } from "../../src/contract/verdict.ts";
import { OPERATORS } from "../../src/policy/operators/registry.ts";
import { guardsOf, uncheckedVerdictOf } from "./support.ts";

type Cell = "T" | "F" | "?";

/** One situation: how the condition is written, and what the call has in the field. */
interface Situation {
	name: string;
	effect: Effect;
	not?: true;
	options?: string;
	/** The single field with one value or none; else the list. */
	one?: "yes" | "no" | "wrong" | "missing";
	many?: ("yes" | "no" | "wrong")[];
}

const SITUATIONS: Situation[] = [
	{ name: "true", effect: "allow", one: "yes" },
	{ name: "false", effect: "allow", one: "no" },
	{ name: "missing", effect: "allow", one: "missing" },
	{ name: "wrong type", effect: "allow", one: "wrong" },
	{ name: "true, review", effect: "review", one: "yes" },
	{ name: "false, deny", effect: "deny", one: "no" },
	{ name: "missing, deny", effect: "deny", one: "missing" },
	{ name: "wrong type, review", effect: "review", one: "wrong" },
	{ name: "not true", effect: "allow", not: true, one: "yes" },
	{ name: "not false", effect: "deny", not: true, one: "no" },
	{ name: "not missing", effect: "allow", not: true, one: "missing" },
	{ name: "not wrong type", effect: "deny", not: true, one: "wrong" },
	{ name: "list", effect: "allow", many: ["yes", "no"] },
	{ name: "list, deny", effect: "deny", many: ["yes", "no"] },
	{ name: "list, review", effect: "review", many: ["yes", "no"] },
	{ name: "not list", effect: "allow", not: true, many: ["yes", "no"] },
	{ name: "not list, deny", effect: "deny", not: true, many: ["yes", "no"] },
	{ name: "list, match any", effect: "allow", options: ", match: any", many: ["yes", "no"] },
	{ name: "list, match all, deny", effect: "deny", options: ", match: all", many: ["yes", "no"] },
	{ name: "list with a wrong one", effect: "allow", many: ["yes", "wrong"] },
	{ name: "list with a wrong one, deny", effect: "deny", many: ["no", "wrong"] },
	{ name: "empty list", effect: "allow", many: [] },
	{ name: "empty list, deny", effect: "deny", many: [] },
	{ name: "empty list, review", effect: "review", many: [] },
	{ name: "not empty list", effect: "allow", not: true, many: [] },
	{ name: "not empty list, deny", effect: "deny", not: true, many: [] },
	{ name: "allow_empty", effect: "allow", options: ", allow_empty: true", many: [] },
	{ name: "allow_empty, match all, deny", effect: "deny", options: ", allow_empty: true, match: all", many: [] },
];

/** What an operator is tried with, and by hand what it comes to: one value plain and under `not`, lists, empty lists. */
interface Row {
	operand: string;
	one: string;
	many: string;
	yes: Json;
	no: Json;
	wrong: Json;
	cells: string;
}

/** Tests that take one value at a time. */
const EACH = "TF??TF?? FT??  FTTFTTF ??  ?FFT?TT";

const text = { one: "service", many: "tags", wrong: 7 };
const number = { one: "weight", many: "weights", wrong: "2" };
const other = { one: "origin", many: "callbacks", wrong: "neither" };

const ROWS: Record<string, Row> = {
	eq: { ...text, operand: "a", yes: "a", no: "b", cells: EACH },
	ne: { ...text, operand: "a", yes: "b", no: "a", cells: EACH },
	in: { ...text, operand: "[a, c]", yes: "c", no: "b", cells: EACH },
	not_in: { ...text, operand: "[a, c]", yes: "b", no: "a", cells: EACH },
	lt: { ...number, operand: "2", yes: 1, no: 2, cells: EACH },
	lte: { ...number, operand: "2", yes: 2, no: 3, cells: EACH },
	gt: { ...number, operand: "2", yes: 3, no: 2, cells: EACH },
	gte: { ...number, operand: "2", yes: 2, no: 1, cells: EACH },
	between: { ...number, operand: "[1, 2]", yes: 2, no: 2.5, cells: EACH },
	starts_with: { ...text, operand: "[ab, x]", yes: "abc", no: "cab", cells: EACH },
	ends_with: { ...text, operand: "ab", yes: "cab", no: "abc", cells: EACH },
	glob: { ...text, operand: "'a*c'", yes: "abbc", no: "ab", cells: EACH },
	matches: { ...text, operand: "^a+$", yes: "aa", no: "ab", cells: EACH },
	before: { ...other, operand: "2026-11-22", yes: "2026-11-21T23:59:59Z", no: "2026-11-22", cells: EACH },
	after: { ...other, operand: "2026-11-22", yes: "2026-11-22T00:00:00.001Z", no: "2026-11-22", cells: EACH },
	cidr: { ...other, operand: "[10.0.0.0/8]", yes: "::ffff:10.1.1.1", no: "11.0.0.0", cells: EACH },
	not_cidr: { ...other, operand: "10.0.0.0/8", yes: "2001:db8::1", no: "10.0.0.0", cells: EACH },
	// What is asked for is whether a value is there: a missing one is an answer.
	exists: {
		one: "service",
		many: "parts[].name",
		wrong: null,
		operand: "true",
		yes: "a",
		no: "missing",
		cells: "TFF?TFF? FTT?  FTTFTTF ??  FFFTTFF",
	},
	// A list is looked at as a whole: what is in it is in it, whatever else is.
	contains: { ...text, operand: "a", yes: "a", no: "b", cells: "TF??TF?? FT??  TTTFFTT T?  ?FFT?TT" },
	contains_any: { ...text, operand: "[a, x]", yes: "a", no: "b", cells: "TF??TF?? FT??  TTTFFTT T?  ?FFT?TT" },
	contains_all: { ...text, operand: "[a, b]", yes: "a, b", no: "b", cells: "TF??TF?? FT??  TTTFFTT T?  ?FFT?TT" },
	// `not: {contains: …}`, in everything.
	not_contains: { ...text, operand: "a", yes: "b", no: "a", cells: "TF??TF?? FT??  FFFTTFF ?F  T???FTT" },
};

/** What a guard takes, whose other side is the opposite of its effect. */
const TAKES: Record<Effect, Record<Cell, Effect>> = {
	allow: { T: "allow", F: "deny", "?": "deny" },
	deny: { T: "deny", F: "allow", "?": "deny" },
	review: { T: "review", F: "allow", "?": "review" },
};

function inputOf(row: Row, { one, many }: Situation): JsonObject {
	if (one !== undefined) return one === "missing" || row[one] === "missing" ? {} : { [row.one]: row[one] };
	const values = (many ?? []).map((which) => row[which]);
	if (row.many === "parts[].name") return { parts: values.map((name): JsonObject => (name === "missing" ? {} : { name })) };
	return { [row.many]: values.flatMap((value) => (typeof value === "string" ? value.split(", ") : value)) };
}

function cameOf(operator: string, row: Row, situation: Situation): { cell: Cell; verdict: Effect } {
	const field = situation.one === undefined ? row.many : row.one;
	const condition = `{ field: '${field}', ${operator}: ${row.operand}${situation.options ?? ""} }`;
	const when = situation.not === true ? `{ not: ${condition} }` : condition;
	const role = guardsOf(`  - { id: g, action: shop.parcel.send, effect: ${situation.effect}, when: ${when} }\n`);
	const verdict = uncheckedVerdictOf(role, "shop.parcel.send", inputOf(row, situation));
	const outcome = verdict.facts[0]?.when;
	return { cell: outcome === null ? "?" : outcome === true ? "T" : "F", verdict: verdict.verdict };
}

const operators = [...OPERATORS.keys()];

test("every operator of the registry has its row, and every row its operator", () => {
	expect(Object.keys(ROWS).sort()).toEqual(operators.toSorted());
});

describe.each(Object.entries(ROWS))("%s", (operator, row) => {
	const cells = [...row.cells.replaceAll(" ", "")] as Cell[];

	test("has a cell for every situation", () => {
		expect(cells.length).toBe(SITUATIONS.length);
	});

	test.each(SITUATIONS.map((situation, index) => [situation.name, situation, cells[index] as Cell] as const))(
		"%s",
		(_name, situation, wanted) => {
			expect(cameOf(operator, row, situation)).toEqual({ cell: wanted, verdict: TAKES[situation.effect][wanted] });
		},
	);
});

test("the whole matrix, printed", () => {
	const names = operators.map((operator) => operator.padEnd(12));
	const width = Math.max(...SITUATIONS.map(({ name }) => name.length));
	const rows = SITUATIONS.map((situation) => {
		const came = operators.map((operator) => {
			const row = ROWS[operator] as Row;
			const { cell, verdict } = cameOf(operator, row, situation);
			return `${cell} ${verdict}`.padEnd(12);
		});
		return `${situation.name.padEnd(width)}  ${came.join(" ").trimEnd()}`;
	});
	console.log([`${" ".repeat(width)}  ${names.join(" ").trimEnd()}`, ...rows].join("\n"));
	expect(rows.every((row) => row.split(/ {2,}/).length >= operators.length)).toBe(true);
});
