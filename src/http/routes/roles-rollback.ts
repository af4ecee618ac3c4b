import * as z from "zod";
import { appliedRoleSchema, rollbackSchema } from "../../contract/admin.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { rollbackRole } from "../../gateway/apply-role.ts";
import { endpoint } from "../endpoint.ts";
import { answerApplied, preconditionOf } from "../role-bodies.ts";

export const rollbackRoleRoute = endpoint({
	method: "post",
	path: "/v1/roles/{name}/rollback",
	summary: "Apply an earlier revision again, as a new one",
	access: { scopes: ["policy"] },
	params: z.object({ name: resourceNameSchema }),
	body: { schema: rollbackSchema },
	responses: { 200: appliedRoleSchema },
	problems: ["not_found", "invalid_document", "conflict", "stale_revision", "not_everywhere"],
	async handle(ports, { admin, params, body, header, keepAlive }) {
		const applied = await rollbackRole({ ...ports, keepAlive }, admin, params.name, body.rev, preconditionOf(header));
		if (applied.kind === "not_found") return { problem: "not_found", detail: `role ${params.name} has no revision ${body.rev}` };
		return answerApplied(applied);
	},
});
