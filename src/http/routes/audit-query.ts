import * as z from "zod";
import { pageSchema } from "../../contract/admin.ts";
import { auditRecordSchema, RECORD_STATES } from "../../contract/audit-record.ts";
import { EFFECTS } from "../../contract/verdict.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery, queryInteger } from "../page-query.ts";

/** Stored times are UTC with milliseconds, so that they compare as text. */
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

export const queryAudit = endpoint({
	method: "get",
	path: "/v1/audit",
	summary: "The log, by pages",
	access: { scopes: ["audit"] },
	query: pageQuery.extend({
		order: z.enum(["asc", "desc"]).default("desc"),
		agent: z.string().max(128).optional(),
		action: z.string().max(300).optional(),
		verdict: z.enum(EFFECTS).optional(),
		state: z.enum(RECORD_STATES).optional(),
		kind: z.enum(["action", "admin"]).optional(),
		since: time.optional(),
		until: time.optional(),
		text: z.string().min(1).max(256).optional(),
		after_seq: queryInteger(0, Number.MAX_SAFE_INTEGER).optional(),
	}),
	responses: { 200: pageSchema(auditRecordSchema) },
	async handle(ports, { admin, query }) {
		return { status: 200, body: await ports.audit.query(admin.key.workspace_id, query) };
	},
});
