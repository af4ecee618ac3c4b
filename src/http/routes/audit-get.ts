import * as z from "zod";
import { auditRecordSchema } from "../../contract/audit-record.ts";
import { noteRead } from "../../gateway/read-log.ts";
import { NOT_NOTED, READ_SCOPES } from "../audit-reads.ts";
import { endpoint } from "../endpoint.ts";

export const getAudit = endpoint({
	method: "get",
	path: "/v1/audit/{id}",
	summary: "All records of one act, in order",
	access: { scopes: READ_SCOPES },
	params: z.object({ id: z.string().max(64) }),
	responses: { 200: z.object({ items: z.array(auditRecordSchema) }) },
	problems: ["not_found"],
	async handle(ports, { admin, params, keepAlive }) {
		const items = await ports.audit.act(admin.key.workspace_id, params.id);
		if (items.length === 0) return { problem: "not_found", detail: "the log knows no such act" };
		const read = { what: "act", filters: { act_id: params.id } } as const;
		const noted = await noteRead({ ...ports, keepAlive }, admin, read, null);
		return noted.kind === "noted" ? { status: 200, body: { items } } : NOT_NOTED;
	},
});
