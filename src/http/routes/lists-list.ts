import { listSchema, pageSchema } from "../../contract/admin.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

export const listLists = endpoint({
	method: "get",
	path: "/v1/lists",
	summary: "All lists, without their items",
	access: { scopes: ["policy", "audit"] },
	query: pageQuery,
	responses: { 200: pageSchema(listSchema) },
	async handle(ports, { admin, query }) {
		return { status: 200, body: await ports.lists.list(admin.key.workspace_id, query) };
	},
});
