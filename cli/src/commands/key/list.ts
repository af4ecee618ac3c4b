import { minuteTime } from "../../audit/moment.ts";
import type { Command } from "../../command.ts";
import { everyItem } from "../../every-item.ts";
import { type Column, tableLines } from "../../output/table.ts";

export const list: Command = {
	name: "key list",
	summary: "List the keys",
	description:
		"Lists all keys of the workspace, the revoked ones too, times in local time. The keys themselves are nowhere to be shown.",
	arguments: [],
	options: [],
	examples: [{ command: "hivekey key list", says: "whose keys there are, and which are still used" }],
	formats: ["table", "json"],
	async run(_input, { terminal, format, connect }) {
		const { admin } = await connect();
		const keys = await everyItem(admin.keys.list());
		if (format === "json") return terminal.json(keys);
		const others = ["OWNER", "SCOPES", "STATUS", "CREATED", "LAST USED"].map((title) => ({ title }));
		const columns: Column[] = [{ title: "KEY", whole: true }, ...others];
		const rows = keys.map((key) => [
			key.id,
			key.owner,
			key.scopes.join(","),
			key.revoked_at === null ? "active" : "revoked",
			key.created_at.slice(0, 10),
			key.last_used_at === null ? "never" : minuteTime(key.last_used_at),
		]);
		terminal.print(...tableLines(columns, rows, terminal.room));
	},
};
