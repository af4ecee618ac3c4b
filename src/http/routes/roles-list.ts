import { pageSchema, roleSchema } from "../../contract/admin.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

export const listRoles = endpoint({
	method: "get",
	path: "/v1/roles",
	summary: "All roles, by name",
	access: { scopes: ["policy", "audit", "review"] },
	query: pageQuery,
	responses: { 200: pageSchema(roleSchema) },
	async handle(ports, { admin, query }) {
		return { status: 200, body: await ports.store.list(admin.key.workspace_id, query) };
	},
});
