import * as z from "zod";
import { resourceNameSchema } from "../../contract/names.ts";
import { revokeToken } from "../../gateway/agent-tokens.ts";
import { answerAgentChange } from "../agent-bodies.ts";
import { endpoint } from "../endpoint.ts";

export const revokeTokenRoute = endpoint({
	method: "delete",
	path: "/v1/agents/{name}/tokens/{id}",
	summary: "Revoke one token",
	access: { scopes: ["admin"] },
	params: z.object({ name: resourceNameSchema, id: z.string().max(64) }),
	responses: { 204: null },
	problems: ["not_found", "not_everywhere"],
	async handle(ports, { admin, params, keepAlive }) {
		const revoked = await revokeToken({ ...ports, keepAlive }, admin, params.name, params.id);
		if (revoked.kind === "not_found") return { problem: "not_found", detail: `agent ${params.name} has no such token` };
		return revoked.kind === "changed" ? { status: 204 } : answerAgentChange(revoked, params.name);
	},
});
