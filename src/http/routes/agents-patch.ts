import * as z from "zod";
import { agentSchema, changeAgentSchema } from "../../contract/admin.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { changeAgent } from "../../gateway/change-agent.ts";
import { answerAgentChange } from "../agent-bodies.ts";
import { endpoint } from "../endpoint.ts";

export const changeAgentRoute = endpoint({
	method: "patch",
	path: "/v1/agents/{name}",
	summary: "Give an agent another role, other labels, or both",
	access: { scopes: ["admin"] },
	params: z.object({ name: resourceNameSchema }),
	body: { schema: changeAgentSchema },
	responses: { 200: agentSchema },
	problems: ["not_found", "agent_revoked", "not_everywhere"],
	async handle(ports, { admin, params, body, keepAlive }) {
		return answerAgentChange(await changeAgent({ ...ports, keepAlive }, admin, params.name, body), params.name, body.role);
	},
});
