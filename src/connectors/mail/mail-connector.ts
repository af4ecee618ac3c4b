/** The built-in mail connector: an agent's own mailbox, to send from and to read. */

import { mailActions } from "../../contract/mail-actions.ts";
import type { Connector, Ids, Outcome } from "../../gateway/ports.ts";
import { type ReadPorts, readMail } from "./read-mail.ts";
import { type MailBinding, sendMail } from "./send-mail.ts";

export function createMailConnector(binding: MailBinding, reading: ReadPorts, ids: Ids): Connector {
	return {
		name: "mail",
		definitions: mailActions,
		async execute(call) {
			if (call.mailbox === null) return NO_MAILBOX;
			switch (call.definition.name) {
				case "mail.send":
					return sendMail(binding, ids, call.mailbox, call);
				case "mail.read":
					return readMail(reading, call.mailbox, call);
				default:
					throw new Error(`the mail connector has no action ${call.definition.name}`);
			}
		},
	};
}

const NO_MAILBOX: Outcome = {
	kind: "failed",
	reached: false,
	error: {
		code: "no_mailbox",
		message: "no mailbox belongs to this agent: give it one, or keep exactly one in the workspace",
		upstream_status: null,
	},
};
