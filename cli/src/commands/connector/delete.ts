import type { Command } from "../../command.ts";
import { ask, isToAsk, YES_OPTION } from "../../confirm.ts";
import { actionsText } from "./applied-text.ts";

export const deleteConnector: Command = {
	name: "connector delete",
	summary: "Delete a connector of which no role grants an action",
	description: "Deletes a connector. While a role grants one of its actions it stays. Its revisions stay in any case.",
	arguments: [{ name: "name", description: "the connector's name", completes: "connector" }],
	options: [YES_OPTION],
	examples: [{ command: "hivekey connector delete crm", says: "asks first, on a terminal" }],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format, connect } = context;
		const name = input.argument(0);
		const { admin } = await connect();
		if (isToAsk(input, world)) {
			const { actions } = await admin.connectors.get(name);
			await ask(`Delete connector ${name} (${actionsText(actions)})?`, context);
		}
		await admin.connectors.delete(name);
		if (format === "json") return terminal.json({ name, deleted: true });
		terminal.done(`Connector ${name} deleted`);
	},
};
