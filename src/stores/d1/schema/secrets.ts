import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The values that connectors show to their upstreams, sealed. A row stays when its secret is deleted: versions never repeat. */
export const secrets = sqliteTable(
	"secrets",
	{
		workspace_id: text().notNull(),
		name: text().notNull(),
		version: integer().notNull(),
		/** See keys/secret-box.ts; null once it was deleted. */
		sealed: text(),
		/** Of the encryption key that it is sealed under. */
		key_id: text().notNull(),
		changed_by: text().notNull(),
		created_at: text().notNull(),
		updated_at: text().notNull(),
	},
	(t) => [primaryKey({ columns: [t.workspace_id, t.name] })],
);
