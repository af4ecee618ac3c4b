/** The log in D1: appended by its object, read by keyset pages. */
import { and, asc, desc, eq, gt, lte, sql } from "drizzle-orm";
import { readRecord } from "../../contract/record-text.ts";
import type { AuditStore } from "../../gateway/ports.ts";
import type { Archive } from "../archive/archive.ts";
import { actAcross, rangeAcross, scanWholeLog } from "../archive/whole-log.ts";
import { insertAdminAct } from "./admin-acts.ts";
import { decodeCursor, encodeCursor, pageOf } from "./cursors.ts";
import type { Database } from "./database.ts";
import { auditLog } from "./schema/index.ts";
import { sealedHead } from "./sealing.ts";

/** The most records of one act that are answered. */
const ACT_RECORDS = 100;

/** @param archive - the records that have left D1 */
export function createAuditStore(db: Database, archive: Archive): AuditStore {
	return {
		async query(workspaceId, query) {
			const ascending = query.order === "asc";
			const at = decodeCursor(query.cursor, "number");
			const { records, edge } = await scanWholeLog(db, archive, workspaceId, {
				filters: query,
				order: query.order,
				above: Math.max(query.after_seq ?? 0, (ascending && at) || 0),
				below: ascending ? null : at,
				since: query.since,
				until: query.until,
				limit: query.limit + 1,
			});
			const page = pageOf(
				records,
				query.limit,
				(row) => row.seq,
				(row) => readRecord(row.record),
			);
			// It looked at as many records as it may: the next page goes on where this one stopped.
			if (page.next_cursor === null && edge !== null) page.next_cursor = encodeCursor(ascending ? edge - 1 : edge + 1);
			return page;
		},

		async act(workspaceId, actId) {
			const rows = await db
				.select({ seq: auditLog.seq, record: auditLog.record })
				.from(auditLog)
				.where(and(eq(auditLog.workspace_id, workspaceId), eq(auditLog.act_id, actId)))
				.orderBy(asc(auditLog.seq))
				.limit(ACT_RECORDS);
			return (await actAcross(archive, workspaceId, actId, rows, ACT_RECORDS)).map((row) => readRecord(row.record));
		},

		async head(workspaceId) {
			return (await storedHead(db, workspaceId))?.seq ?? 0;
		},

		async after(workspaceId, filters, afterSeq, limit) {
			const scan = { filters, order: "asc", above: afterSeq, below: null, limit } as const;
			const { records, edge, head } = await scanWholeLog(db, archive, workspaceId, scan);
			const last = records.at(-1);
			if (last && records.length === limit) return { records, upTo: last.seq };
			return { records, upTo: Math.max(afterSeq, edge === null ? head : edge - 1) };
		},

		async range(workspaceId, afterSeq, untilSeq) {
			const within = and(eq(auditLog.workspace_id, workspaceId), gt(auditLog.seq, afterSeq), lte(auditLog.seq, untilSeq));
			const rows = await db
				.select({ seq: auditLog.seq, record: auditLog.record })
				.from(auditLog)
				.where(within)
				.orderBy(asc(auditLog.seq));
			return rangeAcross(archive, workspaceId, afterSeq, untilSeq, rows);
		},

		async noteRead(workspaceId, act) {
			await insertAdminAct(db, workspaceId, act);
		},
	};
}

/** The newest record's number and leaf hash, also when it is sealed; null while the log is empty. */
export async function storedHead(db: Database, workspaceId: string): Promise<{ seq: number; hash: string } | null> {
	const row = await db
		.select({ seq: auditLog.seq, hash: auditLog.leaf_hash })
		.from(auditLog)
		.where(eq(auditLog.workspace_id, workspaceId))
		.orderBy(desc(auditLog.seq))
		.limit(1)
		.get();
	if (row) return row;
	const sealed = await sealedHead(db, workspaceId);
	return sealed.seq === 0 ? null : sealed;
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
