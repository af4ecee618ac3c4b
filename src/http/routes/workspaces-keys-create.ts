import * as z from "zod";
import { createdKeySchema, replaceKeySchema } from "../../contract/admin.ts";
import { replaceKey } from "../../gateway/admin-keys.ts";
import { endpoint } from "../endpoint.ts";

export const replaceKeyRoute = endpoint({
	method: "post",
	path: "/v1/workspaces/{id}/keys",
	summary: "Replace a lost or leaked admin key of a workspace",
	access: "root",
	params: z.object({ id: z.string().max(64) }),
	body: { schema: replaceKeySchema },
	responses: { 201: createdKeySchema },
	problems: ["not_found"],
	async handle(ports, { params, body, requestId, sourceIp, keepAlive }) {
		const replacement = await replaceKey({ ...ports, keepAlive }, { requestId, sourceIp }, params.id, body);
		if (replacement.kind === "not_found") return { problem: "not_found", detail: "there is no such workspace" };
		return { status: 201, body: replacement.key };
	},
});
