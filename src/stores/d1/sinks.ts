/** Sinks and notices in D1. */
import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import { type Sink, type SinkDocument, sinkType } from "../../contract/sinks.ts";
import type { Notice, SinkStore } from "../../gateway/sink-ports.ts";
import { insertAdminAct, insertAdminActIf } from "./admin-acts.ts";
import { decodeCursor, pageOf } from "./cursors.ts";
import type { Database } from "./database.ts";
import { notices, sinks } from "./schema/index.ts";

export function createSinkStore(db: Database): SinkStore {
	const which = (workspaceId: string, name: string) => and(eq(sinks.workspace_id, workspaceId), eq(sinks.name, name)) as SQL;
	const noticeOf = ({ workspace_id, sink, id }: Notice) =>
		and(eq(notices.workspace_id, workspace_id), eq(notices.sink, sink), eq(notices.id, id)) as SQL;

	return {
		async get(workspaceId, name) {
			const row = await db.select(columns).from(sinks).where(which(workspaceId, name)).get();
			return row ? readSink(row) : null;
		},

		async list(workspaceId, { limit, cursor }) {
			const rows = await db
				.select(columns)
				.from(sinks)
				.where(and(eq(sinks.workspace_id, workspaceId), gt(sinks.name, decodeCursor(cursor, "string") ?? "")))
				.orderBy(asc(sinks.name))
				.limit(limit + 1);
			return pageOf(rows, limit, (row) => row.name, readSink);
		},

		async documents(workspaceId) {
			const { name, document } = sinks;
			const rows = await db.select({ name, document }).from(sinks).where(eq(sinks.workspace_id, workspaceId)).orderBy(asc(name));
			return rows.map((row) => ({ name: row.name, document: JSON.parse(row.document) as SinkDocument }));
		},

		async put(workspaceId, sink, act) {
			const row = { ...sink, document: JSON.stringify(sink.document), workspace_id: workspaceId };
			const { document, changed_by, updated_at } = row;
			await db.batch([
				db
					.insert(sinks)
					.values(row)
					.onConflictDoUpdate({ target: [sinks.workspace_id, sinks.name], set: { document, changed_by, updated_at } }),
				insertAdminAct(db, workspaceId, act),
			]);
		},

		async delete(workspaceId, name, act) {
			const there = sql`EXISTS (SELECT 1 FROM sinks WHERE workspace_id = ${workspaceId} AND name = ${name})`;
			const [, , deleted] = await db.batch([
				insertAdminActIf(db, workspaceId, act, there),
				db.delete(notices).where(and(eq(notices.workspace_id, workspaceId), eq(notices.sink, name))),
				db.delete(sinks).where(which(workspaceId, name)),
			]);
			return deleted.meta.changes > 0;
		},

		async take(workspaceId, now, againAt, limit) {
			const ofOne = workspaceId === null ? sql`` : sql`AND workspace_id = ${workspaceId}`;
			// Taken in the statement that reads them: no two senders get the same one.
			const rows = await db.all<Omit<Notice, "document" | "review"> & { document: string | null; review: string }>(sql`
				UPDATE notices SET attempts = attempts + 1, next_at = ${againAt}
				WHERE rowid IN (SELECT rowid FROM notices WHERE next_at <= ${now} ${ofOne} ORDER BY next_at LIMIT ${limit})
				RETURNING workspace_id, sink, id, event, review, attempts,
					(SELECT document FROM sinks WHERE sinks.workspace_id = notices.workspace_id AND sinks.name = notices.sink) AS document`);
			return rows.flatMap(({ document, review, ...row }) =>
				document === null ? [] : [{ ...row, document: JSON.parse(document) as SinkDocument, review: JSON.parse(review) }],
			);
		},

		async note(notice, became) {
			const set = became.kind === "delivered" ? { next_at: null, fault: null } : { next_at: became.nextAt, fault: became.why };
			await db.update(notices).set(set).where(noticeOf(notice));
		},

		async forget(before) {
			await db.run(sql`DELETE FROM notices WHERE rowid IN (
				SELECT rowid FROM notices WHERE created_at < ${before} AND next_at IS NULL LIMIT 1000)`);
		},
	};
}

const ofSink = sql`notices.workspace_id = sinks.workspace_id AND notices.sink = sinks.name`;

const columns = {
	name: sinks.name,
	document: sinks.document,
	changed_by: sinks.changed_by,
	created_at: sinks.created_at,
	updated_at: sinks.updated_at,
	waiting: sql<number>`(SELECT count(*) FROM notices WHERE ${ofSink} AND notices.next_at IS NOT NULL)`.as("waiting"),
	last_fault: sql<
		string | null
	>`(SELECT fault FROM notices WHERE ${ofSink} AND fault IS NOT NULL ORDER BY created_at DESC LIMIT 1)`.as("last_fault"),
};

function readSink({ document: text, ...row }: Omit<Sink, "document" | "type" | "events"> & { document: string }): Sink {
	const document = JSON.parse(text) as SinkDocument;
	const { name, ...rest } = row;
	return { name, type: sinkType(document), events: document.events, document: { ...document }, ...rest };
}
