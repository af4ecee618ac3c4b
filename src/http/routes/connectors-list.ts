import { pageSchema } from "../../contract/admin.ts";
import { connectorSchema } from "../../contract/connectors.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

export const listConnectors = endpoint({
	method: "get",
	path: "/v1/connectors",
	summary: "All connectors, without their documents",
	access: { scopes: ["policy", "audit"] },
	query: pageQuery,
	responses: { 200: pageSchema(connectorSchema) },
	async handle(ports, { admin, query }) {
		return { status: 200, body: await ports.connectorStore.list(admin.key.workspace_id, query) };
	},
});
