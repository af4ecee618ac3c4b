import type { Command } from "../../command.ts";
import { everyItem } from "../../every-item.ts";
import { tableLines } from "../../output/table.ts";
import { agentsText } from "./agents-text.ts";

export const list: Command = {
	name: "mailbox list",
	summary: "List the mailboxes",
	description: "Lists all mailboxes of the workspace, and the agents that each belongs to.",
	arguments: [],
	options: [],
	examples: [{ command: "hivekey mailbox list", says: "all of them" }],
	formats: ["table", "json"],
	async run(_input, { terminal, format, connect }) {
		const { admin } = await connect();
		const mailboxes = await everyItem(admin.mailboxes.list());
		if (format === "json") return terminal.json(mailboxes);
		if (mailboxes.length === 0) return terminal.note("There are no mailboxes yet. Create one: hivekey mailbox create ADDRESS");
		const columns = ["ADDRESS", "CREATED", "AGENTS"].map((title) => ({ title }));
		const rows = mailboxes.map((one) => [one.address, one.created_at.slice(0, 10), agentsText(one)]);
		terminal.print(...tableLines(columns, rows, terminal.room));
	},
};
