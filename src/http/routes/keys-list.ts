import { keySchema, pageSchema } from "../../contract/admin.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

export const listKeys = endpoint({
	method: "get",
	path: "/v1/keys",
	summary: "All keys of the workspace, without their secrets",
	access: { scopes: ["admin", "audit"] },
	query: pageQuery,
	responses: { 200: pageSchema(keySchema) },
	async handle(ports, { admin, query }) {
		return { status: 200, body: await ports.workspaces.keys(admin.key.workspace_id, query) };
	},
});
