/** The log's checkpoints in D1: only ever one more, and a larger one. */
import { and, desc, eq, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { auditLog, checkpoints } from "./schema/index.ts";

const WORKSPACES_A_ROUND = 100;

/** The newest signed note of a workspace's log, or null while there is none. */
export async function newestCheckpoint(db: Database, workspaceId: string): Promise<{ size: number; note: string } | null> {
	return (await selectNewest(db, workspaceId))[0] ?? null;
}

function selectNewest(db: Database, workspaceId: string) {
	return db
		.select({ size: checkpoints.size, note: checkpoints.note })
		.from(checkpoints)
		.where(eq(checkpoints.workspace_id, workspaceId))
		.orderBy(desc(checkpoints.size))
		.limit(1);
}

/**
 * Keeps a checkpoint; the same once more changes nothing.
 * @returns false, and nothing changed, if there is a larger one
 * @throws if there is one of this size with another root, or D1 lacks records that it covers (the table's triggers)
 */
export async function saveCheckpoint(
	db: Database,
	workspaceId: string,
	checkpoint: { size: number; root: string; note: string; time: string },
): Promise<boolean> {
	const { size, root, note, time } = checkpoint;
	const [, newest] = await db.batch([
		db.insert(checkpoints).select(sql`
			SELECT ${workspaceId}, ${size}, ${root}, ${note}, ${time}
			WHERE NOT EXISTS (SELECT 1 FROM checkpoints WHERE workspace_id = ${workspaceId} AND size > ${size})`),
		selectNewest(db, workspaceId),
	]);
	return newest[0]?.size === size;
}

/** Workspaces whose log has records that no checkpoint covers: some of them, others the next time. */
export async function workspacesToPublish(db: Database): Promise<string[]> {
	const rows = await db.all<{ id: string }>(sql`
		SELECT id FROM workspaces WHERE
			(SELECT max(seq) FROM audit_log WHERE workspace_id = workspaces.id)
			> coalesce((SELECT max(size) FROM checkpoints WHERE workspace_id = workspaces.id), 0)
		ORDER BY random() LIMIT ${WORKSPACES_A_ROUND}`);
	return rows.map((row) => row.id);
}

/** The exact bytes of an act's records, in order; empty if the log knows no such act. */
export async function recordsOfAct(
	db: Database,
	workspaceId: string,
	actId: string,
	limit: number,
): Promise<{ seq: number; record: string }[]> {
	return db
		.select({ seq: auditLog.seq, record: auditLog.record })
		.from(auditLog)
		.where(and(eq(auditLog.workspace_id, workspaceId), eq(auditLog.act_id, actId)))
		.orderBy(auditLog.seq)
		.limit(limit);
}
