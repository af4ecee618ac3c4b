import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const workspaces = sqliteTable(
	"workspaces",
	{
		id: text().primaryKey(),
		organization: text().notNull(),
		name: text().notNull(),
		created_at: text().notNull(),
	},
	(t) => [uniqueIndex("workspaces_by_name").on(t.organization, t.name)],
);

export const adminKeys = sqliteTable(
	"admin_keys",
	{
		id: text().primaryKey(),
		workspace_id: text().notNull(),
		owner: text().notNull(),
		/** JSON list of KeyScope. */
		scopes: text().notNull(),
		/** SHA-256 of the key, hex. */
		digest: text().notNull(),
		/** The key that made it; null for one that the root key made. */
		made_by: text(),
		created_at: text().notNull(),
		/** To within five minutes. */
		last_used_at: text(),
		revoked_at: text(),
	},
	(t) => [index("admin_keys_by_workspace").on(t.workspace_id, t.id)],
);

/** One row: the number that the Worker compares before it serves anything. */
export const schemaInfo = sqliteTable("schema_info", {
	id: integer().primaryKey().default(sql`1`),
	version: integer().notNull(),
});
