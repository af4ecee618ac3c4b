import type { Command } from "../../command.ts";
import { agentsText } from "./agents-text.ts";

export const create: Command = {
	name: "mailbox create",
	summary: "Make an address receive mail for agents",
	description:
		"The agents that are named send from the address and read its mails. Without any it serves all agents that no " +
		"mailbox names, as long as it is the only one without.",
	arguments: [{ name: "address", description: "the bare e-mail address" }],
	options: [{ flags: "--agent <name>", description: "an agent that it belongs to", repeatable: true, completes: "agent" }],
	examples: [
		{ command: "hivekey mailbox create helpdesk@acme.com", says: "for every agent without a mailbox of its own" },
		{ command: "hivekey mailbox create billing@acme.com --agent billing-bot", says: "for one agent" },
	],
	formats: ["table", "json"],
	async run(input, { terminal, format, connect }) {
		const { admin } = await connect();
		const agents = [...new Set(input.list("agent"))];
		const { request_id: _requestId, ...mailbox } = await admin.mailboxes.create({ address: input.argument(0), agents });
		if (format === "json") return terminal.json(mailbox);
		terminal.done(`Mailbox ${mailbox.address} created · ${agentsText(mailbox)}`);
	},
};
