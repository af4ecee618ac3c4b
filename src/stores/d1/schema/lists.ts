import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The pointer to what a list holds; the items lie in R2 and KV under their digest. */
export const lists = sqliteTable(
	"lists",
	{
		workspace_id: text().notNull(),
		name: text().notNull(),
		description: text().notNull(),
		/** SHA-256 of the items' canonical JSON, hex. */
		sha256: text().notNull(),
		count: integer().notNull(),
		changed_by: text().notNull(),
		created_at: text().notNull(),
		updated_at: text().notNull(),
	},
	(t) => [primaryKey({ columns: [t.workspace_id, t.name] })],
);
