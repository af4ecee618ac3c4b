import type { Role } from "../../../../sdk/typescript/src/index.ts";
import type { Command } from "../../command.ts";
import { everyItem } from "../../every-item.ts";
import { tableLines } from "../../output/table.ts";

export const list: Command = {
	name: "role list",
	summary: "List the roles",
	description: "Lists all roles of the workspace.",
	arguments: [],
	options: [],
	examples: [{ command: "hivekey role list", says: "all of them" }],
	formats: ["table", "json"],
	async run(_input, { terminal, format, connect }) {
		const { admin } = await connect();
		const roles = await everyItem(admin.roles.list());
		if (format === "json") return terminal.json(roles);
		if (roles.length === 0) return terminal.note("There are no roles yet. Apply one: hivekey role apply -f role.yaml");
		const columns = [{ title: "NAME" }, { title: "REV" }, { title: "GRANTS" }, { title: "DESCRIPTION" }];
		const rows = roles.map((role) => [role.name, String(role.rev), String(role.grants), descriptionOf(role)]);
		terminal.print(...tableLines(columns, rows, terminal.room));
	},
};

function descriptionOf(role: Role): string {
	const description = (role.document?.metadata as { description?: unknown } | undefined)?.description;
	return typeof description === "string" ? description : "";
}
