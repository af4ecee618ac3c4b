import { mailboxSchema, pageSchema } from "../../contract/admin.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

export const listMailboxes = endpoint({
	method: "get",
	path: "/v1/mailboxes",
	summary: "All mailboxes",
	access: { scopes: ["admin", "policy", "audit"] },
	query: pageQuery,
	responses: { 200: pageSchema(mailboxSchema) },
	async handle(ports, { admin, query }) {
		return { status: 200, body: await ports.mailboxes.list(admin.key.workspace_id, query) };
	},
});
