import * as z from "zod";
import { createdTokenSchema, rotateTokenSchema } from "../../contract/admin.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { rotateToken } from "../../gateway/agent-tokens.ts";
import { answerAgentChange } from "../agent-bodies.ts";
import { endpoint } from "../endpoint.ts";

export const createToken = endpoint({
	method: "post",
	path: "/v1/agents/{name}/tokens",
	summary: "Rotate: a new token, shown once; the ones so far end after the overlap",
	access: { scopes: ["admin"] },
	params: z.object({ name: resourceNameSchema }),
	body: { schema: rotateTokenSchema },
	responses: { 201: createdTokenSchema },
	problems: ["not_found", "agent_revoked", "not_everywhere"],
	async handle(ports, { admin, params, body, keepAlive }) {
		const rotation = await rotateToken({ ...ports, keepAlive }, admin, params.name, body);
		if (rotation.kind !== "created") return answerAgentChange(rotation, params.name);
		return { status: 201, body: rotation.token };
	},
});
