import type { Command } from "../../command.ts";
import { everyItem } from "../../every-item.ts";
import { tableLines } from "../../output/table.ts";

export const list: Command = {
	name: "sink list",
	summary: "List the sinks",
	description: "Lists where people are told of held calls, how much waits to be delivered, and why the last that failed did.",
	arguments: [],
	options: [],
	examples: [{ command: "hivekey sink list", says: "who is told, and whether it arrives" }],
	formats: ["table", "json"],
	async run(_input, { terminal, format, connect }) {
		const { admin } = await connect();
		const sinks = await everyItem(admin.sinks.list());
		if (format === "json") return terminal.json(sinks);
		const columns = ["SINK", "TYPE", "EVENTS", "WAITING", "LAST FAULT"].map((title) => ({ title }));
		const rows = sinks.map(({ name, type, events, waiting, last_fault }) => [
			name,
			type,
			events.join(","),
			String(waiting),
			last_fault ?? "",
		]);
		terminal.print(...tableLines(columns, rows, terminal.room));
	},
};
