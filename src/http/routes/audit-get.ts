import * as z from "zod";
import { auditRecordSchema } from "../../contract/audit-record.ts";
import { endpoint } from "../endpoint.ts";

export const getAudit = endpoint({
	method: "get",
	path: "/v1/audit/{id}",
	summary: "All records of one act, in order",
	access: { scopes: ["audit"] },
	params: z.object({ id: z.string().max(64) }),
	responses: { 200: z.object({ items: z.array(auditRecordSchema) }) },
	problems: ["not_found"],
	async handle(ports, { admin, params }) {
		const items = await ports.audit.act(admin.key.workspace_id, params.id);
		return items.length > 0 ? { status: 200, body: { items } } : { problem: "not_found", detail: "the log knows no such act" };
	},
});
