import type { Command } from "../../command.ts";

export const revoke: Command = {
	name: "agent revoke",
	summary: "Revoke an agent, or one of its tokens",
	description:
		"Takes all tokens of an agent back, or with --token the one that is named: refused from the next request on. " +
		"The agent's name stays on the log.",
	arguments: [{ name: "name", description: "the agent's name", completes: "agent" }],
	options: [{ flags: "--token <token>", description: "only this token (tok_…); `hivekey agent tokens` has their ids" }],
	examples: [
		{ command: "hivekey agent revoke helpdesk-bot", says: "at once" },
		{ command: "hivekey agent revoke helpdesk-bot --token tok_2Nf9kQ", says: "one token; the others go on" },
	],
	formats: ["table", "json"],
	async run(input, { terminal, format, connect }) {
		const name = input.argument(0);
		const token = input.text("token");
		const { admin } = await connect();
		if (token === undefined) await admin.agents.revoke(name);
		else await admin.agents.tokens.revoke(name, token);
		if (format === "json") return terminal.json({ name, token, revoked: true });
		terminal.done(token === undefined ? `Agent ${name} revoked` : `Token ${token} of agent ${name} revoked`);
	},
};
