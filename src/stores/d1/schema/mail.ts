import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const mailboxes = sqliteTable(
	"mailboxes",
	{
		address: text().primaryKey(),
		workspace_id: text().notNull(),
		/** JSON list of agent names that it is for; empty: for those that no mailbox names. */
		agents: text().notNull().default("[]"),
		created_at: text().notNull(),
	},
	(t) => [index("mailboxes_by_workspace").on(t.workspace_id)],
);

/** What is known of each mail; the mail itself lies in R2. */
export const messages = sqliteTable(
	"messages",
	{
		id: text().primaryKey(),
		workspace_id: text().notNull(),
		mailbox: text().notNull(),
		folder: text().notNull(),
		from_address: text().notNull(),
		/** JSON list of addresses. */
		to_addresses: text().notNull(),
		subject: text().notNull(),
		/** The beginning of the text, for searching. */
		excerpt: text().notNull(),
		/** JSON list of {name, type, size}. */
		attachments: text().notNull(),
		/** Bytes of the mail as it came. */
		size: integer().notNull(),
		/** SHA-256 of the mail as it came, hex: the same mail delivered again is the same mail. */
		digest: text().notNull(),
		received_at: text().notNull(),
	},
	(t) => [
		index("messages_by_folder").on(t.workspace_id, t.mailbox, t.folder, t.received_at, t.id),
		uniqueIndex("messages_by_digest").on(t.workspace_id, t.mailbox, t.digest),
	],
);
