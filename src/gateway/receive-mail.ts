/**
 * A mail that comes in: kept whole, and what it says about itself beside it. Mail that is nobody's is refused while the sender is
 * still connected, so that it never lies anywhere. What fails on our side rejects, and the sender's server tries again later.
 */
import { readEmailAddress } from "../policy/email-address.ts";
import type { BlobStore, Digests, Ids, MailStore, ParsedMail } from "./ports.ts";

export interface ReceivePorts {
	mail: MailStore;
	blobs: BlobStore;
	ids: Ids;
	digests: Digests;
	parse: (raw: Uint8Array) => Promise<ParsedMail>;
	now: () => number;
}

/** Cloudflare takes 25 MiB; what an agent is to read is smaller. */
export const MAX_MAIL_BYTES = 10_485_760;
const EXCERPT_CHARACTERS = 4_000;
const FOLDER = /^[a-z][a-z0-9-]{0,62}$/;

export type Reception = { kind: "kept"; message_id: string } | { kind: "refused"; reason: string };

/**
 * @param to - the envelope's recipient; `helpdesk+orders@acme.com` goes to the folder `orders` of `helpdesk@acme.com`
 * @param read - reads the mail; called only if somebody wants it
 */
export async function receiveMail(
	ports: ReceivePorts,
	to: string,
	size: number,
	read: () => Promise<Uint8Array>,
): Promise<Reception> {
	const place = await findMailbox(ports.mail, to);
	if (!place) return { kind: "refused", reason: "550 5.1.1 there is no such mailbox here" };
	if (size > MAX_MAIL_BYTES) return { kind: "refused", reason: `552 5.3.4 the mail is larger than ${MAX_MAIL_BYTES} bytes` };

	const raw = await read();
	const parsed = await ports.parse(raw);
	const digest = ports.digests.sha256(raw);
	const message_id = ports.ids.make("msg");
	await ports.blobs.put(mailKey(place.workspaceId, place.mailbox, digest), raw);
	await ports.mail.add(place.workspaceId, {
		message_id,
		mailbox: place.mailbox,
		folder: place.folder,
		from: parsed.from,
		to: parsed.to,
		subject: parsed.subject,
		received_at: new Date(ports.now()).toISOString(),
		excerpt: parsed.body.slice(0, EXCERPT_CHARACTERS).toWellFormed(),
		attachments: parsed.attachments,
		size: raw.length,
		digest,
	});
	return { kind: "kept", message_id };
}

/** Where the mail itself lies. */
export function mailKey(workspaceId: string, mailbox: string, digest: string): string {
	return `${workspaceId}/mail/${mailbox}/${digest}`;
}

async function findMailbox(
	store: MailStore,
	to: string,
): Promise<{ workspaceId: string; mailbox: string; folder: string } | null> {
	const address = readEmailAddress(to.trim().toLowerCase());
	if (!address) return null;
	const exact = await store.owner(address.address);
	if (exact) return { ...exact, mailbox: address.address, folder: "inbox" };
	const [local = "", tag = ""] = address.local.split(/\+(.*)/s);
	if (tag === "") return null;
	const mailbox = `${local}@${address.domain}`;
	const owner = await store.owner(mailbox);
	return owner && { ...owner, mailbox, folder: FOLDER.test(tag) ? tag : "inbox" };
}
