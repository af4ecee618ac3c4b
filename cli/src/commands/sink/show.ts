import type { Command } from "../../command.ts";
import { prettyJson } from "../../output/json.ts";
import { pairLines } from "../../output/table.ts";

export const show: Command = {
	name: "sink show",
	summary: "Show a sink, and whether its notices arrive",
	description: "Shows a sink's document, how much waits to be delivered, and why the last that failed did.",
	arguments: [{ name: "name", description: "the sink's name" }],
	options: [],
	examples: [{ command: "hivekey sink show on-call", says: "one sink" }],
	formats: ["table", "json"],
	async run(input, { terminal, format, connect }) {
		const { admin } = await connect();
		const { request_id: _requestId, ...sink } = await admin.sinks.get(input.argument(0));
		if (format === "json") return terminal.json(sink);
		terminal.print(
			...pairLines([
				["sink", sink.name],
				["type", sink.type],
				["events", sink.events.join(", ")],
				["waiting", String(sink.waiting)],
				["last fault", sink.last_fault ?? "none"],
			]),
			"",
			...prettyJson(sink.document).split("\n"),
		);
	},
};
