import * as z from "zod";
import { agentSchema } from "../../contract/admin.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { endpoint } from "../endpoint.ts";

export const getAgent = endpoint({
	method: "get",
	path: "/v1/agents/{name}",
	summary: "One agent",
	access: { scopes: ["policy", "audit", "review"] },
	params: z.object({ name: resourceNameSchema }),
	responses: { 200: agentSchema },
	problems: ["not_found"],
	async handle(ports, { admin, params }) {
		const agent = await ports.agents.get(admin.key.workspace_id, params.name);
		return agent ? { status: 200, body: agent } : { problem: "not_found", detail: `there is no agent ${params.name}` };
	},
});
