import type { Command } from "../../command.ts";
import { usageFailure } from "../../failure.ts";
import { labelsText } from "./agent-text.ts";

export const label: Command = {
	name: "agent label",
	summary: "Set or remove an agent's labels",
	description: "Sets labels (key=value) and removes them (key-). Labels that are not named stay. Guards can read them.",
	arguments: [
		{ name: "name", description: "the agent's name", completes: "agent" },
		{ name: "labels", description: "key=value to set, key- to remove", variadic: true },
	],
	options: [],
	examples: [
		{ command: "hivekey agent label helpdesk-bot team=support zone=eu", says: "sets two" },
		{ command: "hivekey agent label helpdesk-bot zone-", says: "removes one" },
	],
	formats: ["table", "json"],
	async run(input, { terminal, format, connect }) {
		const name = input.argument(0);
		const changes = parseChanges(input.argumentsFrom(1));
		const { admin } = await connect();
		const labels = new Map(Object.entries((await admin.agents.get(name)).labels));
		for (const [key, value] of changes) {
			if (value !== null) labels.set(key, value);
			else if (!labels.delete(key)) terminal.note(`Agent ${name} had no label ${key}.`);
		}
		const { request_id: _requestId, ...agent } = await admin.agents.change(name, { labels: Object.fromEntries(labels) });
		if (format === "json") return terminal.json(agent);
		terminal.done(`Agent ${agent.name} labelled · ${labelsText(agent.labels) || "no labels"}`);
	},
};

/** Key -> its new value, null to remove it. */
function parseChanges(words: string[]): Map<string, string | null> {
	const changes = new Map<string, string | null>();
	for (const word of words) {
		const [, key, value] = /^([^=]+)=(.*)$/s.exec(word) ?? /^([^=]+)-$/s.exec(word) ?? [];
		if (key === undefined) throw usageFailure(`${word} is not a label`, "Write key=value to set it, key- to remove it.");
		if (changes.has(key)) throw usageFailure(`The label ${key} is given twice`, "A label has one value.");
		changes.set(key, value ?? null);
	}
	return changes;
}
