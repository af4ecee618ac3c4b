import * as z from "zod";
import { roleSchema } from "../../contract/admin.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { entityTag } from "../../gateway/precondition.ts";
import { endpoint } from "../endpoint.ts";

export const getRole = endpoint({
	method: "get",
	path: "/v1/roles/{name}",
	summary: "The role in force under this name",
	access: { scopes: ["policy", "audit", "review"] },
	params: z.object({ name: resourceNameSchema }),
	responses: { 200: roleSchema },
	problems: ["not_found"],
	async handle(ports, { admin, params }) {
		const role = await ports.store.get(admin.key.workspace_id, params.name);
		return role
			? { status: 200, body: role, headers: { etag: entityTag(role) } }
			: { problem: "not_found", detail: `there is no role ${params.name}` };
	},
});
