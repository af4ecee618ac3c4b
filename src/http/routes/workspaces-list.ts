import { pageSchema, workspaceSchema } from "../../contract/admin.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

export const listWorkspaces = endpoint({
	method: "get",
	path: "/v1/workspaces",
	summary: "All workspaces of the deployment",
	access: "root",
	query: pageQuery,
	responses: { 200: pageSchema(workspaceSchema) },
	async handle(ports, { query }) {
		return { status: 200, body: await ports.workspaces.list(query) };
	},
});
