import * as z from "zod";
import { connectorTestSchema, testConnectorSchema } from "../../contract/connectors.ts";
import type { JsonObject } from "../../contract/json.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { testConnector } from "../../gateway/test-connector.ts";
import { endpoint } from "../endpoint.ts";

export const testConnectorRoute = endpoint({
	method: "post",
	path: "/v1/connectors/{name}/test",
	summary: "Show what an action would send, and send it on request",
	access: { scopes: ["policy"] },
	params: z.object({ name: resourceNameSchema }),
	body: { schema: testConnectorSchema },
	responses: { 200: connectorTestSchema },
	problems: ["not_found", "invalid_request"],
	async handle(ports, { admin, params, body, keepAlive }) {
		const asked = { ...body, input: body.input as JsonObject };
		const tested = await testConnector({ ...ports, keepAlive }, admin, params.name, asked);
		if (tested.kind === "not_found") return { problem: "not_found", detail: tested.what };
		if (tested.kind === "tested") return { status: 200, body: tested.test };
		const [first] = tested.problems;
		return { problem: "invalid_request", detail: first?.message ?? "the input does not fit the action", errors: tested.problems };
	},
});
