import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The pointer to the revision in force. */
export const roles = sqliteTable(
	"roles",
	{
		workspace_id: text().notNull(),
		name: text().notNull(),
		rev: integer().notNull(),
		hash: text().notNull(),
		created_at: text().notNull(),
		updated_at: text().notNull(),
	},
	(t) => [primaryKey({ columns: [t.workspace_id, t.name] })],
);

/** Every revision that ever was, with its source and its compiled form. */
export const roleRevisions = sqliteTable(
	"role_revisions",
	{
		workspace_id: text().notNull(),
		name: text().notNull(),
		rev: integer().notNull(),
		/** SHA-256 of `compiled`, hex. */
		hash: text().notNull(),
		/** The file as it was sent. */
		source: text().notNull(),
		/** The document as JSON. */
		document: text().notNull(),
		compiled: text().notNull(),
		/** JSON: the revisions of connectors and versions of secrets that it was compiled with, `{connectors, secrets}`; 0 is not set. */
		pins: text().notNull().default("{}"),
		grants: integer().notNull(),
		/** JSON list. */
		warnings: text().notNull(),
		changed_by: text().notNull(),
		created_at: text().notNull(),
	},
	(t) => [primaryKey({ columns: [t.workspace_id, t.name, t.rev] })],
);
