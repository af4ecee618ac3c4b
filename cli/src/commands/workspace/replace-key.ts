import type { Command } from "../../command.ts";
import { ask, isToAsk, YES_OPTION } from "../../confirm.ts";
import { connectAsRoot } from "../../connection.ts";
import { ROOT_KEY_OPTION } from "./root-key-option.ts";

export const replaceKey: Command = {
	name: "workspace replace-key",
	summary: "Replace a lost or leaked admin key",
	description:
		"For the operator of a deployment, with its root key, which is stored nowhere: mints a new admin key for a workspace. The key " +
		"alone goes to standard output. With --revoke-others every other key of the workspace ends; on a terminal it asks first.",
	arguments: [{ name: "workspace", description: "the workspace's id (ws_…), from `hivekey workspace list`" }],
	options: [
		{ flags: "--owner <owner>", description: "whose key it is: a name or an e-mail address (else root)" },
		{ flags: "--revoke-others", description: "also revoke every other key of the workspace" },
		ROOT_KEY_OPTION,
		YES_OPTION,
	],
	examples: [
		{ command: "hivekey workspace replace-key ws_2Nf9kQ --owner ann@acme.com", says: "a key was lost" },
		{ command: "hivekey workspace replace-key ws_2Nf9kQ --revoke-others", says: "a key leaked" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format, url, profile } = context;
		const id = input.argument(0);
		const revokeOthers = input.flag("revokeOthers");
		const root = await connectAsRoot(world, { url, profile }, input.text("rootKey"));
		if (revokeOthers && isToAsk(input, world)) await ask(`Revoke every key of workspace ${id}, and make a new one?`, context);
		const { request_id: _requestId, ...key } = await root.workspaces.replaceKey(id, {
			owner: input.text("owner") ?? "root",
			revoke_others: revokeOthers,
		});
		if (format === "json") return terminal.json(key);
		terminal.doneAside(`Key ${key.id} created · ${key.owner}${revokeOthers ? " · all others revoked" : ""}`);
		terminal.note("The key is shown this once: hivekey login --key - takes it from standard input.");
		terminal.print(key.key);
	},
};
