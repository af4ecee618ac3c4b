import * as z from "zod";
import { appliedRoleSchema } from "../../contract/admin.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { patchRole } from "../../gateway/apply-role.ts";
import { parseStrictJson } from "../../policy/strict-json.ts";
import { endpoint } from "../endpoint.ts";
import { answerApplied, applyOptions, applyQuery, preconditionOf, ROLE_PATCH } from "../role-bodies.ts";

export const changeRole = endpoint({
	method: "patch",
	path: "/v1/roles/{name}",
	summary: "Change parts of a role by JSON merge patch (RFC 7396)",
	access: { scopes: ["policy"] },
	params: z.object({ name: resourceNameSchema }),
	query: applyQuery,
	body: { raw: ROLE_PATCH, schema: z.record(z.string(), z.unknown()) },
	responses: { 200: appliedRoleSchema },
	problems: [
		"malformed_body",
		"invalid_document",
		"not_found",
		"conflict",
		"would_widen",
		"stale_revision",
		"not_everywhere",
		"too_large",
		"unsupported_media_type",
	],
	async handle(ports, request) {
		const body = await request.readRaw(ROLE_PATCH);
		if (!body.ok) return { problem: body.fault, detail: body.problem.message };
		const patch = parseStrictJson(body.bytes);
		if (!patch.ok) return { problem: "malformed_body", detail: patch.problem.message, errors: [patch.problem] };
		return answerApplied(
			await patchRole(
				{ ...ports, keepAlive: request.keepAlive },
				request.admin,
				request.params.name,
				patch.value,
				preconditionOf(request.header),
				applyOptions(request.query),
			),
		);
	},
});
