import type { Command } from "../../command.ts";
import { pairLines } from "../../output/table.ts";

export const whoami: Command = {
	name: "whoami",
	summary: "Show whose key this is and where it works",
	description: "Asks the gateway about the key in use: its workspace, its owner and its scopes.",
	arguments: [],
	options: [],
	examples: [{ command: "hivekey whoami", says: "the key in use" }],
	formats: ["table", "json"],
	async run(_input, { terminal, format, connect }) {
		const { admin, url } = await connect();
		const { request_id: _requestId, ...who } = await admin.whoami();
		if (format === "json") return terminal.json({ ...who, url });
		const lines = pairLines([
			["organization", who.organization],
			["workspace", `${who.workspace} (${who.workspace_id})`],
			["key", who.key.id],
			["owner", who.key.owner],
			["scopes", who.key.scopes.join(", ")],
			["gateway", url],
		]);
		terminal.print(...lines);
	},
};
