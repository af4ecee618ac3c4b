import * as z from "zod";
import { connectorWithDocumentSchema } from "../../contract/connectors.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { endpoint } from "../endpoint.ts";

export const getConnector = endpoint({
	method: "get",
	path: "/v1/connectors/{name}",
	summary: "One connector, with its document",
	access: { scopes: ["policy", "audit"] },
	params: z.object({ name: resourceNameSchema }),
	responses: { 200: connectorWithDocumentSchema },
	problems: ["not_found"],
	async handle(ports, { admin, params }) {
		const connector = await ports.connectorStore.get(admin.key.workspace_id, params.name);
		if (!connector) return { problem: "not_found", detail: `there is no connector ${params.name}` };
		return { status: 200, body: connector };
	},
});
