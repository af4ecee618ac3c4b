import { createAgentSchema, createdAgentSchema } from "../../contract/admin.ts";
import { createAgent } from "../../gateway/create-agent.ts";
import { unknownRole } from "../agent-bodies.ts";
import { endpoint } from "../endpoint.ts";

export const createAgentRoute = endpoint({
	method: "post",
	path: "/v1/agents",
	summary: "Create an agent under a role; the answer holds its token, once",
	access: { scopes: ["admin"] },
	body: { schema: createAgentSchema },
	responses: { 201: createdAgentSchema },
	problems: ["already_exists"],
	async handle(ports, { admin, body, keepAlive }) {
		const creation = await createAgent({ ...ports, keepAlive }, admin, body);
		switch (creation.kind) {
			case "created":
				return { status: 201, body: creation.agent };
			case "taken":
				return { problem: "already_exists", detail: `an agent ${body.name} exists, or existed: names stay on the log` };
			case "no_role":
				return unknownRole(body.role);
		}
	},
});
