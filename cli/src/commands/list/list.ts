import type { Command } from "../../command.ts";
import { everyItem } from "../../every-item.ts";
import { tableLines } from "../../output/table.ts";

export const list: Command = {
	name: "list list",
	summary: "List the lists",
	description: "Lists all lists of the workspace, without their items.",
	arguments: [],
	options: [],
	examples: [{ command: "hivekey list list", says: "all of them" }],
	formats: ["table", "json"],
	async run(_input, { terminal, format, connect }) {
		const { admin } = await connect();
		const lists = await everyItem(admin.lists.list());
		if (format === "json") return terminal.json(lists);
		if (lists.length === 0) return terminal.note("There are no lists yet. Apply one: hivekey list apply -f blocked.txt");
		const columns = ["NAME", "ITEMS", "CHANGED", "DESCRIPTION"].map((title) => ({ title }));
		const rows = lists.map((one) => [one.name, String(one.count), one.updated_at.slice(0, 10), one.description]);
		terminal.print(...tableLines(columns, rows, terminal.room));
	},
};
