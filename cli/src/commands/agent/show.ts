import { fullTime } from "../../audit/moment.ts";
import type { Command } from "../../command.ts";
import { pairLines } from "../../output/table.ts";
import { labelsText, statusText } from "./agent-text.ts";

export const show: Command = {
	name: "agent show",
	summary: "Show an agent",
	description: "Shows an agent: its role, its labels, whether it is revoked. Its token is nowhere to be shown.",
	arguments: [{ name: "name", description: "the agent's name", completes: "agent" }],
	options: [],
	examples: [{ command: "hivekey agent show helpdesk-bot", says: "one agent" }],
	formats: ["table", "json"],
	async run(input, { terminal, format, connect }) {
		const { admin } = await connect();
		const { request_id: _requestId, ...agent } = await admin.agents.get(input.argument(0));
		if (format === "json") return terminal.json(agent);
		const lines = pairLines([
			["name", agent.name],
			["id", agent.id],
			["role", agent.role],
			["labels", labelsText(agent.labels) || undefined],
			["created", fullTime(agent.created_at)],
			["last seen", agent.last_seen_at ? fullTime(agent.last_seen_at) : "never"],
			["status", statusText(agent)],
		]);
		terminal.print(...lines);
	},
};
