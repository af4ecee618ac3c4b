import { explainAct } from "../../audit/explain-act.ts";
import type { Command } from "../../command.ts";
import { CliFailure } from "../../failure.ts";

export const show: Command = {
	name: "audit show",
	summary: "Explain one decision",
	description:
		"Shows everything that the log has of one act: each guard with the values that it saw and which way it went (* decided), " +
		"the states that the call went through, and how long it took.",
	arguments: [{ name: "act", description: "the act's id (act_…), from an answer or from the log" }],
	options: [],
	examples: [
		{ command: "hivekey audit show act_2Nf9kR", says: "why it was denied" },
		{ command: "hivekey audit show act_2Nf9kR -o json", says: "its records" },
	],
	formats: ["table", "json"],
	async run(input, { terminal, format, connect }) {
		const id = input.argument(0);
		const { admin } = await connect();
		const { items } = await admin.audit.get(id);
		if (items.length === 0) {
			throw new CliFailure(`The log has no act ${id}`, {
				code: "not_found",
				next: "`hivekey audit tail -o ndjson` has the ids of the latest acts.",
			});
		}
		if (format === "json") return terminal.json(items);
		terminal.print(...explainAct(items, terminal.room));
	},
};
