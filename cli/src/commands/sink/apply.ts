import type { Command } from "../../command.ts";
import { readSources } from "../../documents/read-sources.ts";

export const apply: Command = {
	name: "sink apply",
	summary: "Create or update where people are told of held calls",
	description:
		"Applies `kind: Sink` documents: a signed webhook, a chat's incoming webhook, or mails to reviewers. What is secret in them is " +
		"named, and set beforehand. What is told is what the log may show, and never a link that decides.",
	arguments: [],
	options: [
		{ flags: "-f, --file <path>", description: "a file, a folder, or - for standard input", repeatable: true, required: true },
	],
	examples: [{ command: "hivekey sink apply -f on-call.yaml", says: "from then on, each held call is told there" }],
	formats: ["table", "json"],
	async run(input, { world, terminal, format, connect }) {
		const sources = await readSources(input.list("file"), world);
		// Loaded here: it brings the YAML parser with it.
		const { collectSinks } = await import("../../documents/collect-sinks.ts");
		const documents = collectSinks(sources, terminal);
		const { admin } = await connect();
		const applied = [];
		for (const { document } of documents) {
			const { request_id: _requestId, ...sink } = await admin.sinks.apply(document.metadata.name, document);
			applied.push(sink);
			if (format === "table") terminal.done(`Sink ${sink.name} ${sink.change} · ${sink.type} · ${sink.events.join(", ")}`);
		}
		if (format === "json") terminal.json(applied);
	},
};
