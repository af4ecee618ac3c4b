/**
 * Retention in D1: what may leave the table, and the one batch by which it leaves.
 */
import { and, eq, gt, gte, lt, sql } from "drizzle-orm";
import { FIRST_PREV } from "../../contract/audit-record.ts";
import type { SealedBundle } from "../../gateway/seal-log.ts";
import { TILE_WIDTH } from "../../tlog/tiles.ts";
import type { Database } from "./database.ts";
import { auditLog, auditSegments, auditSegmentValues, auditWatermarks } from "./schema/index.ts";
import { SEGMENT_COLUMNS } from "./segments.ts";

/** The number and leaf hash of the newest sealed record; of the beginning, if none is sealed. */
export async function sealedHead(db: Database, workspaceId: string): Promise<{ seq: number; hash: string }> {
	const row = await db
		.select({ seq: auditWatermarks.sealed_seq, hash: auditWatermarks.sealed_hash })
		.from(auditWatermarks)
		.where(eq(auditWatermarks.workspace_id, workspaceId))
		.get();
	return row ?? { seq: 0, hash: FIRST_PREV };
}

/** Some of the workspaces that have a whole bundle of records from before a time (RFC 3339) in D1: others the next time. */
export async function workspacesToSeal(db: Database, before: string, limit: number): Promise<string[]> {
	const rows = await db.all<{ id: string }>(sql`
		SELECT workspaces.id AS id FROM workspaces
		LEFT JOIN audit_watermarks AS mark ON mark.workspace_id = workspaces.id
		JOIN audit_log ON audit_log.workspace_id = workspaces.id AND audit_log.seq = coalesce(mark.sealed_seq, 0) + ${TILE_WIDTH}
		WHERE coalesce(audit_log.time, '') < ${before}
		ORDER BY random() LIMIT ${limit}`);
	return rows.map((row) => row.id);
}

/** Records after a number as D1 has them, with their times. */
export async function recordsToSeal(db: Database, workspaceId: string, after: number, limit: number) {
	const { seq, leaf_hash, record, time, workspace_id } = auditLog;
	return db
		.select({ seq, hash: leaf_hash, record, time })
		.from(auditLog)
		.where(and(eq(workspace_id, workspaceId), gt(seq, after)))
		.orderBy(seq)
		.limit(limit);
}

/**
 * Lets neighbouring bundles leave the table: notes what they have, raises the watermark and deletes, all or nothing. Everything that
 * is noted is read out of the rows that go.
 * @throws if they do not follow what is sealed (the triggers): somebody else was faster
 */
export async function sealBundles(db: Database, workspaceId: string, bundles: readonly SealedBundle[]): Promise<void> {
	const [first, last] = [bundles[0], bundles.at(-1)];
	if (!first || !last) return;
	const end = last.first_seq + TILE_WIDTH;
	const own = (from: number, to: number) =>
		and(eq(auditLog.workspace_id, workspaceId), gte(auditLog.seq, from), lt(auditLog.seq, to));
	const noted = bundles.map(({ first_seq, sha256 }) => {
		const lastSeq = first_seq + TILE_WIDTH - 1;
		return db.insert(auditSegments).select(sql`
			SELECT ${workspaceId}, ${first_seq}, ${lastSeq}, min(time), max(time), max(iif(seq = ${lastSeq}, leaf_hash, NULL)), ${sha256}
			FROM audit_log WHERE workspace_id = ${workspaceId} AND seq BETWEEN ${first_seq} AND ${lastSeq}`);
	});
	const values = SEGMENT_COLUMNS.map((name) => {
		const column = sql.raw(name);
		return db.insert(auditSegmentValues).select(sql`
			SELECT DISTINCT ${workspaceId}, ${name}, ${column}, seq - (seq - 1) % ${TILE_WIDTH} FROM audit_log
			WHERE workspace_id = ${workspaceId} AND seq >= ${first.first_seq} AND seq < ${end} AND +${column} IS NOT NULL`);
	});
	const raised = db
		.insert(auditWatermarks)
		.select(
			sql`SELECT workspace_id, last_seq, leaf_hash FROM audit_segments
				WHERE workspace_id = ${workspaceId} AND first_seq = ${last.first_seq}`,
		)
		.onConflictDoUpdate({
			target: auditWatermarks.workspace_id,
			set: { sealed_seq: sql`excluded.sealed_seq`, sealed_hash: sql`excluded.sealed_hash` },
		});
	const deleted = bundles.map(({ first_seq }) => db.delete(auditLog).where(own(first_seq, first_seq + TILE_WIDTH)));
	const [head, ...rest] = [...noted, ...values, raised, ...deleted];
	if (head) await db.batch([head, ...rest]);
}
