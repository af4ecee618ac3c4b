/** Whether some statements imply one of some others: a sequent calculus without negation, its leaves judged by what tests mean. */
import type { Claim, Formula } from "./claims.ts";
import type { Slots } from "./slots.ts";

/** A case that is not closed: all of `given` may hold where none of `goals` does. */
export interface OpenCase {
	given: Claim[];
	goals: Claim[];
}

export type Proof = { proven: true } | { proven: false; open: OpenCase | null };

/** How many cases are looked at before nobody can tell. */
const CASES_MAX = 1_000;

/** Whether, wherever all premises hold, one of the goals does. */
export function prove(premises: Formula[], goals: Formula[], slots: Slots): Proof {
	const budget = { cases: CASES_MAX };
	const open = openCase(premises, goals, { given: [], goals: [] }, slots, budget);
	if (budget.cases <= 0) return { proven: false, open: null };
	return open === null ? { proven: true } : { proven: false, open };
}

function openCase(
	premises: Formula[],
	goals: Formula[],
	known: OpenCase,
	slots: Slots,
	budget: { cases: number },
): OpenCase | null {
	const { given, goals: wanted } = { given: [...known.given], goals: [...known.goals] };
	const alternatives: Formula[][] = [];
	const demands: Formula[][] = [];
	const take = (formula: Formula): void => {
		if ("claim" in formula) given.push(formula.claim);
		else if ("and" in formula) formula.and.forEach(take);
		else if (formula.or.length === 1) take(formula.or[0] as Formula);
		else alternatives.push(formula.or);
	};
	const aim = (formula: Formula): void => {
		if ("claim" in formula) wanted.push(formula.claim);
		else if ("or" in formula) formula.or.forEach(aim);
		else if (formula.and.length === 1) aim(formula.and[0] as Formula);
		else demands.push(formula.and);
	};
	premises.forEach(take);
	goals.forEach(aim);
	const here: OpenCase = { given, goals: wanted };
	if (budget.cases <= 0) return here;
	if (slots.isClosed(here)) return null;
	// Each case of an `or` that is given must close, and each part of an `and` that is wanted.
	const demand = demands.pop();
	const split = demand ?? alternatives.pop();
	if (split === undefined) return here;
	const rest = alternatives.map((or): Formula => ({ or }));
	const wants = demands.map((and): Formula => ({ and }));
	for (const part of split) {
		budget.cases--;
		const open =
			demand === undefined
				? openCase([...rest, part], wants, here, slots, budget)
				: openCase(rest, [...wants, part], here, slots, budget);
		if (open !== null) return open;
	}
	return null;
}
