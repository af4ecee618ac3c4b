import * as z from "zod";
import { resourceNameSchema } from "../../contract/names.ts";
import { sinkSchema } from "../../contract/sinks.ts";
import { endpoint } from "../endpoint.ts";
import { noSink } from "../sink-bodies.ts";

export const getSink = endpoint({
	method: "get",
	path: "/v1/sinks/{name}",
	summary: "One sink, and whether its notices arrive",
	access: { scopes: ["policy", "audit", "review"] },
	params: z.object({ name: resourceNameSchema }),
	responses: { 200: sinkSchema },
	problems: ["not_found"],
	async handle(ports, { admin, params }) {
		const sink = await ports.sinks.get(admin.key.workspace_id, params.name);
		return sink ? { status: 200, body: sink } : noSink(params.name);
	},
});
