/** How changes of mailboxes are answered. */
import type { MailboxChange } from "../gateway/mailboxes.ts";
import type { Answer } from "./endpoint.ts";
import { notEverywhere } from "./role-bodies.ts";

export function answerMailbox(change: MailboxChange, address: string): Answer {
	switch (change.kind) {
		case "created":
			return { status: 201, body: change.mailbox };
		case "deleted":
			return { status: 204 };
		case "no_address": {
			const message = "this is no plain e-mail address; put the bare address, such as helpdesk@acme.com";
			return { problem: "invalid_request", detail: message, errors: [{ path: "address", code: "not_an_address", message }] };
		}
		case "taken":
			return { problem: "already_exists", detail: `the address ${address} has a mailbox already` };
		case "not_found":
			return { problem: "not_found", detail: "this workspace has no such mailbox" };
		case "not_everywhere":
			return notEverywhere(change.agents);
	}
}
