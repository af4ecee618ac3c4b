/** Secrets in D1: sealed, one row a name, for ever. */
import { and, asc, eq, gt, isNotNull, ne, sql } from "drizzle-orm";
import type { SecretStore } from "../../gateway/secret-ports.ts";
import { insertAdminActIf } from "./admin-acts.ts";
import { decodeCursor, pageOf } from "./cursors.ts";
import type { Database } from "./database.ts";
import { secrets } from "./schema/index.ts";

export function createSecretStore(db: Database): SecretStore {
	const { name, version, sealed, key_id, changed_by, created_at, updated_at } = secrets;
	const which = (workspaceId: string, secret: string) => and(eq(secrets.workspace_id, workspaceId), eq(name, secret));

	return {
		async get(workspaceId, secret) {
			return (await db.select({ name, version, sealed }).from(secrets).where(which(workspaceId, secret)).get()) ?? null;
		},

		async list(workspaceId, { limit, cursor }) {
			const rows = await db
				.select({ name, version, key_id, changed_by, created_at, updated_at })
				.from(secrets)
				.where(and(eq(secrets.workspace_id, workspaceId), isNotNull(sealed), gt(name, decodeCursor(cursor, "string") ?? "")))
				.orderBy(asc(name))
				.limit(limit + 1);
			return pageOf(
				rows,
				limit,
				(row) => row.name,
				(row) => row,
			);
		},

		async versions(workspaceId) {
			const rows = await db
				.select({ name, version })
				.from(secrets)
				.where(and(eq(secrets.workspace_id, workspaceId), isNotNull(sealed)));
			return new Map(rows.map((row) => [row.name, row.version]));
		},

		async put(workspaceId, secret, act) {
			const before = secret.version - 1;
			const next = { version: secret.version, sealed: secret.sealed, key_id: secret.key_id };
			const there = which(workspaceId, secret.name);
			// Both statements look at the same state: of two changes that want this version, one changes nothing.
			const [, put] = await db.batch([
				insertAdminActIf(db, workspaceId, act, sql`coalesce((SELECT ${version} FROM ${secrets} WHERE ${there}), 0) = ${before}`),
				db
					.insert(secrets)
					.select(
						sql`SELECT ${workspaceId}, ${secret.name}, ${next.version}, ${next.sealed}, ${next.key_id}, ${act.token_id}, ${act.time}, ${act.time} WHERE coalesce((SELECT ${version} FROM ${secrets} WHERE ${there}), 0) = ${before}`,
					)
					.onConflictDoUpdate({
						target: [secrets.workspace_id, secrets.name],
						set: { ...next, changed_by: act.token_id, updated_at: act.time },
					}),
			]);
			return put.meta.changes > 0;
		},

		async delete(workspaceId, secret, act) {
			const set = and(which(workspaceId, secret), isNotNull(sealed));
			const [, deleted] = await db.batch([
				insertAdminActIf(db, workspaceId, act, sql`EXISTS (SELECT 1 FROM ${secrets} WHERE ${set})`),
				db.update(secrets).set({ sealed: null, changed_by: act.token_id, updated_at: act.time }).where(set),
			]);
			return deleted.meta.changes > 0;
		},

		async sealedByOthers(keyId, limit) {
			const rows = await db
				.select({ workspace_id: secrets.workspace_id, name, version, sealed })
				.from(secrets)
				.where(and(isNotNull(sealed), ne(key_id, keyId)))
				.limit(limit);
			return rows.map((row) => ({ ...row, sealed: row.sealed as string }));
		},

		async reseal(workspaceId, secret, from, to) {
			const result = await db
				.update(secrets)
				.set(to)
				.where(and(which(workspaceId, secret), eq(sealed, from)));
			return result.meta.changes > 0;
		},
	};
}
