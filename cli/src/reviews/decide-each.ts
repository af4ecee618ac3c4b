/** One decision after the other; what fails is told, and the rest goes on. */
import type { ReviewDetail } from "../../../sdk/typescript/src/index.ts";
import type { Context } from "../command.ts";
import { explainError } from "../explain-error.ts";
import { CliFailure } from "../failure.ts";

export interface Deciding {
	command: string;
	/** `approved`. */
	done: string;
	decide(review: ReviewDetail): Promise<ReviewDetail>;
}

/** @throws CliFailure if any of several could not be decided; of a single one, what was in its way */
export async function decideEach(
	reviews: ReviewDetail[],
	{ command, done, decide }: Deciding,
	{ terminal, format }: Pick<Context, "terminal" | "format">,
): Promise<void> {
	const decided: ReviewDetail[] = [];
	for (const review of reviews) {
		try {
			const after = await decide(review);
			decided.push(after);
			if (format === "table") terminal.done(decidedText(after, done));
		} catch (error) {
			if (reviews.length === 1) throw error;
			terminal.warn(explainError(error, command).message, review.id);
		}
	}
	if (format === "json") terminal.json(reviews.length === 1 ? decided[0] : decided);
	const failed = reviews.length - decided.length;
	if (failed === 0) return;
	throw new CliFailure(`${failed} of ${reviews.length} could not be ${done}`, {
		code: "not_all_decided",
		next: "What is said above is what was in the way; the others are done.",
	});
}

/** `Review rev_… approved · mail.send of helpdesk-bot · executed`. */
function decidedText(review: ReviewDetail, done: string): string {
	const { id, state, approvals, action, agent, call } = review;
	const came =
		state === "pending"
			? `${approvals.given} of ${approvals.wanted} approvals`
			: state === "approved"
				? "on its way"
				: [call?.state ?? state, call?.error?.message].filter((part) => part !== undefined).join(": ");
	return `Review ${id} ${done} · ${action} of ${agent} · ${came}`;
}
