import * as z from "zod";
import { revokeKey } from "../../gateway/admin-keys.ts";
import { endpoint } from "../endpoint.ts";

export const revokeKeyRoute = endpoint({
	method: "delete",
	path: "/v1/keys/{id}",
	summary: "Revoke a key; the last admin key only with `even_the_last`",
	access: { scopes: ["admin"] },
	params: z.object({ id: z.string().max(64) }),
	query: z.strictObject({ even_the_last: z.enum(["true", "false"]).default("false") }),
	responses: { 204: null },
	problems: ["not_found", "last_admin_key"],
	async handle(ports, { admin, params, query, keepAlive }) {
		switch (await revokeKey({ ...ports, keepAlive }, admin, params.id, query.even_the_last === "true")) {
			case "revoked":
				return { status: 204 };
			case "not_found":
				return { problem: "not_found", detail: "this workspace has no such key" };
			case "last":
				return {
					problem: "last_admin_key",
					detail:
						"this is the last admin key: without it only the deployment's root key can make another. Create one first, or revoke it as the last",
				};
		}
	},
});
