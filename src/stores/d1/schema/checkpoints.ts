import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Signed checkpoints of the log, one a size. Append-only and growing: the triggers stand in the migrations. */
export const checkpoints = sqliteTable(
	"checkpoints",
	{
		workspace_id: text().notNull(),
		/** How many records it covers. */
		size: integer().notNull(),
		/** The tree's root, base64. */
		root: text().notNull(),
		/** The signed note, as it went out. */
		note: text().notNull(),
		time: text().notNull(),
	},
	(t) => [primaryKey({ columns: [t.workspace_id, t.size] })],
);
