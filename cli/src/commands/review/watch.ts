import type { Command } from "../../command.ts";
import { jsonLine } from "../../output/json.ts";
import { Table } from "../../output/table.ts";
import { reviewColumns, reviewRow } from "../../reviews/review-rows.ts";
import { watchReviews } from "../../reviews/watch-reviews.ts";

const POLL_MS = 2_000;

export const watch: Command = {
	name: "review watch",
	summary: "Show calls as they come to wait for sign-off",
	description: "Shows what waits already, then each further call as it is held, until Ctrl-C.",
	arguments: [],
	options: [{ flags: "--agent <name>", description: "only of this agent", completes: "agent" }],
	examples: [
		{ command: "hivekey review watch", says: "beside a terminal in which you decide" },
		{ command: "hivekey review watch -o ndjson | ./tell-me", says: "for a program of your own" },
	],
	formats: ["table", "ndjson"],
	async run(input, { world, terminal, format, connect }) {
		const { admin, url } = await connect();
		const stop = new AbortController();
		const letGo = world.onInterrupt(() => stop.abort());
		const table = new Table(reviewColumns(), terminal.room);
		let headed = false;
		try {
			await watchReviews({
				admin,
				agent: input.text("agent"),
				after: "",
				pollMs: POLL_MS,
				signal: stop.signal,
				onReview(review) {
					if (format === "ndjson") return terminal.print(jsonLine(review));
					const row = table.row(reviewRow({ first: review, count: 1 }));
					terminal.print(...(headed ? [] : [table.header()]), row);
					headed = true;
				},
				onLost: () => terminal.note(`Lost the gateway at ${url}; watching goes on when it is back. Ctrl-C ends it.`),
				onFound: () => terminal.note("The gateway is back."),
			});
		} finally {
			letGo();
		}
	},
};
