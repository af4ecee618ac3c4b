import type { Command } from "../../command.ts";
import { connectAsRoot } from "../../connection.ts";
import { everyItem } from "../../every-item.ts";
import { tableLines } from "../../output/table.ts";
import { ROOT_KEY_OPTION } from "./root-key-option.ts";

export const list: Command = {
	name: "workspace list",
	summary: "List the workspaces of a deployment",
	description: "For the operator of a deployment, with its root key, which is stored nowhere.",
	arguments: [],
	options: [ROOT_KEY_OPTION],
	examples: [{ command: "hivekey workspace list", says: "all of them" }],
	formats: ["table", "json"],
	async run(input, { world, terminal, format, url, profile }) {
		const root = await connectAsRoot(world, { url, profile }, input.text("rootKey"));
		const workspaces = await everyItem(root.workspaces.list());
		if (format === "json") return terminal.json(workspaces);
		if (workspaces.length === 0) {
			return terminal.note("There are no workspaces yet. Create one: hivekey workspace create --organization O --workspace W");
		}
		const columns = ["ID", "ORGANIZATION", "WORKSPACE", "CREATED"].map((title) => ({ title }));
		const rows = workspaces.map((one) => [one.workspace_id, one.organization, one.workspace, one.created_at.slice(0, 10)]);
		terminal.print(...tableLines(columns, rows, terminal.room));
	},
};
