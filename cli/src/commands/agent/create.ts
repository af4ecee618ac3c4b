import { parseDeadline } from "../../audit/moment.ts";
import type { Command } from "../../command.ts";
import { usageFailure } from "../../failure.ts";

export const create: Command = {
	name: "agent create",
	summary: "Create an agent and mint its token",
	description:
		"Mints a token bound to a role. The token alone goes to standard output, everything else to standard error. " +
		"It is shown this once: whoever has it acts as the agent.",
	arguments: [{ name: "name", description: "the agent's name: lower-case letters, digits, hyphens" }],
	options: [
		{ flags: "--role <role>", description: "the role that the agent acts under", required: true, completes: "role" },
		{ flags: "--label <key=value>", description: "a label that guards can read", repeatable: true },
		{ flags: "--expires <time>", description: "when the token ends: 90d, or an RFC 3339 time (else never)" },
	],
	examples: [
		{ command: "hivekey agent create helpdesk-bot --role support-agent", says: "prints the token" },
		{
			command: "export HK_AGENT_TOKEN=$(hivekey agent create helpdesk-bot --role support-agent)",
			says: "straight to where it is used",
		},
		{ command: "hivekey agent create helpdesk-bot --role support-agent --label team=support", says: "with a label" },
		{ command: "hivekey agent create helpdesk-bot --role support-agent --expires 90d", says: "a token that ends" },
	],
	formats: ["table", "json"],
	async run(input, { world, terminal, format, connect }) {
		const labels = parseLabels(input.list("label"));
		const expires = input.text("expires");
		const expires_at = expires === undefined ? undefined : parseDeadline(expires, "--expires", world.now());
		const { admin } = await connect();
		const answer = await admin.agents.create({ name: input.argument(0), role: input.text("role") ?? "", labels, expires_at });
		const { request_id: _requestId, ...agent } = answer;
		if (format === "json") return terminal.json(agent);
		terminal.doneAside(`Agent ${agent.name} created · role ${agent.role}`);
		terminal.note("The token is shown this once; keep it where the agent reads its secrets.");
		terminal.print(agent.token);
	},
};

function parseLabels(pairs: string[]): Record<string, string> | undefined {
	if (pairs.length === 0) return undefined;
	const labels = new Map<string, string>();
	for (const pair of pairs) {
		const at = pair.indexOf("=");
		if (at < 1) throw usageFailure(`--label ${pair} is not a label`, "Write it as key=value: --label team=support");
		const key = pair.slice(0, at);
		if (labels.has(key)) throw usageFailure(`--label ${key} is given twice`, "A label has one value.");
		labels.set(key, pair.slice(at + 1));
	}
	return Object.fromEntries(labels);
}
