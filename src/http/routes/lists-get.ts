import * as z from "zod";
import { listWithItemsSchema } from "../../contract/admin.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { endpoint } from "../endpoint.ts";

export const getList = endpoint({
	method: "get",
	path: "/v1/lists/{name}",
	summary: "One list, with its items",
	access: { scopes: ["policy", "audit"] },
	params: z.object({ name: resourceNameSchema }),
	responses: { 200: listWithItemsSchema },
	problems: ["not_found"],
	async handle(ports, { admin, params }) {
		const workspaceId = admin.key.workspace_id;
		const list = await ports.lists.get(workspaceId, params.name);
		if (!list) return { problem: "not_found", detail: `there is no list ${params.name}` };
		const items = await ports.listItems.load(workspaceId, list.sha256);
		if (!items) return { problem: "unavailable", detail: `no store has the items of list ${params.name}: apply it again` };
		return { status: 200, body: { ...list, items } };
	},
});
