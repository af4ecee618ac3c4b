import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The pointer to the revision in force. */
export const connectors = sqliteTable(
	"connectors",
	{
		workspace_id: text().notNull(),
		name: text().notNull(),
		rev: integer().notNull(),
		created_at: text().notNull(),
		updated_at: text().notNull(),
	},
	(t) => [primaryKey({ columns: [t.workspace_id, t.name] })],
);

/** Every revision that ever was: what its actions share, and which actions it has. */
export const connectorRevisions = sqliteTable(
	"connector_revisions",
	{
		workspace_id: text().notNull(),
		name: text().notNull(),
		rev: integer().notNull(),
		/** SHA-256 of the whole document's canonical JSON, hex. */
		hash: text().notNull(),
		/** The document as JSON, without its actions. */
		head: text().notNull(),
		/** JSON list of `[name, SHA-256]`, in the document's order. */
		actions: text().notNull(),
		count: integer().notNull(),
		changed_by: text().notNull(),
		created_at: text().notNull(),
	},
	(t) => [primaryKey({ columns: [t.workspace_id, t.name, t.rev] })],
);

/** One action as it is written, under the SHA-256 of its canonical JSON: revisions share what did not change. */
export const connectorActions = sqliteTable(
	"connector_actions",
	{
		workspace_id: text().notNull(),
		sha256: text().notNull(),
		document: text().notNull(),
	},
	(t) => [primaryKey({ columns: [t.workspace_id, t.sha256] })],
);
