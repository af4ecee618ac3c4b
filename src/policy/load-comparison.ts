/**
 * One field against another of the same call. Every pair of values is compared under the test's list rule, so that neither side
 * can hide a value; a list on the other side of `in` and its like is taken as a whole. What the caller leaves out or empty on
 * the other side is indeterminate: an empty list of his would bar nobody.
 */
import type { Json } from "../contract/json.ts";
import { cellOutcome, emptyOutcome, wholeOutcome } from "./cell-outcome.ts";
import type { CompiledReadField, CompiledTest } from "./compiled-role.ts";
import { type Deciding, decided, type Kept, keep, type LoadedCondition, type LoadedReader, type Loading } from "./deciding.ts";
import { fieldNames, unreadable } from "./field-names.ts";
import { readsOf, withOperand } from "./load-operator.ts";
import type { LoadedOperator, Operator, Phrase } from "./operators/operator.ts";
import { FALSE, type Outcome, opposite, TRUE, UNKNOWN } from "./outcome.ts";
import { isInBrackets } from "./read-field.ts";
import { type Cell, type Reading, Unreadable } from "./reading.ts";
import { spokenValue } from "./seen-values.ts";
import { fill } from "./slots.ts";
import { takeWork, type Work } from "./work.ts";

/** More pairs of values than this are not compared: the test is indeterminate. */
const PAIRS_MAX = 100_000;
/** What it costs to make an operand of a value, and to compare a pair. */
const OPERAND_STEPS = 20;
const PAIR_STEPS = 4;

/** Loads a comparison of two fields. */
export function loadComparison(
	test: CompiledTest,
	field: CompiledReadField,
	other: CompiledReadField,
	operator: Operator,
	loading: Loading,
): LoadedCondition {
	const left = loading.slot(field, test.default);
	const right = loading.slot(other, undefined);
	const reading = (deciding: Deciding, slot: number): Reading =>
		deciding.readings[slot] ?? fill(deciding, slot, (loading.readers[slot] as LoadedReader).read);
	const pass = test.rule === "every" ? TRUE : FALSE;
	const inBrackets = isInBrackets(field);
	const operandsOf = (cells: Cell[]): LoadedOperator[] | null => {
		const values = knownValues(cells);
		if (values === null) return null;
		const wanted = operator.takesLists === true ? [values] : values;
		const operands: LoadedOperator[] = [];
		for (const value of wanted) {
			const loaded = withOperand(operator, value, readsOf(field), test.ci === true, test.whole === true);
			if (loaded === null) return null;
			operands.push(loaded);
		}
		return operands;
	};
	const compared = (deciding: Deciding): Kept => keep(deciding, compare, compare);
	const compare = (deciding: Deciding): Kept => {
		const { cells, gaveList } = reading(deciding, left);
		const others = reading(deciding, right).cells;
		// A list beside `in` and its like is one operand, a set that each value is looked up in.
		const operands = operator.takesLists === true ? 1 : others.length;
		const steps = others.length * OPERAND_STEPS + cells.length * operands * PAIR_STEPS;
		if (cells.length * operands > PAIRS_MAX || !takeWork(deciding.work, steps)) return OPEN_ALTOGETHER;
		const operators = operandsOf(others);
		if (operators === null) return OPEN_ALTOGETHER;
		if (cells.length === 0) return { outcome: emptyOutcome(test, operators[0]?.negated === true), at: -1 };
		if (operator.lists === true && (test.whole === true || gaveList))
			return { outcome: inBrackets ? UNKNOWN : comparedWhole(cells, operators, pass, deciding.work), at: -1 };
		return comparedPairs(cells, operators, pass, deciding.work);
	};
	return decided(
		(deciding) => compared(deciding).outcome,
		(deciding, outcome) => {
			const { cells, origins } = reading(deciding, left);
			const { at } = compared(deciding);
			const origin = origins?.[at] ?? 0;
			const names = fieldNames(field, origin, loading);
			const than = fieldNames(other, 0, loading).name;
			const cell = cells[at] ?? null;
			if (outcome === null)
				return { reason: `${names.name} cannot be compared with ${than}`, detail: `${names.noun} cannot be compared` };
			if (cell === null || cell instanceof Unreadable)
				return cell === null ? said(names, "", operator, outcome, than) : unreadable(names, cell, operator);
			const isLogged = (loading.readers[left] as LoadedReader).logged[origin] === true;
			return said(names, ` ${spokenValue(cell, isLogged, deciding.facts.digest).quoted}`, operator, outcome, than);
		},
	);
}

const OPEN_ALTOGETHER: Kept = { outcome: UNKNOWN, at: -1 };

function comparedPairs(cells: Cell[], operators: LoadedOperator[], pass: Outcome, work: Work): Kept {
	const decisive = opposite(pass);
	let open = -1;
	for (let at = 0; at < cells.length; at++)
		for (const operator of operators) {
			const outcome = cellOutcome(cells[at] as Cell, operator, work);
			if (outcome === decisive) return { outcome, at };
			if (outcome === UNKNOWN && open === -1) open = at;
		}
	return open === -1 ? { outcome: pass, at: 0 } : { outcome: UNKNOWN, at: open };
}

function comparedWhole(cells: Cell[], operators: LoadedOperator[], pass: Outcome, work: Work): Outcome {
	let compared = pass;
	for (const operator of operators) {
		const outcome = wholeOutcome(cells, operator, work);
		if (outcome === opposite(pass)) return outcome;
		if (outcome === UNKNOWN) compared = UNKNOWN;
	}
	return compared;
}

/** The values of the other side; null if there is none, or one that cannot be read. */
function knownValues(cells: Cell[]): Json[] | null {
	const values = cells.filter((cell): cell is Json => !(cell instanceof Unreadable) && cell !== "" && cell !== null);
	return values.length === 0 || values.length < cells.length ? null : values;
}

function said(names: { name: string; noun: string }, value: string, operator: Operator, outcome: boolean, than: string): Phrase {
	const how = WORDS[operator.name] ?? operator.name;
	return {
		reason: `${names.name}${value} ${outcome ? "is" : "is not"} ${how} ${than}`,
		detail: `${names.noun} not allowed`,
	};
}

const WORDS: Record<string, string> = {
	eq: "equal to",
	ne: "different from",
	in: "one of",
	not_in: "outside of",
	lt: "less than",
	lte: "at most",
	gt: "greater than",
	gte: "at least",
	starts_with: "a text that starts with",
	ends_with: "a text that ends with",
	contains: "a holder of",
	not_contains: "free of",
	contains_any: "a holder of one of",
	contains_all: "a holder of all of",
};
