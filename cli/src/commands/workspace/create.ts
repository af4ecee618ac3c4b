import type { Command } from "../../command.ts";
import { connectAsRoot } from "../../connection.ts";
import { workspaceText } from "../account/workspace-text.ts";
import { ROOT_KEY_OPTION } from "./root-key-option.ts";

export const create: Command = {
	name: "workspace create",
	summary: "Create a workspace and its first admin key",
	description:
		"For the operator of a deployment, with its root key, which is stored nowhere. The workspace's first admin key alone goes to " +
		"standard output, everything else to standard error. It is shown this once.",
	arguments: [],
	options: [
		{ flags: "--organization <name>", description: "the organization: lower-case letters, digits, hyphens", required: true },
		{ flags: "--workspace <name>", description: "the workspace's name in it", required: true },
		{ flags: "--owner <owner>", description: "whose key it is: a name or an e-mail address (else root)" },
		ROOT_KEY_OPTION,
	],
	examples: [
		{ command: "hivekey workspace create --organization acme-corp --workspace prod", says: "prints the admin key" },
		{
			command: "hivekey workspace create --organization acme-corp --workspace prod --root-key - < root-key.txt",
			says: "the root key from a file",
		},
	],
	formats: ["table", "json"],
	async run(input, { world, terminal, format, url, profile }) {
		const root = await connectAsRoot(world, { url, profile }, input.text("rootKey"));
		const { request_id: _requestId, ...workspace } = await root.workspaces.create({
			organization: input.text("organization") ?? "",
			workspace: input.text("workspace") ?? "",
			owner: input.text("owner"),
		});
		if (format === "json") return terminal.json(workspace);
		terminal.doneAside(
			`Workspace ${workspace.workspace_id} created · ${workspaceText(workspace.organization, workspace.workspace)}`,
		);
		terminal.note("Its admin key is shown this once: hivekey login --key - takes it from standard input.");
		terminal.print(workspace.key);
	},
};
