import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const agents = sqliteTable(
	"agents",
	{
		id: text().primaryKey(),
		workspace_id: text().notNull(),
		name: text().notNull(),
		role: text().notNull(),
		/** JSON object. */
		labels: text().notNull(),
		/** Counted up in the same batch as every change of what binds the agent. */
		epoch: integer().notNull().default(1),
		/** 1 once its ledger has read its state: from then on every change is pushed to it. */
		bound: integer().notNull().default(0),
		/** The newest epoch that the ledger has acknowledged. */
		acked_epoch: integer().notNull().default(0),
		created_at: text().notNull(),
		/** The admin key that made it. Null where the log alone could tell, and does not any more. */
		made_by: text(),
		/** When its ledger last saw a call, to within a minute or two. */
		last_seen_at: text(),
		revoked_at: text(),
	},
	(t) => [
		uniqueIndex("agents_by_name").on(t.workspace_id, t.name),
		index("agents_by_role").on(t.workspace_id, t.role),
		index("agents_bound").on(t.bound, t.id),
	],
);

export const agentTokens = sqliteTable(
	"agent_tokens",
	{
		id: text().primaryKey(),
		workspace_id: text().notNull(),
		agent_id: text().notNull(),
		/** SHA-256 of the token, hex. */
		digest: text().notNull(),
		created_at: text().notNull(),
		expires_at: text(),
		revoked_at: text(),
	},
	(t) => [index("agent_tokens_by_agent").on(t.workspace_id, t.agent_id)],
);
