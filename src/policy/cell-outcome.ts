/** What an operator makes of one value, or of a list as a whole. */
import type { CompiledTest } from "./compiled-role.ts";
import type { LoadedOperator } from "./operators/operator.ts";
import { type Outcome, outcomeOf, UNKNOWN } from "./outcome.ts";
import { type Cell, Unreadable } from "./reading.ts";
import type { Work } from "./work.ts";

/** What one value comes to. */
export function cellOutcome(cell: Cell, { check, missing }: LoadedOperator, work: Work): Outcome {
	if (cell instanceof Unreadable) return cell.why === "missing" ? outcomeOf(missing) : UNKNOWN;
	if (cell === "") return UNKNOWN;
	try {
		return outcomeOf(check(cell, work));
	} catch {
		// An operator that fails is indeterminate, never a yes or a no.
		return UNKNOWN;
	}
}

/** What a list as a whole comes to. */
export function wholeOutcome(cells: Cell[], loaded: LoadedOperator, work: Work): Outcome {
	try {
		return outcomeOf(loaded.whole?.(cells, work));
	} catch {
		return UNKNOWN;
	}
}

/** Whether a value of a list is one that the operator looks for. */
export function memberOutcome(cell: Cell, { member }: LoadedOperator): Outcome {
	if (cell instanceof Unreadable || cell === "" || member === undefined) return UNKNOWN;
	try {
		return outcomeOf(member(cell));
	} catch {
		return UNKNOWN;
	}
}

/** What a list without any value comes to; under the opposite of an operator as under a `not`. */
export function emptyOutcome(test: CompiledTest, negated: boolean): Outcome {
	const every = (test.rule === "every") !== negated;
	if (!every) return outcomeOf(negated);
	return test.allow_empty === true ? outcomeOf(!negated) : UNKNOWN;
}
