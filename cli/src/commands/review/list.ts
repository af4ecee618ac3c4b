import type { ReviewQuery } from "../../../../sdk/typescript/src/index.ts";
import type { Command } from "../../command.ts";
import { everyItem } from "../../every-item.ts";
import { jsonLine } from "../../output/json.ts";
import { tableLines } from "../../output/table.ts";
import { groupReviews, reviewColumns, reviewRow } from "../../reviews/review-rows.ts";

const STATES = ["pending", "approved", "released", "denied", "expired", "all"];

export const list: Command = {
	name: "review list",
	summary: "List the calls that wait for sign-off",
	description:
		"Lists held calls, the oldest first, times in local time. Calls that would do the very same share one row (×3); " +
		"-o json has each. --state shows others than the pending ones.",
	arguments: [],
	options: [
		{ flags: "--agent <name>", description: "only of this agent", completes: "agent" },
		{ flags: "--state <state>", description: "only in this state (default: pending)", choices: STATES },
	],
	examples: [
		{ command: "hivekey review list", says: "what waits" },
		{ command: "hivekey review list --state denied --agent helpdesk-bot", says: "what people refused of one agent's" },
	],
	formats: ["table", "json", "ndjson"],
	async run(input, { terminal, format, connect }) {
		const state = input.text("state") as ReviewQuery["state"];
		const { admin } = await connect();
		const reviews = await everyItem(admin.reviews.list({ agent: input.text("agent"), state, limit: 200 }));
		if (format === "json") return terminal.json(reviews);
		if (format === "ndjson") return terminal.print(...reviews.map((review) => jsonLine(review)));
		if (reviews.length === 0) return terminal.note(state === undefined ? "No call waits for sign-off." : "There are none.");
		terminal.print(...tableLines(reviewColumns(), groupReviews(reviews).map(reviewRow), terminal.room));
	},
};
