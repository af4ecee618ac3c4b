import type { Command } from "../../command.ts";
import { printable } from "../../output/printable.ts";
import { itemsText } from "./items-text.ts";

export const show: Command = {
	name: "list show",
	summary: "Show a list's items",
	description: "Prints the items of a list, one a line, in their order. `-o json` has what else is known of the list as well.",
	arguments: [{ name: "name", description: "the list's name", completes: "list" }],
	options: [],
	examples: [
		{ command: "hivekey list show blocked > blocked.txt", says: "to a file, fit to be applied again" },
		{ command: "hivekey list show blocked -o json", says: "with digest, times and who changed it" },
	],
	formats: ["table", "json"],
	async run(input, { terminal, format, connect }) {
		const { admin } = await connect();
		const { request_id: _requestId, ...list } = await admin.lists.get(input.argument(0));
		if (format === "json") return terminal.json(list);
		terminal.print(list.items.map((item) => printable(String(item))).join("\n"));
		const changed = `changed ${list.updated_at.slice(0, 10)} by ${list.changed_by}`;
		const description = list.description === "" ? "" : ` · ${list.description}`;
		terminal.note(`List ${list.name} · ${itemsText(list.count)} · ${changed}${description}`);
	},
};
