/** Workspaces and administrators' keys in D1. */
import { and, asc, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import type { NewKey, WorkspaceStore } from "../../gateway/ports.ts";
import { insertAdminAct, insertAdminActIf } from "./admin-acts.ts";
import { decodeCursor, pageOf } from "./cursors.ts";
import type { Database } from "./database.ts";
import { isConstraintError } from "./errors.ts";
import { adminKeys, schemaInfo, workspaces } from "./schema/index.ts";

/** A use is noted at most this often. */
const NOTE_MS = 300_000;

export function createWorkspaceStore(db: Database): WorkspaceStore {
	return {
		async create(workspace, key, act) {
			try {
				await db.batch([
					db.insert(workspaces).values(workspace),
					insertKey(db, workspace.id, key, workspace.created_at),
					insertAdminAct(db, workspace.id, act),
				]);
				return true;
			} catch (error) {
				if (isConstraintError(error)) return false;
				throw error;
			}
		},

		async list({ limit, cursor }) {
			const rows = await db
				.select({
					workspace_id: workspaces.id,
					organization: workspaces.organization,
					workspace: workspaces.name,
					created_at: workspaces.created_at,
				})
				.from(workspaces)
				.where(gt(workspaces.id, decodeCursor(cursor, "string") ?? ""))
				.orderBy(asc(workspaces.id))
				.limit(limit + 1);
			return pageOf(
				rows,
				limit,
				(row) => row.workspace_id,
				(row) => row,
			);
		},

		async exists(workspaceId) {
			return (await db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).get()) !== undefined;
		},

		async key(token) {
			const row = await db
				.select({
					id: adminKeys.id,
					owner: adminKeys.owner,
					scopes: adminKeys.scopes,
					workspace_id: workspaces.id,
					workspace: workspaces.name,
					organization: workspaces.organization,
					last_used_at: adminKeys.last_used_at,
				})
				.from(adminKeys)
				.innerJoin(workspaces, eq(workspaces.id, adminKeys.workspace_id))
				.where(
					and(
						eq(adminKeys.id, token.keyId),
						eq(adminKeys.workspace_id, token.workspaceId),
						eq(adminKeys.digest, token.digest),
						isNull(adminKeys.revoked_at),
					),
				)
				.get();
			return row ? { ...row, scopes: JSON.parse(row.scopes) } : null;
		},

		async noteUse(key, at) {
			if (key.last_used_at !== null && Date.parse(at) - Date.parse(key.last_used_at) < NOTE_MS) return;
			await db.update(adminKeys).set({ last_used_at: at }).where(eq(adminKeys.id, key.id));
		},

		async keys(workspaceId, { limit, cursor }) {
			const rows = await db
				.select(keyColumns)
				.from(adminKeys)
				.where(and(eq(adminKeys.workspace_id, workspaceId), gt(adminKeys.id, decodeCursor(cursor, "string") ?? "")))
				.orderBy(asc(adminKeys.id))
				.limit(limit + 1);
			return pageOf(
				rows,
				limit,
				(row) => row.id,
				(row) => ({ ...row, scopes: JSON.parse(row.scopes) }),
			);
		},

		async addKey(workspaceId, key, at, revokeOthers, act) {
			const revocation = db
				.update(adminKeys)
				.set({ revoked_at: at })
				.where(and(eq(adminKeys.workspace_id, workspaceId), isNull(adminKeys.revoked_at)));
			const additions = [insertKey(db, workspaceId, key, at), insertAdminAct(db, workspaceId, act)] as const;
			await (revokeOthers ? db.batch([revocation, ...additions]) : db.batch([...additions]));
		},

		async revokeKey(workspaceId, keyId, at, evenTheLast, act) {
			const which = and(eq(adminKeys.workspace_id, workspaceId), eq(adminKeys.id, keyId)) as SQL;
			const key = await db.select({ revoked_at: adminKeys.revoked_at }).from(adminKeys).where(which).get();
			if (!key) return "not_found";
			if (key.revoked_at !== null) return "revoked";
			// Decided where it is written, so that two administrators cannot revoke each other's key at once.
			const may = evenTheLast
				? sql`1`
				: sql`(${isNotAdmin(sql`${adminKeys.id} = ${keyId}`)} OR ${otherAdmins(workspaceId, keyId)} > 0)`;
			const [, revoked] = await db.batch([
				insertAdminActIf(db, workspaceId, act, may),
				db
					.update(adminKeys)
					.set({ revoked_at: at })
					.where(and(which, isNull(adminKeys.revoked_at), may)),
			]);
			return revoked.meta.changes > 0 ? "revoked" : "last";
		},
	};
}

const keyColumns = {
	id: adminKeys.id,
	owner: adminKeys.owner,
	scopes: adminKeys.scopes,
	made_by: adminKeys.made_by,
	created_at: adminKeys.created_at,
	last_used_at: adminKeys.last_used_at,
	revoked_at: adminKeys.revoked_at,
};

function insertKey(db: Database, workspaceId: string, key: NewKey, at: string) {
	return db.insert(adminKeys).values({ ...key, workspace_id: workspaceId, scopes: JSON.stringify(key.scopes), created_at: at });
}

/** How many other keys of the workspace could still do everything. */
function otherAdmins(workspaceId: string, keyId: string): SQL {
	return sql`(SELECT count(*) FROM admin_keys AS other WHERE other.workspace_id = ${workspaceId} AND other.id <> ${keyId}
		AND other.revoked_at IS NULL AND EXISTS (SELECT 1 FROM json_each(other.scopes) WHERE value = 'admin'))`;
}

function isNotAdmin(which: SQL): SQL {
	return sql`NOT EXISTS (SELECT 1 FROM admin_keys, json_each(admin_keys.scopes) AS scope WHERE ${which} AND scope.value = 'admin')`;
}

/** The number of the schema in D1, or 0 if there is none yet. */
export async function schemaVersion(db: Database): Promise<number> {
	try {
		return (await db.select({ version: schemaInfo.version }).from(schemaInfo).get())?.version ?? 0;
	} catch {
		return 0;
	}
}
