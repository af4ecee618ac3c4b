import type { Command } from "../../command.ts";
import { ask, isToAsk, YES_OPTION } from "../../confirm.ts";
import { conditionOn, explainStale } from "../../documents/role-in-force.ts";
import { revisionText } from "./revision-text.ts";

export const deleteRole: Command = {
	name: "role delete",
	summary: "Delete a role",
	description:
		"Deletes a role that no agent uses any more; while agents do, it is refused and they are named. Its revisions stay: " +
		"`hivekey role rollback` brings it back. On a terminal it asks first.",
	arguments: [{ name: "name", description: "the role's name", completes: "role" }],
	options: [YES_OPTION],
	examples: [{ command: "hivekey role delete support-agent", says: "asks first" }],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format, connect } = context;
		const name = input.argument(0);
		const { admin } = await connect();
		let condition = {};
		if (isToAsk(input, world)) {
			const role = await admin.roles.get(name);
			await ask(`Delete role ${name} (${revisionText(role)})?`, context);
			condition = conditionOn(role);
		}
		await admin.roles.delete(name, condition).catch((error) => {
			throw explainStale(error, name);
		});
		if (format === "json") return terminal.json({ name, deleted: true });
		terminal.done(`Role ${name} deleted`);
	},
};
