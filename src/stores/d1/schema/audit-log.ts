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
		index("audit_log_by_time").on(t.workspace_id, t.time, t.seq),
	],
);

/** Up to which sequence number records are sealed in an archive and may leave the table. It only grows. */
export const auditWatermarks = sqliteTable("audit_watermarks", {
	workspace_id: text().primaryKey(),
	sealed_seq: integer().notNull(),
});

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
