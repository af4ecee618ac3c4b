/** Roles in D1: the pointer and every revision. */
import { and, asc, desc, eq, gt, lt, type SQL, sql } from "drizzle-orm";
import type { RoleRevision } from "../../contract/admin.ts";
import type { RoleDocument } from "../../contract/role-document.ts";
import type { RoleStore, StoredRole } from "../../gateway/ports.ts";
import { insertAdminAct, insertAdminActIf } from "./admin-acts.ts";
import { decodeCursor, pageOf } from "./cursors.ts";
import type { Database } from "./database.ts";
import { isConstraintError, saysTrigger } from "./errors.ts";
import { agents, roleRevisions, roles } from "./schema/index.ts";

export function createRoleStore(db: Database): RoleStore {
	const columns = {
		name: roles.name,
		rev: roles.rev,
		hash: roles.hash,
		grants: roleRevisions.grants,
		warnings: roleRevisions.warnings,
		document: roleRevisions.document,
	};
	const inForce = and(
		eq(roleRevisions.workspace_id, roles.workspace_id),
		eq(roleRevisions.name, roles.name),
		eq(roleRevisions.rev, roles.rev),
	);

	return {
		async get(workspaceId, name) {
			const row = await db
				.select(columns)
				.from(roles)
				.innerJoin(roleRevisions, inForce)
				.where(and(eq(roles.workspace_id, workspaceId), eq(roles.name, name)))
				.get();
			return row ? readRole(row) : null;
		},

		async list(workspaceId, { limit, cursor }) {
			const after = decodeCursor(cursor, "string") ?? "";
			const rows = await db
				.select(columns)
				.from(roles)
				.innerJoin(roleRevisions, inForce)
				.where(and(eq(roles.workspace_id, workspaceId), gt(roles.name, after)))
				.orderBy(asc(roles.name))
				.limit(limit + 1);
			return pageOf(rows, limit, (row) => row.name, readRole);
		},

		async addRevision(workspaceId, revision, act) {
			const { name, rev, hash } = revision;
			try {
				await db.batch([
					// The primary key is the lock: of two changes that both took this number, one fails as a whole.
					db.insert(roleRevisions).values({
						workspace_id: workspaceId,
						name,
						rev,
						hash,
						source: revision.source,
						document: JSON.stringify(revision.document),
						compiled: revision.compiled,
						pins: JSON.stringify(revision.pins),
						grants: revision.grants,
						warnings: JSON.stringify(revision.warnings),
						changed_by: revision.changed_by,
						created_at: act.time,
					}),
					db
						.insert(roles)
						.values({ workspace_id: workspaceId, name, rev, hash, created_at: act.time, updated_at: act.time })
						.onConflictDoUpdate({ target: [roles.workspace_id, roles.name], set: { rev, hash, updated_at: act.time } }),
					db
						.update(agents)
						.set({ epoch: sql`${agents.epoch} + 1` })
						.where(and(eq(agents.workspace_id, workspaceId), eq(agents.role, name))),
					insertAdminAct(db, workspaceId, act),
				]);
				return true;
			} catch (error) {
				if (isConstraintError(error) || saysTrigger(error, "a (list|connector|secret) is not what was pinned")) return false;
				throw error;
			}
		},

		async newestRev(workspaceId, name) {
			const row = await db
				.select({ rev: sql<number | null>`max(${roleRevisions.rev})` })
				.from(roleRevisions)
				.where(and(eq(roleRevisions.workspace_id, workspaceId), eq(roleRevisions.name, name)))
				.get();
			return row?.rev ?? 0;
		},

		async revisions(workspaceId, name, { limit, cursor }) {
			const before = decodeCursor(cursor, "number");
			const rows = await selectRevisions(workspaceId, name, before === null ? undefined : lt(roleRevisions.rev, before))
				.orderBy(desc(roleRevisions.rev))
				.limit(limit + 1);
			return pageOf(rows, limit, (row) => row.rev, readRevision);
		},

		async revision(workspaceId, name, rev) {
			const row = await selectRevisions(workspaceId, name, eq(roleRevisions.rev, rev)).get();
			return row ? readRevision(row) : null;
		},

		async delete(workspaceId, name, rev, act) {
			const which = and(eq(roles.workspace_id, workspaceId), eq(roles.name, name));
			try {
				// The act is written only if the pointer is where it was seen: both statements look at the same state.
				const [, deleted] = await db.batch([
					insertAdminActIf(db, workspaceId, act, sql`EXISTS (SELECT 1 FROM ${roles} WHERE ${which} AND ${roles.rev} = ${rev})`),
					db.delete(roles).where(and(which, eq(roles.rev, rev))),
				]);
				return deleted.meta.changes > 0 ? "deleted" : "changed";
			} catch (error) {
				if (saysTrigger(error, "still in use")) return "in_use";
				throw error;
			}
		},
	};

	function selectRevisions(workspaceId: string, name: string, more: SQL | undefined) {
		return db
			.select({
				rev: roleRevisions.rev,
				hash: roleRevisions.hash,
				grants: roleRevisions.grants,
				changed_by: roleRevisions.changed_by,
				created_at: roleRevisions.created_at,
				document: roleRevisions.document,
				rev_in_force: sql<number | null>`${roles.rev}`.as("rev_in_force"),
			})
			.from(roleRevisions)
			.leftJoin(roles, and(eq(roles.workspace_id, roleRevisions.workspace_id), eq(roles.name, roleRevisions.name)))
			.where(and(eq(roleRevisions.workspace_id, workspaceId), eq(roleRevisions.name, name), more));
	}
}

/** A role's compiled form by hash, from the revision that has it; null if none does. */
export async function compiledRoleText(db: Database, workspaceId: string, hash: string): Promise<string | null> {
	const row = await db
		.select({ compiled: roleRevisions.compiled })
		.from(roleRevisions)
		.where(and(eq(roleRevisions.workspace_id, workspaceId), eq(roleRevisions.hash, hash)))
		.limit(1)
		.get();
	return row?.compiled ?? null;
}

/** The document of the revision whose compiled form has a hash; null if none does. */
export async function roleSource(
	db: Database,
	workspaceId: string,
	hash: string,
): Promise<{ document: RoleDocument; rev: number } | null> {
	const row = await db
		.select({ document: roleRevisions.document, rev: roleRevisions.rev })
		.from(roleRevisions)
		.where(and(eq(roleRevisions.workspace_id, workspaceId), eq(roleRevisions.hash, hash)))
		.limit(1)
		.get();
	return row ? { document: JSON.parse(row.document), rev: row.rev } : null;
}

function readRevision({
	rev_in_force,
	document,
	...row
}: Omit<RoleRevision, "document" | "in_force"> & { document: string; rev_in_force: number | null }): RoleRevision {
	return { ...row, in_force: row.rev === rev_in_force, document: JSON.parse(document) };
}

function readRole(row: {
	name: string;
	rev: number;
	hash: string;
	grants: number;
	warnings: string;
	document: string;
}): StoredRole {
	return { ...row, warnings: JSON.parse(row.warnings), document: JSON.parse(row.document) };
}
