import * as z from "zod";
import { connectorDocumentSchema } from "../../contract/connector-document.ts";
import { appliedConnectorSchema } from "../../contract/connectors.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { applyConnector } from "../../gateway/connectors.ts";
import { answerConnector, CONNECTOR_FILE, connectorQuery, invalidConnector, readConnector } from "../connector-bodies.ts";
import { endpoint } from "../endpoint.ts";

export const applyConnectorRoute = endpoint({
	method: "put",
	path: "/v1/connectors/{name}",
	summary: "Apply a connector, as YAML or JSON",
	access: { scopes: ["policy"] },
	params: z.object({ name: resourceNameSchema }),
	query: connectorQuery,
	body: { raw: CONNECTOR_FILE, schema: connectorDocumentSchema },
	responses: { 200: appliedConnectorSchema },
	problems: ["invalid_document", "conflict", "not_everywhere", "too_large", "unsupported_media_type"],
	async handle(ports, { admin, params, query, readRaw, keepAlive }) {
		const body = await readRaw(CONNECTOR_FILE);
		if (!body.ok) return { problem: body.fault, detail: body.problem.message };
		const read = readConnector(params.name, body.bytes, body.type);
		if (!read.ok) return invalidConnector(read.problems);
		const change = await applyConnector({ ...ports, keepAlive }, admin, read.document, { dryRun: query.dry_run });
		return answerConnector(params.name, change);
	},
});
