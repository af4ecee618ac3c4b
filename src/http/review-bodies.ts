/** How decisions on held calls are answered. */
import type { ReviewState } from "../contract/review.ts";
import type { DecisionTaken } from "../gateway/decide-review.ts";
import type { CallReleased } from "../gateway/release-call.ts";
import type { Answer } from "./endpoint.ts";

export const NO_REVIEW: Answer = { problem: "not_found", detail: "there is no such review" };

/** One answer for each way that a decision can go; a new way does not compile without one. */
export function answerDecision(taken: DecisionTaken): Answer {
	switch (taken.kind) {
		case "decided":
			return { status: 200, body: taken.review };
		case "not_found":
			return NO_REVIEW;
		case "over":
			return { problem: "review_decided", detail: `nothing was changed: ${OVER[taken.state]}` };
		case "not_what_is_held":
			return {
				problem: "review_changed",
				detail: "nothing was approved: the digest is not that of what is held now; look at the review again",
			};
		case "own_agent":
			return {
				problem: "own_agent",
				detail: "nothing was approved: this key counts as the one that made the agent, and somebody else has to sign off",
			};
		case "already_approved":
			return {
				problem: "already_approved",
				detail: "nothing was changed: this owner has approved it, and another one has to as well",
			};
		case "afresh":
			return {
				problem: "review_changed",
				detail: `${taken.differences.length > 0 ? "what binds the agent has changed since the call was held" : "a guard says something else now"}: it was decided afresh, and ${becameWords(taken.became)}`,
				errors: taken.differences.map(({ what, before, after }) => ({
					path: what,
					code: "changed",
					message: `${what} was ${before}, is ${after}`,
				})),
			};
	}
}

const OVER: Record<ReviewState, string> = {
	pending: "the review is pending",
	approved: "it is approved already",
	released: "the call has been released already",
	denied: "the call has been denied already",
	expired: "the review has expired, and the call with it",
};

function becameWords(became: CallReleased): string {
	switch (became.kind) {
		case "held":
			return "is still held: look at the review again";
		case "denied":
			return `denied: ${became.verdict.reason ?? "a guard refused it"}`;
		case "ended":
			return `the role in force lets it pass: the call is ${became.ended.state}`;
		case "over":
			return OVER[became.state];
		case "not_found":
			return "is gone";
		case "unavailable":
			return `is pending, for ${became.why}`;
	}
}
