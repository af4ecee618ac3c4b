import type { Command } from "../../command.ts";
import { ask, isToAsk, YES_OPTION } from "../../confirm.ts";

export const deleteSink: Command = {
	name: "sink delete",
	summary: "Delete a sink, and what waits for it",
	description: "Deletes a sink: nobody is told there any more. On a terminal it asks first.",
	arguments: [{ name: "name", description: "the sink's name" }],
	options: [YES_OPTION],
	examples: [{ command: "hivekey sink delete on-call", says: "asks first" }],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format, connect } = context;
		const name = input.argument(0);
		const { admin } = await connect();
		if (isToAsk(input, world)) await ask(`Delete sink ${name}?`, context);
		await admin.sinks.delete(name);
		if (format === "json") return terminal.json({ name, deleted: true });
		terminal.done(`Sink ${name} deleted`);
	},
};
