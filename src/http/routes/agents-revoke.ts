import * as z from "zod";
import { resourceNameSchema } from "../../contract/names.ts";
import { revokeAgent } from "../../gateway/revoke-agent.ts";
import { answerAgentChange } from "../agent-bodies.ts";
import { endpoint } from "../endpoint.ts";

export const revokeAgentRoute = endpoint({
	method: "delete",
	path: "/v1/agents/{name}",
	summary: "Revoke an agent and its tokens; its name stays on the log",
	access: { scopes: ["admin"] },
	params: z.object({ name: resourceNameSchema }),
	responses: { 204: null },
	problems: ["not_found", "not_everywhere"],
	async handle(ports, { admin, params, keepAlive }) {
		const revoked = await revokeAgent({ ...ports, keepAlive }, admin, params.name);
		return revoked.kind === "changed" ? { status: 204 } : answerAgentChange(revoked, params.name);
	},
});
