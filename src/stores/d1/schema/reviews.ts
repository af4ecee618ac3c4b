import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Calls that are or were held, as people list them. The agents' ledgers have the truth; this is told of it. */
export const reviews = sqliteTable(
	"reviews",
	{
		/** Sorts by age. */
		id: text().primaryKey(),
		workspace_id: text().notNull(),
		agent_id: text().notNull(),
		agent: text().notNull(),
		state: text().notNull(),
		/** Of the ledger's: a higher one replaces a lower one. */
		version: integer().notNull(),
		/** ReviewView as JSON: all but the input. */
		view: text().notNull(),
	},
	(t) => [
		index("reviews_by_state").on(t.workspace_id, t.state, t.id),
		index("reviews_by_agent").on(t.workspace_id, t.agent, t.state, t.id),
		index("reviews_by_workspace").on(t.workspace_id, t.id),
	],
);
