/** Whether one verdict lets more pass than another, on the same call. */
import type { Effect } from "../../contract/verdict.ts";
import type { ReviewTermsTaken } from "../compiled-role.ts";
import type { Verdict } from "../decision.ts";
import { strictness } from "../strictness.ts";

/**
 * Allow is laxer than review, review than deny. Of two reviews the one is laxer that wants fewer approvals, stays open longer, may
 * be approved by whoever asked, or was asked for by fewer guards: a release passes over the guards that held the call, and those
 * alone.
 */
export function isLaxer(after: Verdict, before: Verdict): boolean {
	if (after.verdict !== before.verdict) return strictness(after.verdict) < strictness(before.verdict);
	const [now, then] = [after.review, before.review];
	if (now === null || then === null) return false;
	return !areAsStrict(now, then) || now.guards.length < then.guards.length;
}

/** Whether terms ask for no less than others do. */
export function areAsStrict(after: ReviewTermsTaken, before: ReviewTermsTaken): boolean {
	return (
		after.approvals >= before.approvals &&
		after.expires_ms <= before.expires_ms &&
		(!after.self_approval || before.self_approval) &&
		(after.others_only === true || before.others_only !== true)
	);
}

const WORDS: Record<Effect, string> = { allow: "allowed", review: "held for review", deny: "denied" };

/** `held for review`. */
export function verdictWords(effect: Effect): string {
	return WORDS[effect];
}
