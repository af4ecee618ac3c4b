/** The log in D1: appended by its object, read by keyset pages. */
import { and, asc, desc, eq, gt, gte, lt, type SQL, sql } from "drizzle-orm";
import { readRecord } from "../../contract/record-text.ts";
import type { AuditStore } from "../../gateway/ports.ts";
import { decodeCursor, pageOf } from "./cursors.ts";
import type { Database } from "./database.ts";
import { auditLog } from "./schema/index.ts";

export function createAuditStore(db: Database): AuditStore {
	return {
		async query(workspaceId, query) {
			const ascending = query.order === "asc";
			const at = decodeCursor(query.cursor, "number");
			const where: (SQL | undefined)[] = [
				eq(auditLog.workspace_id, workspaceId),
				query.agent === undefined ? undefined : eq(auditLog.agent, query.agent),
				query.action === undefined ? undefined : eq(auditLog.action, query.action),
				query.verdict === undefined ? undefined : eq(auditLog.verdict, query.verdict),
				query.state === undefined ? undefined : eq(auditLog.state, query.state),
				query.kind === undefined ? undefined : eq(auditLog.kind, query.kind),
				query.since === undefined ? undefined : gte(auditLog.time, query.since),
				query.until === undefined ? undefined : lt(auditLog.time, query.until),
				query.text === undefined ? undefined : sql`instr(lower(${auditLog.record}), lower(${query.text})) > 0`,
				query.after_seq === undefined ? undefined : gt(auditLog.seq, query.after_seq),
				at === null ? undefined : ascending ? gt(auditLog.seq, at) : lt(auditLog.seq, at),
			];
			const rows = await db
				.select({ seq: auditLog.seq, record: auditLog.record })
				.from(auditLog)
				.where(and(...where))
				.orderBy(ascending ? asc(auditLog.seq) : desc(auditLog.seq))
				.limit(query.limit + 1);
			return pageOf(
				rows,
				query.limit,
				(row) => row.seq,
				(row) => readRecord(row.record),
			);
		},

		async act(workspaceId, actId) {
			const rows = await db
				.select({ record: auditLog.record })
				.from(auditLog)
				.where(and(eq(auditLog.workspace_id, workspaceId), eq(auditLog.act_id, actId)))
				.orderBy(asc(auditLog.seq))
				.limit(100);
			return rows.map((row) => readRecord(row.record));
		},
	};
}

/** The newest record's number and leaf hash, or null while the log is empty. */
export async function storedHead(db: Database, workspaceId: string): Promise<{ seq: number; hash: string } | null> {
	const row = await db
		.select({ seq: auditLog.seq, hash: auditLog.leaf_hash })
		.from(auditLog)
		.where(eq(auditLog.workspace_id, workspaceId))
		.orderBy(desc(auditLog.seq))
		.limit(1)
		.get();
	return row ?? null;
}

/**
 * Appends records in one statement with one parameter. The triggers pass over what is there already with the same bytes.
 * @param batch.records - a JSON list of [seq, leaf hash, record]
 */
export async function commitRecords(db: Database, workspaceId: string, batch: { records: string }): Promise<void> {
	await db.run(sql`
		INSERT INTO audit_log (workspace_id, seq, leaf_hash, record)
		SELECT ${workspaceId}, row.value ->> 0, row.value ->> 1, row.value ->> 2 FROM json_each(${batch.records}) AS row ORDER BY row.key`);
}
