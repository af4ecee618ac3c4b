import * as z from "zod";
import { pageSchema } from "../../contract/admin.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { visibleActionSchema } from "../../contract/verdict.ts";
import { visibleActions } from "../../policy/visible-actions.ts";
import { endpoint } from "../endpoint.ts";

export const listRoleActions = endpoint({
	method: "get",
	path: "/v1/roles/{name}/actions",
	summary: "The actions that the role in force makes visible to its agents",
	access: { scopes: ["policy", "audit", "review"] },
	params: z.object({ name: resourceNameSchema }),
	responses: { 200: pageSchema(visibleActionSchema) },
	problems: ["not_found", "unavailable"],
	async handle(ports, { admin, params }) {
		const workspace = admin.key.workspace_id;
		const role = await ports.store.get(workspace, params.name);
		if (role === null) return { problem: "not_found", detail: `there is no role ${params.name}` };
		const loaded = await ports.roles.load(workspace, role.hash);
		if (loaded === null) return { problem: "unavailable", detail: "the role in force, or a list that it takes, cannot be read" };
		return { status: 200, body: { items: visibleActions(loaded), next_cursor: null } };
	},
});
