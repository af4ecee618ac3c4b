import * as z from "zod";
import { resourceNameSchema } from "../../contract/names.ts";
import { deleteSink } from "../../gateway/sinks.ts";
import { endpoint } from "../endpoint.ts";
import { answerSink } from "../sink-bodies.ts";

export const deleteSinkRoute = endpoint({
	method: "delete",
	path: "/v1/sinks/{name}",
	summary: "Delete a sink, and what waits for it",
	access: { scopes: ["admin"] },
	params: z.object({ name: resourceNameSchema }),
	responses: { 204: null },
	problems: ["not_found"],
	async handle(ports, { admin, params, keepAlive }) {
		return answerSink(params.name, await deleteSink({ ...ports, keepAlive }, admin, params.name));
	},
});
