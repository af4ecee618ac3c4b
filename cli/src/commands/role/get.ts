import type { Command } from "../../command.ts";
import { revisionText } from "./revision-text.ts";

export const get: Command = {
	name: "role get",
	summary: "Show a role",
	description:
		"Prints a role's document as YAML, fit to be edited and applied again. `-o json` has its revision, hash and grants as well.",
	arguments: [{ name: "name", description: "the role's name", completes: "role" }],
	options: [],
	examples: [
		{ command: "hivekey role get support-agent > support-agent.yaml", says: "to a file" },
		{ command: "hivekey role get support-agent -o json", says: "with revision and hash" },
	],
	formats: ["yaml", "json"],
	async run(input, { terminal, format, connect }) {
		const { admin } = await connect();
		const { request_id: _requestId, etag: _etag, ...role } = await admin.roles.get(input.argument(0));
		if (format === "json") return terminal.json(role);
		const { yamlText } = await import("../../documents/yaml-text.ts");
		terminal.print(yamlText(role.document).trimEnd());
		terminal.note(`Role ${role.name} · ${revisionText(role)}`);
	},
};
