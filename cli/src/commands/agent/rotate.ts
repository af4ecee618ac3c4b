import { fullTime, parseDeadline, parseSpan } from "../../audit/moment.ts";
import type { Command } from "../../command.ts";

export const rotate: Command = {
	name: "agent rotate",
	summary: "Give an agent a new token",
	description:
		"Mints a new token; the ones so far end at once, or after --overlap. The token alone goes to standard output, everything else " +
		"to standard error. It is shown this once.",
	arguments: [{ name: "name", description: "the agent's name", completes: "agent" }],
	options: [
		{ flags: "--overlap <time>", description: "how long the tokens so far go on: 30m, 24h, at most 30d (else not at all)" },
		{ flags: "--expires <time>", description: "when the new token ends: 90d, or an RFC 3339 time (else never)" },
	],
	examples: [
		{ command: "hivekey agent rotate helpdesk-bot", says: "the old token leaked: it ends at once" },
		{ command: "hivekey agent rotate helpdesk-bot --overlap 24h --expires 90d", says: "a day for the agent to change over" },
	],
	formats: ["table", "json"],
	async run(input, { world, terminal, format, connect }) {
		const name = input.argument(0);
		const now = world.now();
		const overlap = input.text("overlap");
		const expires = input.text("expires");
		const overlap_seconds = overlap === undefined ? 0 : parseSpan(overlap, "--overlap");
		const expires_at = expires === undefined ? undefined : parseDeadline(expires, "--expires", now);
		const { admin } = await connect();
		const answer = await admin.agents.tokens.create(name, { overlap_seconds, expires_at });
		const { request_id: _requestId, ...token } = answer;
		if (format === "json") return terminal.json(token);
		const end = new Date(Date.parse(token.created_at) + overlap_seconds * 1_000);
		const others = overlap_seconds === 0 ? "have ended" : `end ${fullTime(end.toISOString())}`;
		terminal.doneAside(`Agent ${name} has a new token ${token.id} · those before it ${others}`);
		if (token.expires_at !== null) terminal.note(`It ends ${fullTime(token.expires_at)}.`);
		terminal.note("The token is shown this once; keep it where the agent reads its secrets.");
		terminal.print(token.token);
	},
};
