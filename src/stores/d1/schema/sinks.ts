import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Where people are told that calls wait for them. */
export const sinks = sqliteTable(
	"sinks",
	{
		workspace_id: text().notNull(),
		name: text().notNull(),
		/** SinkDocument as JSON. */
		document: text().notNull(),
		changed_by: text().notNull(),
		created_at: text().notNull(),
		updated_at: text().notNull(),
	},
	(t) => [primaryKey({ columns: [t.workspace_id, t.name] })],
);

/** Notices on their way to sinks, and those of the last week. */
export const notices = sqliteTable(
	"notices",
	{
		workspace_id: text().notNull(),
		sink: text().notNull(),
		/** Of the review, the event and what was to be seen: no notice is written twice. */
		id: text().notNull(),
		event: text().notNull(),
		/** ReviewSummary as JSON. */
		review: text().notNull(),
		attempts: integer().notNull().default(0),
		/** When it is to be tried next, in milliseconds since 1970; null once it was delivered or given up. */
		next_at: integer(),
		/** Why the last attempt failed. */
		fault: text(),
		/** Milliseconds since 1970. */
		created_at: integer().notNull(),
	},
	(t) => [
		primaryKey({ columns: [t.workspace_id, t.sink, t.id] }),
		index("notices_due").on(t.next_at).where(sql`"next_at" IS NOT NULL`),
		index("notices_by_age").on(t.created_at),
	],
);
