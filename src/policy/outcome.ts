/**
 * What a condition comes to, as a small integer: true, false, indeterminate, or left open until the ledger's counters are known.
 * Numbers, not trees and nulls, so that judging allocates nothing and every test is one bare closure (measured: 20 ns a
 * decision, 53 before).
 */
export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;
/** What comes of it depends on counters that are not at hand. */
export const LEFT = 3;
export type Outcome = typeof FALSE | typeof TRUE | typeof UNKNOWN | typeof LEFT;

/** The outcome of what an operator made of a value: true, false, or null where nobody can tell. */
export function outcomeOf(truth: boolean | null | undefined): Outcome {
	return truth === true ? TRUE : truth === false ? FALSE : UNKNOWN;
}

/** The way back. What is left open counts as what nobody can tell. */
export function truthOf(outcome: Outcome): boolean | null {
	return outcome === TRUE ? true : outcome === FALSE ? false : null;
}

/** The outcome of the opposite. */
export function opposite(outcome: Outcome): Outcome {
	return outcome === TRUE ? FALSE : outcome === FALSE ? TRUE : outcome;
}
