import * as z from "zod";
import { agentTokenSchema, pageSchema } from "../../contract/admin.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { endpoint } from "../endpoint.ts";

export const listTokens = endpoint({
	method: "get",
	path: "/v1/agents/{name}/tokens",
	summary: "An agent's tokens, without their secrets",
	access: { scopes: ["admin", "audit"] },
	params: z.object({ name: resourceNameSchema }),
	responses: { 200: pageSchema(agentTokenSchema) },
	problems: ["not_found"],
	async handle(ports, { admin, params }) {
		const agent = await ports.agents.get(admin.key.workspace_id, params.name);
		if (!agent) return { problem: "not_found", detail: `there is no agent ${params.name}` };
		return { status: 200, body: { items: await ports.agents.tokens(admin.key.workspace_id, agent.id), next_cursor: null } };
	},
});
