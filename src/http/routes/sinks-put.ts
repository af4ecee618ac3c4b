import * as z from "zod";
import { resourceNameSchema } from "../../contract/names.ts";
import { appliedSinkSchema, sinkDocumentSchema } from "../../contract/sinks.ts";
import { applySink } from "../../gateway/sinks.ts";
import { endpoint } from "../endpoint.ts";
import { answerSink } from "../sink-bodies.ts";

export const applySinkRoute = endpoint({
	method: "put",
	path: "/v1/sinks/{name}",
	summary: "Apply a sink: where people are told that calls wait for them",
	access: { scopes: ["admin"] },
	params: z.object({ name: resourceNameSchema }),
	body: { schema: sinkDocumentSchema },
	responses: { 200: appliedSinkSchema },
	problems: ["invalid_document"],
	async handle(ports, { admin, params, body, keepAlive }) {
		return answerSink(params.name, await applySink({ ...ports, keepAlive }, admin, params.name, body));
	},
});
