import type { Command } from "../../command.ts";
import { ask, isToAsk, YES_OPTION } from "../../confirm.ts";
import { itemsText } from "./items-text.ts";

export const deleteList: Command = {
	name: "list delete",
	summary: "Delete a list",
	description:
		"Deletes a list that no role takes any more; while roles do, it is refused and they are named. On a terminal it asks first.",
	arguments: [{ name: "name", description: "the list's name", completes: "list" }],
	options: [YES_OPTION],
	examples: [{ command: "hivekey list delete blocked", says: "asks first" }],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format, connect } = context;
		const name = input.argument(0);
		const { admin } = await connect();
		if (isToAsk(input, world)) {
			const { count } = await admin.lists.get(name);
			await ask(`Delete list ${name} (${itemsText(count)})?`, context);
		}
		await admin.lists.delete(name);
		if (format === "json") return terminal.json({ name, deleted: true });
		terminal.done(`List ${name} deleted`);
	},
};
