import * as z from "zod";
import { pageSchema, roleRevisionSchema } from "../../contract/admin.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

export const listRevisions = endpoint({
	method: "get",
	path: "/v1/roles/{name}/revisions",
	summary: "Every revision of a role, the newest first; also of one that was deleted",
	access: { scopes: ["policy", "audit", "review"] },
	params: z.object({ name: resourceNameSchema }),
	query: pageQuery,
	responses: { 200: pageSchema(roleRevisionSchema) },
	problems: ["not_found"],
	async handle(ports, { admin, params, query }) {
		const page = await ports.store.revisions(admin.key.workspace_id, params.name, query);
		if (page.items.length === 0 && query.cursor === null)
			return { problem: "not_found", detail: `there never was a role ${params.name}` };
		return { status: 200, body: page };
	},
});
