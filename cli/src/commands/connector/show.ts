import type { Command } from "../../command.ts";
import { actionsText } from "./applied-text.ts";

export const show: Command = {
	name: "connector show",
	summary: "Print a connector's document",
	description:
		"Prints the document of a connector, fit to be edited and applied again. `-o json` has what else is known of it as well.",
	arguments: [{ name: "name", description: "the connector's name", completes: "connector" }],
	options: [],
	examples: [{ command: "hivekey connector show crm > crm.yaml", says: "to a file" }],
	formats: ["yaml", "json"],
	async run(input, { terminal, format, connect }) {
		const { admin } = await connect();
		const { request_id: _requestId, ...connector } = await admin.connectors.get(input.argument(0));
		if (format === "json") return terminal.json(connector);
		const { yamlText } = await import("../../documents/yaml-text.ts");
		terminal.print(yamlText(connector.document).trimEnd());
		const changed = `changed ${connector.created_at.slice(0, 10)} by ${connector.changed_by}`;
		terminal.note(`Connector ${connector.name} · rev ${connector.rev} · ${actionsText(connector.actions)} · ${changed}`);
	},
};
