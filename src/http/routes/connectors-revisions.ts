import * as z from "zod";
import { pageSchema } from "../../contract/admin.ts";
import { connectorRevisionSchema } from "../../contract/connectors.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

export const listConnectorRevisions = endpoint({
	method: "get",
	path: "/v1/connectors/{name}/revisions",
	summary: "All revisions of a connector, the newest first",
	access: { scopes: ["policy", "audit"] },
	params: z.object({ name: resourceNameSchema }),
	query: pageQuery,
	responses: { 200: pageSchema(connectorRevisionSchema) },
	problems: ["not_found"],
	async handle(ports, { admin, params, query }) {
		const page = await ports.connectorStore.revisions(admin.key.workspace_id, params.name, query);
		if (page.items.length === 0 && query.cursor === null)
			return { problem: "not_found", detail: `there never was a connector ${params.name}` };
		return { status: 200, body: page };
	},
});
