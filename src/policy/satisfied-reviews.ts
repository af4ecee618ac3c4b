/**
 * What a person's approval is good for. It satisfies the reviews that it was shown: guards that asked, each for the reason for which
 * it asked. It never turns a deny, and never satisfies a guard that asks, or cannot tell any more, only afterwards.
 */
import type { GuardFact } from "../contract/audit-record.ts";
import type { Verdict } from "./decision.ts";

/** One guard that held a call, and what its condition came to: null is indeterminate. */
export type AskedReview = Pick<GuardFact, "guard" | "when">;

/** The guards that a verdict holds the call for, in order. */
export function askedReviews(facts: readonly GuardFact[]): AskedReview[] {
	return facts.filter((fact) => fact.took === "review" && fact.shadow !== true).map(({ guard, when }) => ({ guard, when }));
}

/**
 * The verdict on a call that was approved.
 * @param verdict - what the guards say now
 * @param approved - the reviews that whoever approved was shown; null where nobody has approved
 * @returns the same verdict, or allow where it is a review and every guard that asks was approved as it asks
 */
export function verdictAfterApproval(verdict: Verdict, approved: readonly AskedReview[] | null): Verdict {
	if (verdict.verdict !== "review" || approved === null) return verdict;
	const isApproved = ({ guard, when }: AskedReview) => approved.some((one) => one.guard === guard && one.when === when);
	if (!askedReviews(verdict.facts).every(isApproved)) return verdict;
	return { ...verdict, verdict: "allow", reason_code: null, reason: null, approvable: false, review: null };
}
