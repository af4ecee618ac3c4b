import type { Command } from "../../command.ts";
import { ask, isToAsk, YES_OPTION } from "../../confirm.ts";
import { decideEach } from "../../reviews/decide-each.ts";
import { PICK_OPTIONS, pickReviews } from "../../reviews/pick-reviews.ts";

export const deny: Command = {
	name: "review deny",
	summary: "Refuse held calls: they never run",
	description: "Denies held calls. The reason reaches the agent and the log. On a terminal it asks before it denies several.",
	arguments: [
		{
			name: "reviews",
			description: "ids (rev_…), from `hivekey review list`",
			variadic: true,
			optional: true,
			completes: "review",
		},
	],
	options: [...PICK_OPTIONS, { flags: "--reason <text>", description: "why, for the agent and the log" }, YES_OPTION],
	examples: [
		{ command: "hivekey review deny rev_2Nf9kQ --reason 'not to this customer'", says: "the agent is told why" },
		{ command: "hivekey review deny --all --agent runaway-bot", says: "everything that one agent waits for" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const reason = input.text("reason");
		const { admin } = await context.connect();
		const reviews = await pickReviews(input, admin, "deny");
		if (reviews.length > 1 && isToAsk(input, context.world)) await ask(`Deny these ${reviews.length} calls?`, context);
		await decideEach(
			reviews,
			{
				command: "review deny",
				done: "denied",
				async decide({ id }) {
					const { request_id: _requestId, ...after } = await admin.reviews.deny(id, reason === undefined ? {} : { reason });
					return after;
				},
			},
			context,
		);
	},
};
