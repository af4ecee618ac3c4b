import type { Command } from "../../command.ts";
import { ask, isToAsk, YES_OPTION } from "../../confirm.ts";

export const deleteSecret: Command = {
	name: "secret delete",
	summary: "Delete a secret that no connector and no sink takes",
	description:
		"Deletes a secret. While a connector or a sink takes it it stays: set another value, or change what takes it first.",
	arguments: [{ name: "name", description: "the secret's name", completes: "secret" }],
	options: [YES_OPTION],
	examples: [{ command: "hivekey secret delete crm-key", says: "asks first, on a terminal" }],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format, connect } = context;
		const name = input.argument(0);
		const { admin } = await connect();
		if (isToAsk(input, world)) await ask(`Delete secret ${name}?`, context);
		await admin.secrets.delete(name);
		if (format === "json") return terminal.json({ name, deleted: true });
		terminal.done(`Secret ${name} deleted`);
	},
};
