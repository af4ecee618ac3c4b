import { minuteTime } from "../../audit/moment.ts";
import type { Command } from "../../command.ts";
import { everyItem } from "../../every-item.ts";
import { tableLines } from "../../output/table.ts";
import { labelsText } from "./agent-text.ts";

export const list: Command = {
	name: "agent list",
	summary: "List the agents",
	description: "Lists all agents of the workspace, the revoked ones too. LAST SEEN is when one last called, in local time.",
	arguments: [],
	options: [],
	examples: [{ command: "hivekey agent list", says: "all of them" }],
	formats: ["table", "json"],
	async run(_input, { terminal, format, connect }) {
		const { admin } = await connect();
		const agents = await everyItem(admin.agents.list());
		if (format === "json") return terminal.json(agents);
		if (agents.length === 0) return terminal.note("There are no agents yet. Create one: hivekey agent create NAME --role ROLE");
		const columns = ["NAME", "ROLE", "STATUS", "CREATED", "LAST SEEN", "LABELS"].map((title) => ({ title }));
		const rows = agents.map((agent) => [
			agent.name,
			agent.role,
			agent.revoked_at ? "revoked" : "active",
			agent.created_at.slice(0, 10),
			agent.last_seen_at ? minuteTime(agent.last_seen_at) : "never",
			labelsText(agent.labels),
		]);
		terminal.print(...tableLines(columns, rows, terminal.room));
	},
};
