import type { ReviewDetail } from "../../../../sdk/typescript/src/index.ts";
import type { Command } from "../../command.ts";
import { ask, isToAsk, YES_OPTION } from "../../confirm.ts";
import { usageFailure } from "../../failure.ts";
import { decideEach } from "../../reviews/decide-each.ts";
import { PICK_OPTIONS, pickReviews } from "../../reviews/pick-reviews.ts";
import { differenceLines, reviewLines } from "../../reviews/review-text.ts";

export const approve: Command = {
	name: "review approve",
	summary: "Sign held calls off: what was shown runs",
	description:
		"Shows what will run, asks on a terminal, and approves exactly that: what has changed meanwhile is refused and wants another " +
		"look. Of several calls the first is shown whole, the others by what is different. Says what became of each call.",
	arguments: [
		{
			name: "reviews",
			description: "ids (rev_…), from `hivekey review list`",
			variadic: true,
			optional: true,
			completes: "review",
		},
	],
	options: [
		...PICK_OPTIONS,
		{ flags: "--note <text>", description: "a word for the log" },
		{ flags: "--digest <digest>", description: "of one review that you have seen: approves nothing else" },
		YES_OPTION,
	],
	examples: [
		{ command: "hivekey review approve rev_2Nf9kQ --note 'known customer'", says: "shows it, asks, approves" },
		{ command: "hivekey review approve --all --agent helpdesk-bot", says: "a batch, with the differences shown" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, connect } = context;
		const digest = input.text("digest");
		if (digest !== undefined && input.argumentsFrom(0).length !== 1)
			throw usageFailure("--digest is of one review: name that one alone");
		const note = input.text("note");
		const { admin } = await connect();
		const reviews = await pickReviews(input, admin, "approve");
		if (isToAsk(input, world)) {
			terminal.say(...batchLines(reviews));
			await ask(`Approve ${reviews.length === 1 ? reviews[0]?.id : `these ${reviews.length} calls`}?`, context);
		}
		const approval = (review: ReviewDetail) => ({ digest: digest ?? review.digest, ...(note === undefined ? {} : { note }) });
		await decideEach(
			reviews,
			{
				command: "review approve",
				done: "approved",
				async decide(review) {
					const { request_id: _requestId, ...after } = await admin.reviews.approve(review.id, approval(review));
					return after;
				},
			},
			context,
		);
	},
};

/** The first whole, the others by what is different; calls that would do the very same are counted. */
function batchLines(reviews: ReviewDetail[]): string[] {
	const [first, ...others] = reviews;
	if (first === undefined) return [];
	const lines = [...reviewLines(first), ""];
	const alike = others.filter((other) => other.digest === first.digest).length;
	if (alike > 0) lines.push(`${alike} more would do the very same.`, "");
	const shown = new Set([first.digest]);
	for (const other of others) {
		if (shown.has(other.digest)) continue;
		shown.add(other.digest);
		const count = others.filter(({ digest }) => digest === other.digest).length;
		lines.push(...differenceLines(first, other), ...(count > 1 ? [`  and ${count - 1} more like it`] : []), "");
	}
	return lines;
}
