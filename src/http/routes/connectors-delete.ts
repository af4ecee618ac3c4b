import * as z from "zod";
import { resourceNameSchema } from "../../contract/names.ts";
import { deleteConnector } from "../../gateway/connectors.ts";
import { answerConnector } from "../connector-bodies.ts";
import { endpoint } from "../endpoint.ts";

export const deleteConnectorRoute = endpoint({
	method: "delete",
	path: "/v1/connectors/{name}",
	summary: "Delete a connector of which no role grants an action",
	access: { scopes: ["policy"] },
	params: z.object({ name: resourceNameSchema }),
	responses: { 204: null },
	problems: ["not_found", "still_in_use", "conflict"],
	async handle(ports, { admin, params, keepAlive }) {
		return answerConnector(params.name, await deleteConnector({ ...ports, keepAlive }, admin, params.name));
	},
});
