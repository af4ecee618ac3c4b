import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** A column that is read out of the record's own bytes, so that it can never say anything else. */
const ofRecord = (path: string) => text().generatedAlwaysAs(sql.raw(`(record ->> '$.${path}')`), { mode: "virtual" });

/** The log as people query it. Append-only: the triggers stand in the migrations. */
export const auditLog = sqliteTable(
	"audit_log",
	{
		workspace_id: text().notNull(),
		seq: integer().notNull(),
		/** SHA-256(0x00 || record), hex: the leaf hash of RFC 6962. */
		leaf_hash: text().notNull(),
		/** The record, byte for byte as it was hashed. */
		record: text().notNull(),
		time: ofRecord("time"),
		kind: ofRecord("kind"),
		agent: ofRecord("agent"),
		act_id: ofRecord("act_id"),
		action: ofRecord("action"),
		state: ofRecord("state"),
		verdict: ofRecord("verdict"),
	},
	(t) => [
		primaryKey({ columns: [t.workspace_id, t.seq] }),
		index("audit_log_by_act").on(t.workspace_id, t.act_id, t.seq),
		index("audit_log_by_agent").on(t.workspace_id, t.agent, t.seq),
		index("audit_log_by_action").on(t.workspace_id, t.action, t.seq),
		index("audit_log_by_verdict").on(t.workspace_id, t.verdict, t.seq).where(sql`"verdict" IS NOT NULL`),
		index("audit_log_by_state").on(t.workspace_id, t.state, t.seq),
		index("audit_log_by_kind").on(t.workspace_id, t.kind, t.seq),
	],
);

/**
 * Between which times the records of each 1,024 sequence numbers lie (`span` is the number >> 10). A trigger keeps it. Records stand
 * in the order of their numbers, and their times only nearly so: this says exactly where a time may be found, at a row per 1,024.
 */
export const auditSpans = sqliteTable(
	"audit_spans",
	{
		workspace_id: text().notNull(),
		span: integer().notNull(),
		first_time: text().notNull(),
		last_time: text().notNull(),
	},
	(t) => [primaryKey({ columns: [t.workspace_id, t.span] })],
);

/** Up to which sequence number records are sealed in an archive and may leave the table. It only grows. */
export const auditWatermarks = sqliteTable("audit_watermarks", {
	workspace_id: text().primaryKey(),
	sealed_seq: integer().notNull(),
	/** Leaf hash of that record: the next one chains to it when the table is empty. */
	sealed_hash: text().notNull(),
});

/** What was sealed: one row for each entry bundle whose records have left the table. Append-only, without gaps. */
export const auditSegments = sqliteTable(
	"audit_segments",
	{
		workspace_id: text().notNull(),
		first_seq: integer().notNull(),
		last_seq: integer().notNull(),
		/** Between which times its records lie. */
		first_time: text(),
		last_time: text(),
		/** Leaf hash of its last record. */
		leaf_hash: text().notNull(),
		/** SHA-256 of the bundle's bytes, hex: what R2 gives must have it. */
		sha256: text().notNull(),
	},
	(t) => [primaryKey({ columns: [t.workspace_id, t.first_seq] })],
);

/** Which sealed segments have a record with a value in a column: `name` is the column's name. */
export const auditSegmentValues = sqliteTable(
	"audit_segment_values",
	{
		workspace_id: text().notNull(),
		name: text().notNull(),
		value: text().notNull(),
		first_seq: integer().notNull(),
	},
	(t) => [primaryKey({ columns: [t.workspace_id, t.name, t.value, t.first_seq] })],
);

/** Administrative acts, written in the batch of the change that they tell of, until the log has them. */
export const adminActs = sqliteTable(
	"admin_acts",
	{
		n: integer().primaryKey({ autoIncrement: true }),
		workspace_id: text().notNull(),
		/** The record's JSON, from `event_id` on. */
		record: text().notNull(),
	},
	(t) => [index("admin_acts_by_workspace").on(t.workspace_id, t.n)],
);
