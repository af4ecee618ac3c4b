import type { Command } from "../../command.ts";

export const setRole: Command = {
	name: "agent set-role",
	summary: "Give an agent another role",
	description: "Puts an agent under another role: its next request is decided by it. Its tokens stay.",
	arguments: [
		{ name: "name", description: "the agent's name", completes: "agent" },
		{ name: "role", description: "the role that it acts under from now on", completes: "role" },
	],
	options: [],
	examples: [{ command: "hivekey agent set-role helpdesk-bot support-lead", says: "at once" }],
	formats: ["table", "json"],
	async run(input, { terminal, format, connect }) {
		const { admin } = await connect();
		const { request_id: _requestId, ...agent } = await admin.agents.change(input.argument(0), { role: input.argument(1) });
		if (format === "json") return terminal.json(agent);
		terminal.done(`Agent ${agent.name} acts under role ${agent.role}`);
	},
};
