/** Lists in D1: which items each name stands for. */
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { List } from "../../contract/admin.ts";
import type { ListStore } from "../../gateway/list-ports.ts";
import { insertAdminAct, insertAdminActIf } from "./admin-acts.ts";
import { decodeCursor, pageOf } from "./cursors.ts";
import type { Database } from "./database.ts";
import { saysTrigger } from "./errors.ts";
import { lists } from "./schema/index.ts";

export function createListStore(db: Database): ListStore {
	const columns = {
		name: lists.name,
		description: lists.description,
		sha256: lists.sha256,
		count: lists.count,
		changed_by: lists.changed_by,
		created_at: lists.created_at,
		updated_at: lists.updated_at,
	};
	const which = (workspaceId: string, name: string) => and(eq(lists.workspace_id, workspaceId), eq(lists.name, name));

	return {
		async get(workspaceId, name) {
			return (await db.select(columns).from(lists).where(which(workspaceId, name)).get()) ?? null;
		},

		async list(workspaceId, { limit, cursor }) {
			const rows = await db
				.select(columns)
				.from(lists)
				.where(and(eq(lists.workspace_id, workspaceId), gt(lists.name, decodeCursor(cursor, "string") ?? "")))
				.orderBy(asc(lists.name))
				.limit(limit + 1);
			return pageOf(
				rows,
				limit,
				(row) => row.name,
				(row): List => row,
			);
		},

		async put(workspaceId, list, act) {
			const { description, sha256, count, changed_by, updated_at } = list;
			await db.batch([
				db
					.insert(lists)
					.values({ ...list, workspace_id: workspaceId })
					.onConflictDoUpdate({
						target: [lists.workspace_id, lists.name],
						set: { description, sha256, count, changed_by, updated_at },
					}),
				insertAdminAct(db, workspaceId, act),
			]);
		},

		async delete(workspaceId, name, act) {
			const there = which(workspaceId, name);
			try {
				const [, deleted] = await db.batch([
					insertAdminActIf(db, workspaceId, act, sql`EXISTS (SELECT 1 FROM ${lists} WHERE ${there})`),
					db.delete(lists).where(there),
				]);
				return deleted.meta.changes > 0 ? "deleted" : "not_found";
			} catch (error) {
				if (saysTrigger(error, "still in use")) return "in_use";
				throw error;
			}
		},
	};
}
