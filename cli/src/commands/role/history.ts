import { minuteTime } from "../../audit/moment.ts";
import type { Command } from "../../command.ts";
import { everyItem } from "../../every-item.ts";
import { tableLines } from "../../output/table.ts";

export const history: Command = {
	name: "role history",
	summary: "List the revisions of a role",
	description:
		"Lists every revision of a role, the newest first, in local time, with the key that made it; also of a role that was deleted. " +
		"The one in force is marked. `-o json` has their documents.",
	arguments: [{ name: "name", description: "the role's name", completes: "role" }],
	options: [],
	examples: [
		{ command: "hivekey role history support-agent", says: "who changed it, and when" },
		{ command: "hivekey role history support-agent -o json", says: "with every document" },
	],
	formats: ["table", "json"],
	async run(input, { terminal, format, connect }) {
		const { admin } = await connect();
		const revisions = await everyItem(admin.roles.revisions(input.argument(0)));
		if (format === "json") return terminal.json(revisions);
		const columns = ["REV", "CHANGED", "BY", "GRANTS", "IN FORCE"].map((title) => ({ title }));
		const rows = revisions.map((revision) => [
			String(revision.rev),
			minuteTime(revision.created_at),
			revision.changed_by,
			String(revision.grants),
			revision.in_force ? "yes" : "",
		]);
		terminal.print(...tableLines(columns, rows, terminal.room));
	},
};
