/** The log's records for its own object: as they are stored, and the acts that wait for it. */
import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { adminActs, auditLog } from "./schema/index.ts";

/** Records after a number, in order: numbers, leaf hashes and bytes, as they are stored. */
export async function recordsAfter(
	db: Database,
	workspaceId: string,
	seq: number,
	limit: number,
): Promise<{ seq: number; hash: string; record: string }[]> {
	return db
		.select({ seq: auditLog.seq, hash: auditLog.leaf_hash, record: auditLog.record })
		.from(auditLog)
		.where(and(eq(auditLog.workspace_id, workspaceId), gt(auditLog.seq, seq)))
		.orderBy(asc(auditLog.seq))
		.limit(limit);
}

/**
 * After a restore: forgets waiting acts that are on the log, and gives the others numbers above `n`. A restored D1 counts on from
 * numbers that the log has taken already, and what comes under such a number would be passed over.
 */
export async function renumberAdminActs(db: Database, workspaceId: string, n: number): Promise<void> {
	// The row is there for a moment, and the counter of an AUTOINCREMENT never falls below it again.
	const mark = `counter:${workspaceId}`;
	const own = eq(adminActs.workspace_id, workspaceId);
	const onTheLog = sql`EXISTS (
		SELECT 1 FROM audit_log
		WHERE audit_log.workspace_id = admin_acts.workspace_id AND audit_log.act_id = admin_acts.record ->> '$.act_id'
			AND audit_log.record ->> '$.event_id' = admin_acts.record ->> '$.event_id'
	)`;
	await db.batch([
		db.insert(adminActs).select(sql`SELECT 1 + max(${n}, coalesce((SELECT max(n) FROM admin_acts), 0)), ${mark}, ''`),
		db.delete(adminActs).where(eq(adminActs.workspace_id, mark)),
		db.delete(adminActs).where(and(own, onTheLog)),
		db
			.insert(adminActs)
			.select(
				sql`SELECT NULL, workspace_id, record FROM admin_acts WHERE workspace_id = ${workspaceId} AND n <= ${n} ORDER BY n`,
			),
		db.delete(adminActs).where(and(own, lte(adminActs.n, n))),
	]);
}
