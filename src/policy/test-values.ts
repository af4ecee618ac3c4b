/**
 * A test over the values of a field, value by value, so that no value can hide behind another. Most tests are the same loop around
 * their operator's check; the commonest have a loop of their own, in which nothing is called that could not be written out
 * (measured: half the time of a decision).
 */
import { cellOutcome, wholeOutcome } from "./cell-outcome.ts";
import { type Deciding, type Kept, keep, type Test } from "./deciding.ts";
import { type DomainSet, hasDomain } from "./operators/equality.ts";
import type { LoadedOperator } from "./operators/operator.ts";
import { FALSE, type Outcome, opposite, TRUE, UNKNOWN } from "./outcome.ts";
import type { FieldReader } from "./read-field.ts";
import type { Cell, Reading } from "./reading.ts";
import { fill } from "./slots.ts";
import { FEW_VALUES, takeWork } from "./work.ts";

/** What a check of one value costs besides what its operator counts itself. */
const VALUE_STEPS = 6;

/** A field's values and what is asked of them. */
export interface ValueTest {
	slot: number;
	read: FieldReader;
	loaded: LoadedOperator;
	/** Each value must pass; else one suffices. */
	every: boolean;
	/** What a list without any value comes to. */
	empty: Outcome;
}

/** The test by the operator's check, whichever it is. */
export function checkedTest(test: ValueTest): Test {
	const { slot, read, loaded, every, empty } = test;
	const pass = every ? TRUE : FALSE;
	const few = loaded.dear === true ? 0 : FEW_VALUES;
	return (deciding) => {
		const { cells } = deciding.readings[slot] ?? fill(deciding, slot, read);
		if (cells.length === 0) return empty;
		if (cells.length > few) return manyOutcome(test, cells, deciding);
		const decisive = opposite(pass);
		let outcome: Outcome = pass;
		for (let i = 0; i < cells.length; i++) {
			const one = cellOutcome(cells[i] as Cell, loaded, deciding.work);
			if (one === decisive) return decisive;
			if (one === UNKNOWN) outcome = UNKNOWN;
		}
		return outcome;
	};
}

/** The same where it may take long: it is counted, done once, and where it was decided is kept with it. */
function manyOutcome(test: ValueTest, cells: Cell[], deciding: Deciding): Outcome {
	return keep<Kept>(deciding, test, () => {
		const pass = test.every ? TRUE : FALSE;
		if (!takeWork(deciding.work, cells.length * VALUE_STEPS)) return { outcome: UNKNOWN, at: 0 };
		let open = -1;
		for (let at = 0; at < cells.length; at++) {
			const outcome = cellOutcome(cells[at] as Cell, test.loaded, deciding.work);
			if (outcome === opposite(pass)) return { outcome, at };
			if (outcome === UNKNOWN && open === -1) open = at;
			if (test.loaded.dear === true && deciding.work.left === 0) return { outcome: UNKNOWN, at: open === -1 ? at : open };
		}
		return open === -1 ? { outcome: pass, at: 0 } : { outcome: UNKNOWN, at: open };
	}).outcome;
}

/** A test that looks at a list as a whole where `isList` says that one was given, and at a text for its parts. */
export function wholeTest(test: ValueTest, isList: (reading: Reading) => boolean, inBrackets: boolean): Test {
	const { slot, read, loaded } = test;
	const byValue = checkedTest(test);
	return (deciding: Deciding) => {
		const reading = deciding.readings[slot] ?? fill(deciding, slot, read);
		if (!isList(reading)) return byValue(deciding);
		// A list that no schema declared, in each element of another: nobody can tell which one is meant.
		if (inBrackets) return UNKNOWN;
		return keep(deciding, test, () => ({ outcome: wholeOutcome(reading.cells, loaded, deciding.work), at: -1 })).outcome;
	};
}

/** Whether domains are on a list (`member`), or are not. */
export function domainTest(test: ValueTest, set: DomainSet, member: boolean): Test {
	const { slot, read, every, empty } = test;
	const hit = member ? TRUE : FALSE;
	const miss = opposite(hit);
	const pass = every ? TRUE : FALSE;
	const { exact } = set;
	if (hit === pass && set.parents.size === 0)
		// An allowlist without wildcards. Whatever is on it is a domain, so that only what is not has to be looked at.
		return (deciding) => {
			const { cells } = deciding.readings[slot] ?? fill(deciding, slot, read);
			if (cells.length > FEW_VALUES) return manyOutcome(test, cells, deciding);
			let outcome: Outcome = hit;
			for (let i = 0; i < cells.length; i++) {
				const cell = cells[i] as Cell;
				if ((exact as ReadonlySet<Cell>).has(cell)) continue;
				if (typeof cell === "string" && cell !== "") return miss;
				outcome = UNKNOWN;
			}
			return cells.length === 0 ? empty : outcome;
		};
	const decisive = opposite(pass);
	return (deciding) => {
		const { cells } = deciding.readings[slot] ?? fill(deciding, slot, read);
		if (cells.length === 0) return empty;
		if (cells.length > FEW_VALUES) return manyOutcome(test, cells, deciding);
		let outcome: Outcome = pass;
		for (let i = 0; i < cells.length; i++) {
			const cell = cells[i] as Cell;
			if (typeof cell !== "string" || cell === "") outcome = UNKNOWN;
			else if ((hasDomain(set, cell) ? hit : miss) === decisive) return decisive;
		}
		return outcome;
	};
}

/** Whether numbers are at most `limit`. */
export function atMostTest(test: ValueTest, limit: number): Test {
	const { slot, read, every, empty } = test;
	const pass = every ? TRUE : FALSE;
	const decisive = opposite(pass);
	return (deciding) => {
		const { cells } = deciding.readings[slot] ?? fill(deciding, slot, read);
		if (cells.length === 0) return empty;
		if (cells.length > FEW_VALUES) return manyOutcome(test, cells, deciding);
		let outcome: Outcome = pass;
		for (let i = 0; i < cells.length; i++) {
			const cell = cells[i];
			if (typeof cell !== "number" || !Number.isFinite(cell)) outcome = UNKNOWN;
			else if ((cell <= limit ? TRUE : FALSE) === decisive) return decisive;
		}
		return outcome;
	};
}
