/** Connectors in D1: the pointer, every revision, and each action as a row of its own that revisions share. */
import { and, asc, desc, eq, gt, lt, type SQL, sql } from "drizzle-orm";
import type { ConnectorActionDocument, ConnectorDocument } from "../../contract/connector-document.ts";
import type { Connector, ConnectorRevision } from "../../contract/connectors.ts";
import type { ConnectorStore, StoredConnector } from "../../gateway/connector-ports.ts";
import { insertAdminAct, insertAdminActIf } from "./admin-acts.ts";
import { decodeCursor, pageOf } from "./cursors.ts";
import type { Database } from "./database.ts";
import { isConstraintError } from "./errors.ts";
import { connectorActions, connectorRevisions, connectors } from "./schema/index.ts";

/** What one statement's parameter carries: D1 takes two megabytes. */
const CHUNK_CHARACTERS = 500_000;
/** How many actions one query reads. */
const READ_AT_ONCE = 500;

/** The document without its actions. */
type Head = Omit<ConnectorDocument, "actions">;

export function createConnectorStore(db: Database): ConnectorStore {
	const columns = {
		name: connectorRevisions.name,
		rev: connectorRevisions.rev,
		hash: connectorRevisions.hash,
		head: connectorRevisions.head,
		count: connectorRevisions.count,
		changed_by: connectorRevisions.changed_by,
		created_at: connectorRevisions.created_at,
	};
	const withActions = { ...columns, actions: connectorRevisions.actions };
	const inForce = and(
		eq(connectorRevisions.workspace_id, connectors.workspace_id),
		eq(connectorRevisions.name, connectors.name),
		eq(connectorRevisions.rev, connectors.rev),
	);

	async function withDocument(workspaceId: string, row: Row & { actions: string }): Promise<StoredConnector> {
		const listed: [string, string][] = JSON.parse(row.actions);
		const texts = new Map<string, string>();
		for (let at = 0; at < listed.length; at += READ_AT_ONCE) {
			const wanted = JSON.stringify(listed.slice(at, at + READ_AT_ONCE).map(([, sha256]) => sha256));
			const rows = await db
				.select({ sha256: connectorActions.sha256, document: connectorActions.document })
				.from(connectorActions)
				.where(
					and(
						eq(connectorActions.workspace_id, workspaceId),
						sql`${connectorActions.sha256} IN (SELECT value FROM json_each(${wanted}))`,
					),
				);
			for (const { sha256, document } of rows) texts.set(sha256, document);
		}
		const actions = listed.map(([, sha256]): ConnectorActionDocument => JSON.parse(texts.get(sha256) as string));
		const head: Head = JSON.parse(row.head);
		return { ...summary(row), document: { ...head, actions } };
	}

	return {
		async get(workspaceId, name) {
			const row = await db
				.select(withActions)
				.from(connectors)
				.innerJoin(connectorRevisions, inForce)
				.where(and(eq(connectors.workspace_id, workspaceId), eq(connectors.name, name)))
				.get();
			return row ? withDocument(workspaceId, row) : null;
		},

		async list(workspaceId, { limit, cursor }) {
			const after = decodeCursor(cursor, "string") ?? "";
			const rows = await db
				.select(columns)
				.from(connectors)
				.innerJoin(connectorRevisions, inForce)
				.where(and(eq(connectors.workspace_id, workspaceId), gt(connectors.name, after)))
				.orderBy(asc(connectors.name))
				.limit(limit + 1);
			return pageOf(rows, limit, (row) => row.name, summary);
		},

		async all(workspaceId) {
			const rows = await db
				.select(withActions)
				.from(connectors)
				.innerJoin(connectorRevisions, inForce)
				.where(eq(connectors.workspace_id, workspaceId))
				.orderBy(asc(connectors.name));
			const all: StoredConnector[] = [];
			for (const row of rows) all.push(await withDocument(workspaceId, row));
			return all;
		},

		async newestRev(workspaceId, name) {
			const row = await db
				.select({ rev: sql<number | null>`max(${connectorRevisions.rev})` })
				.from(connectorRevisions)
				.where(and(eq(connectorRevisions.workspace_id, workspaceId), eq(connectorRevisions.name, name)))
				.get();
			return row?.rev ?? 0;
		},

		async revisions(workspaceId, name, { limit, cursor }) {
			const before = decodeCursor(cursor, "number");
			const more: SQL | undefined = before === null ? undefined : lt(connectorRevisions.rev, before);
			const rows = await db
				.select({ ...columns, rev_in_force: sql<number | null>`${connectors.rev}`.as("rev_in_force") })
				.from(connectorRevisions)
				.leftJoin(
					connectors,
					and(eq(connectors.workspace_id, connectorRevisions.workspace_id), eq(connectors.name, connectorRevisions.name)),
				)
				.where(and(eq(connectorRevisions.workspace_id, workspaceId), eq(connectorRevisions.name, name), more))
				.orderBy(desc(connectorRevisions.rev))
				.limit(limit + 1);
			return pageOf(
				rows,
				limit,
				(row) => row.rev,
				({ rev, hash, count, changed_by, created_at, rev_in_force }): ConnectorRevision => ({
					rev,
					in_force: rev === rev_in_force,
					hash,
					actions: count,
					changed_by,
					created_at,
				}),
			);
		},

		async revision(workspaceId, name, rev) {
			const row = await db
				.select(withActions)
				.from(connectorRevisions)
				.where(
					and(
						eq(connectorRevisions.workspace_id, workspaceId),
						eq(connectorRevisions.name, name),
						eq(connectorRevisions.rev, rev),
					),
				)
				.get();
			return row ? withDocument(workspaceId, row) : null;
		},

		async addRevision(workspaceId, revision, act) {
			const { name, rev, hash, document, changed_by } = revision;
			const { actions: _actions, ...head } = document;
			// The actions first, each chunk by itself: they are named by their content, and nothing refers to them yet.
			for (const chunk of chunksOf(revision.actions))
				await db.run(
					sql`INSERT OR IGNORE INTO ${connectorActions} (workspace_id, sha256, document) SELECT ${workspaceId}, value ->> 0, value ->> 1 FROM json_each(${chunk})`,
				);
			try {
				await db.batch([
					// The primary key is the lock: of two changes that both took this number, one fails as a whole.
					db.insert(connectorRevisions).values({
						workspace_id: workspaceId,
						name,
						rev,
						hash,
						head: JSON.stringify(head),
						actions: JSON.stringify(revision.actions.map((action) => [action.name, action.sha256])),
						count: revision.actions.length,
						changed_by,
						created_at: act.time,
					}),
					db
						.insert(connectors)
						.values({ workspace_id: workspaceId, name, rev, created_at: act.time, updated_at: act.time })
						.onConflictDoUpdate({ target: [connectors.workspace_id, connectors.name], set: { rev, updated_at: act.time } }),
					insertAdminAct(db, workspaceId, act),
				]);
				return true;
			} catch (error) {
				if (isConstraintError(error)) return false;
				throw error;
			}
		},

		async delete(workspaceId, name, rev, act) {
			const there = and(eq(connectors.workspace_id, workspaceId), eq(connectors.name, name), eq(connectors.rev, rev));
			const [, deleted] = await db.batch([
				insertAdminActIf(db, workspaceId, act, sql`EXISTS (SELECT 1 FROM ${connectors} WHERE ${there})`),
				db.delete(connectors).where(there),
			]);
			return deleted.meta.changes > 0;
		},
	};
}

interface Row {
	name: string;
	rev: number;
	hash: string;
	head: string;
	count: number;
	changed_by: string;
	created_at: string;
}

function summary(row: Row): Connector {
	const { metadata, http }: Head = JSON.parse(row.head);
	return {
		name: row.name,
		description: metadata.description ?? "",
		rev: row.rev,
		hash: row.hash,
		base_url: http.base_url,
		actions: row.count,
		changed_by: row.changed_by,
		created_at: row.created_at,
	};
}

/** JSON lists of `[SHA-256, text]`, each small enough for one parameter. */
function chunksOf(actions: { sha256: string; text: string }[]): string[] {
	const chunks: string[] = [];
	let rows: [string, string][] = [];
	let length = 0;
	for (const { sha256, text } of actions) {
		if (length > 0 && length + text.length > CHUNK_CHARACTERS) {
			chunks.push(JSON.stringify(rows));
			rows = [];
			length = 0;
		}
		rows.push([sha256, text]);
		length += text.length;
	}
	if (rows.length > 0) chunks.push(JSON.stringify(rows));
	return chunks;
}
