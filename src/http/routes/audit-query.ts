import * as z from "zod";
import { pageSchema } from "../../contract/admin.ts";
import { auditRecordSchema } from "../../contract/audit-record.ts";
import { noteRead } from "../../gateway/read-log.ts";
import { auditFilters, NOT_NOTED, READ_SCOPES, sequenceNumber } from "../audit-reads.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

/** Stored times are UTC with milliseconds, so that they compare as text. */
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

export const queryAudit = endpoint({
	method: "get",
	path: "/v1/audit",
	summary: "The log, by pages; with several filters a page may hold fewer items than asked for and still not be the last",
	access: { scopes: READ_SCOPES },
	query: pageQuery.extend({
		order: z.enum(["asc", "desc"]).default("desc"),
		...auditFilters,
		since: time.optional(),
		until: time.optional(),
		after_seq: sequenceNumber.optional(),
	}),
	responses: { 200: pageSchema(auditRecordSchema) },
	async handle(ports, { admin, query, keepAlive }) {
		const { limit, cursor, ...filters } = query;
		// The page's own cursor, and the tag of the read that it belongs to.
		const [at = null, tag = null] = cursor === null ? [] : splitCursor(cursor);
		const page = await ports.audit.query(admin.key.workspace_id, { ...query, cursor: at });
		if (page.items.length === 0 && page.next_cursor === null) return { status: 200, body: page };
		const noted = await noteRead({ ...ports, keepAlive }, admin, { what: "list", filters }, tag);
		if (noted.kind !== "noted") return NOT_NOTED;
		const next_cursor = page.next_cursor === null ? null : `${page.next_cursor}.${noted.tag}`;
		return { status: 200, body: { items: page.items, next_cursor } };
	},
});

function splitCursor(cursor: string): [at: string, tag: string | null] {
	const dot = cursor.indexOf(".");
	return dot < 0 ? [cursor, null] : [cursor.slice(0, dot), cursor.slice(dot + 1)];
}
