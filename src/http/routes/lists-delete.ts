import * as z from "zod";
import { resourceNameSchema } from "../../contract/names.ts";
import { deleteList } from "../../gateway/lists.ts";
import { endpoint } from "../endpoint.ts";
import { answerList } from "../list-bodies.ts";

export const deleteListRoute = endpoint({
	method: "delete",
	path: "/v1/lists/{name}",
	summary: "Delete a list that no role takes",
	access: { scopes: ["policy"] },
	params: z.object({ name: resourceNameSchema }),
	responses: { 204: null },
	problems: ["not_found", "still_in_use"],
	async handle(ports, { admin, params, keepAlive }) {
		return answerList(params.name, await deleteList({ ...ports, keepAlive }, admin, params.name));
	},
});
