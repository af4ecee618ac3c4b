import type { Command } from "../../command.ts";
import { ask, isToAsk, YES_OPTION } from "../../confirm.ts";

export const deleteMailbox: Command = {
	name: "mailbox delete",
	summary: "Delete a mailbox and its mails",
	description: "Deletes a mailbox and the mails in it, for good. On a terminal it asks first.",
	arguments: [{ name: "address", description: "the mailbox's address", completes: "mailbox" }],
	options: [YES_OPTION],
	examples: [{ command: "hivekey mailbox delete helpdesk@acme.com", says: "asks first" }],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format, connect } = context;
		const address = input.argument(0);
		const { admin } = await connect();
		if (isToAsk(input, world)) await ask(`Delete mailbox ${address} and the mails in it?`, context);
		await admin.mailboxes.delete(address);
		if (format === "json") return terminal.json({ address, deleted: true });
		terminal.done(`Mailbox ${address} deleted`);
	},
};
