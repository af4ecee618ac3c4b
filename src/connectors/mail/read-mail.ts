/** `mail.read`: a page of a folder, or one message with its text and what is attached to it. */
import type { Json } from "../../contract/json.ts";
import {
	type BlobStore,
	type ExecutableCall,
	InvalidCursor,
	type MailStore,
	type Outcome,
	type ParsedMail,
} from "../../gateway/ports.ts";
import { mailKey } from "../../gateway/receive-mail.ts";

export interface ReadPorts {
	mail: MailStore;
	blobs: BlobStore;
	parse: (raw: Uint8Array) => Promise<ParsedMail>;
}

/** A longer text is cut, and says so. */
const BODY_CHARACTERS = 200_000;

/** Reads what the agent's own mailbox holds; another mailbox's message is no message. */
export async function readMail(ports: ReadPorts, mailbox: string, call: ExecutableCall): Promise<Outcome> {
	const { message_id, folder, search, limit, cursor } = call.input;
	if (typeof message_id === "string") return readOne(ports, mailbox, call.workspace_id, message_id);
	try {
		const page = await ports.mail.list(call.workspace_id, mailbox, {
			folder: typeof folder === "string" ? folder : "inbox",
			search: typeof search === "string" ? search : null,
			limit: typeof limit === "number" ? limit : 20,
			cursor: typeof cursor === "string" ? cursor : null,
		});
		return { kind: "ok", result: { messages: page.items, next_cursor: page.next_cursor } as unknown as Json };
	} catch (error) {
		if (error instanceof InvalidCursor) return refused("this cursor does not belong to this mailbox", 400);
		throw error;
	}
}

async function readOne(
	{ mail, blobs, parse }: ReadPorts,
	mailbox: string,
	workspaceId: string,
	messageId: string,
): Promise<Outcome> {
	const stored = await mail.get(workspaceId, mailbox, messageId);
	const raw = stored && (await blobs.get(mailKey(workspaceId, mailbox, stored.digest)));
	if (!stored || !raw) return refused("this mailbox has no such message", 404);
	const { body, body_type } = await parse(raw);
	const { message_id, from, to, subject, received_at, folder, attachments, size } = stored;
	const cut = body.length > BODY_CHARACTERS;
	const message = {
		message_id,
		from,
		to,
		subject,
		received_at,
		folder,
		body: cut ? body.slice(0, BODY_CHARACTERS).toWellFormed() : body,
		body_type,
		...(cut ? { body_cut: true } : {}),
		attachments,
		size,
	};
	return { kind: "ok", result: { message } as unknown as Json };
}

function refused(message: string, status: number): Outcome {
	return { kind: "failed", reached: true, error: { code: "upstream_failed", message, upstream_status: status } };
}
