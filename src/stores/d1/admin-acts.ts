/** Administrative acts on their way to the log: written in the batch of the change that they tell of. */
import { and, asc, eq, gt, lte, type SQL, sql } from "drizzle-orm";
import type { UnsequencedRecord } from "../../contract/audit-record.ts";
import { recordText } from "../../contract/record-text.ts";
import type { AdminAct } from "../../gateway/ports.ts";
import { textDigest } from "../../tlog/text-digest.ts";
import type { Database } from "./database.ts";
import { adminActs } from "./schema/index.ts";

const BATCH_ROWS = 100;

/** The statement that writes one act; it belongs into the batch of its change. */
export function insertAdminAct(db: Database, workspaceId: string, act: AdminAct) {
	return db.insert(adminActs).values({ workspace_id: workspaceId, record: adminRecord(workspaceId, act) });
}

/** The same, for a change that happens only if a condition holds. */
export function insertAdminActIf(db: Database, workspaceId: string, act: AdminAct, condition: SQL) {
	return db.insert(adminActs).select(sql`SELECT NULL, ${workspaceId}, ${adminRecord(workspaceId, act)} WHERE ${condition}`);
}

function adminRecord(workspaceId: string, act: AdminAct): string {
	const record: UnsequencedRecord = { kind: "admin", workspace: workspaceId, state: "done", ...act };
	return recordText(record, textDigest);
}

/** The oldest acts after row `n`. */
export async function waitingAdminActs(db: Database, workspaceId: string, n: number): Promise<[n: number, record: string][]> {
	const rows = await db
		.select({ n: adminActs.n, record: adminActs.record })
		.from(adminActs)
		.where(and(eq(adminActs.workspace_id, workspaceId), gt(adminActs.n, n)))
		.orderBy(asc(adminActs.n))
		.limit(BATCH_ROWS);
	return rows.map((row) => [row.n, row.record]);
}

/** The log has them. */
export async function forgetAdminActs(db: Database, workspaceId: string, n: number): Promise<void> {
	await db.delete(adminActs).where(and(eq(adminActs.workspace_id, workspaceId), lte(adminActs.n, n)));
}

/** Workspaces with acts that nobody has fetched yet. */
export async function workspacesWithAdminActs(db: Database): Promise<string[]> {
	const rows = await db.selectDistinct({ id: adminActs.workspace_id }).from(adminActs).limit(BATCH_ROWS);
	return rows.map((row) => row.id);
}
