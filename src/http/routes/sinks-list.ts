import { pageSchema } from "../../contract/admin.ts";
import { sinkSchema } from "../../contract/sinks.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

export const listSinks = endpoint({
	method: "get",
	path: "/v1/sinks",
	summary: "All sinks, by name",
	access: { scopes: ["policy", "audit", "review"] },
	query: pageQuery,
	responses: { 200: pageSchema(sinkSchema) },
	async handle(ports, { admin, query }) {
		return { status: 200, body: await ports.sinks.list(admin.key.workspace_id, query) };
	},
});
