import type { Command } from "../../command.ts";
import { reviewLines } from "../../reviews/review-text.ts";

export const show: Command = {
	name: "review show",
	summary: "Show a held call, and everything that will run",
	description:
		"Shows why a call is held, what binds its agent, who has decided, and its whole input: nothing is cut, and what a terminal " +
		"would obey is escaped.",
	arguments: [{ name: "review", description: "the review's id (rev_…), from `hivekey review list`", completes: "review" }],
	options: [],
	examples: [{ command: "hivekey review show rev_2Nf9kQ", says: "what you would sign" }],
	formats: ["table", "json"],
	async run(input, { terminal, format, connect }) {
		const { admin } = await connect();
		const { request_id: _requestId, ...review } = await admin.reviews.get(input.argument(0));
		if (format === "json") return terminal.json(review);
		terminal.print(...reviewLines(review));
	},
};
