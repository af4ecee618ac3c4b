import type { AgentToken } from "../../../../sdk/typescript/src/index.ts";
import { minuteTime } from "../../audit/moment.ts";
import type { Command } from "../../command.ts";
import { everyItem } from "../../every-item.ts";
import { type Column, tableLines } from "../../output/table.ts";

export const tokens: Command = {
	name: "agent tokens",
	summary: "List an agent's tokens",
	description: "Lists all tokens of an agent by their ids, times in local time. The tokens themselves are nowhere to be shown.",
	arguments: [{ name: "name", description: "the agent's name", completes: "agent" }],
	options: [],
	examples: [{ command: "hivekey agent tokens helpdesk-bot", says: "which still work, and until when" }],
	formats: ["table", "json"],
	async run(input, { world, terminal, format, connect }) {
		const { admin } = await connect();
		const found = await everyItem(admin.agents.tokens.list(input.argument(0)));
		if (format === "json") return terminal.json(found);
		const others = ["STATUS", "CREATED", "EXPIRES"].map((title) => ({ title }));
		const columns: Column[] = [{ title: "TOKEN", whole: true }, ...others];
		const rows = found.map((token) => [
			token.id,
			statusOf(token, world.now()),
			minuteTime(token.created_at),
			token.expires_at === null ? "never" : minuteTime(token.expires_at),
		]);
		terminal.print(...tableLines(columns, rows, terminal.room));
	},
};

function statusOf({ revoked_at, expires_at }: AgentToken, now: Date): string {
	const isOver = (time: string | null) => time !== null && Date.parse(time) <= now.getTime();
	if (isOver(revoked_at)) return "revoked";
	return isOver(expires_at) ? "expired" : "active";
}
