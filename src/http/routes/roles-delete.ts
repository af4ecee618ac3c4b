import * as z from "zod";
import { resourceNameSchema } from "../../contract/names.ts";
import { deleteRole } from "../../gateway/delete-role.ts";
import { endpoint } from "../endpoint.ts";
import { preconditionOf, STALE } from "../role-bodies.ts";

export const deleteRoleRoute = endpoint({
	method: "delete",
	path: "/v1/roles/{name}",
	summary: "Delete a role that no agent uses; its revisions stay",
	access: { scopes: ["policy"] },
	params: z.object({ name: resourceNameSchema }),
	responses: { 204: null },
	problems: ["not_found", "still_in_use", "conflict", "stale_revision"],
	async handle(ports, { admin, params, header, keepAlive }) {
		const deletion = await deleteRole({ ...ports, keepAlive }, admin, params.name, preconditionOf(header));
		switch (deletion.kind) {
			case "deleted":
				return { status: 204 };
			case "not_found":
				return { problem: "not_found", detail: `there is no role ${params.name}` };
			case "stale":
				return STALE;
			case "busy":
				return { problem: "conflict", detail: "the role is being changed by others; nothing was deleted, try again" };
			case "in_use":
				return {
					problem: "still_in_use",
					detail: `agents still use this role: ${deletion.agents.join(", ")}. Give them another role, or revoke them`,
					errors: deletion.agents.map((agent) => ({ path: agent, code: "uses_role", message: `agent ${agent} uses the role` })),
				};
		}
	},
});
