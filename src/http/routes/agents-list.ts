import { agentSchema, pageSchema } from "../../contract/admin.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

export const listAgents = endpoint({
	method: "get",
	path: "/v1/agents",
	summary: "All agents, by name",
	access: { scopes: ["policy", "audit", "review"] },
	query: pageQuery,
	responses: { 200: pageSchema(agentSchema) },
	async handle(ports, { admin, query }) {
		return { status: 200, body: await ports.agents.list(admin.key.workspace_id, query) };
	},
});
