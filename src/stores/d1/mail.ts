/** Received mail in D1: all but the mail itself, which lies in R2. */
import { and, desc, eq, sql } from "drizzle-orm";
import type { MailStore } from "../../gateway/ports.ts";
import { decodeCursor, pageOf } from "./cursors.ts";
import type { Database } from "./database.ts";
import { mailboxes, messages } from "./schema/index.ts";

export function createMailStore(db: Database): MailStore {
	const summary = {
		message_id: messages.id,
		from: messages.from_address,
		to: messages.to_addresses,
		subject: messages.subject,
		received_at: messages.received_at,
	};

	return {
		async owner(address) {
			const row = await db
				.select({ workspaceId: mailboxes.workspace_id })
				.from(mailboxes)
				.where(eq(mailboxes.address, address))
				.get();
			return row ?? null;
		},

		async add(workspaceId, mail) {
			await db
				.insert(messages)
				.values({
					id: mail.message_id,
					workspace_id: workspaceId,
					mailbox: mail.mailbox,
					folder: mail.folder,
					from_address: mail.from,
					to_addresses: JSON.stringify(mail.to),
					subject: mail.subject,
					excerpt: mail.excerpt,
					attachments: JSON.stringify(mail.attachments),
					size: mail.size,
					digest: mail.digest,
					received_at: mail.received_at,
				})
				.onConflictDoNothing();
		},

		async list(workspaceId, mailbox, { folder, search, limit, cursor }) {
			const [receivedAt = null, id = null] = (decodeCursor(cursor, "string") ?? "").split(" ");
			const rows = await db
				.select(summary)
				.from(messages)
				.where(
					and(
						eq(messages.workspace_id, workspaceId),
						eq(messages.mailbox, mailbox),
						eq(messages.folder, folder),
						search === null
							? undefined
							: sql`instr(lower(${messages.subject} || char(10) || ${messages.from_address} || char(10) || ${messages.excerpt}), lower(${search})) > 0`,
						receivedAt && id ? sql`(${messages.received_at}, ${messages.id}) < (${receivedAt}, ${id})` : undefined,
					),
				)
				.orderBy(desc(messages.received_at), desc(messages.id))
				.limit(limit + 1);
			return pageOf(
				rows,
				limit,
				(row) => `${row.received_at} ${row.message_id}`,
				(row) => ({ ...row, to: JSON.parse(row.to) as string[] }),
			);
		},

		async get(workspaceId, mailbox, messageId) {
			const row = await db
				.select({
					...summary,
					folder: messages.folder,
					excerpt: messages.excerpt,
					attachments: messages.attachments,
					size: messages.size,
					digest: messages.digest,
				})
				.from(messages)
				.where(and(eq(messages.workspace_id, workspaceId), eq(messages.mailbox, mailbox), eq(messages.id, messageId)))
				.get();
			return row ? { ...row, to: JSON.parse(row.to), attachments: JSON.parse(row.attachments) } : null;
		},
	};
}
