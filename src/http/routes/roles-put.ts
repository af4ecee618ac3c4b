import * as z from "zod";
import { appliedRoleSchema } from "../../contract/admin.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { roleDocumentSchema } from "../../contract/role-document.ts";
import { putRole } from "../../gateway/apply-role.ts";
import { endpoint } from "../endpoint.ts";
import { answerApplied, applyOptions, applyQuery, preconditionOf, ROLE_FILE } from "../role-bodies.ts";

export const applyRole = endpoint({
	method: "put",
	path: "/v1/roles/{name}",
	summary: "Apply a role file, as YAML or JSON",
	access: { scopes: ["policy"] },
	params: z.object({ name: resourceNameSchema }),
	query: applyQuery,
	body: { raw: ROLE_FILE, schema: roleDocumentSchema },
	responses: { 200: appliedRoleSchema },
	problems: [
		"invalid_document",
		"conflict",
		"would_widen",
		"stale_revision",
		"not_everywhere",
		"too_large",
		"unsupported_media_type",
	],
	async handle(ports, request) {
		const body = await request.readRaw(ROLE_FILE);
		if (!body.ok) return { problem: body.fault, detail: body.problem.message };
		const format = body.type === "application/json" ? "json" : "yaml";
		const file = { source: body.bytes, format } as const;
		return answerApplied(
			await putRole(
				{ ...ports, keepAlive: request.keepAlive },
				request.admin,
				request.params.name,
				file,
				preconditionOf(request.header),
				applyOptions(request.query),
			),
		);
	},
});
