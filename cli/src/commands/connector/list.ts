import type { Command } from "../../command.ts";
import { everyItem } from "../../every-item.ts";
import { tableLines } from "../../output/table.ts";

export const list: Command = {
	name: "connector list",
	summary: "List the connectors",
	description: "Lists all connectors of the workspace.",
	arguments: [],
	options: [],
	examples: [{ command: "hivekey connector list", says: "all of them" }],
	formats: ["table", "json"],
	async run(_input, { terminal, format, connect }) {
		const { admin } = await connect();
		const connectors = await everyItem(admin.connectors.list());
		if (format === "json") return terminal.json(connectors);
		if (connectors.length === 0)
			return terminal.note("There are no connectors yet. Apply one: hivekey connector apply -f crm.yaml");
		const columns = ["NAME", "REV", "ACTIONS", "BASE URL", "CHANGED"].map((title) => ({ title }));
		const rows = connectors.map((one) => [
			one.name,
			String(one.rev),
			String(one.actions),
			one.base_url,
			one.created_at.slice(0, 10),
		]);
		terminal.print(...tableLines(columns, rows, terminal.room));
	},
};
