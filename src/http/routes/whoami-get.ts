import { whoamiSchema } from "../../contract/admin.ts";
import { endpoint } from "../endpoint.ts";

export const getWhoami = endpoint({
	method: "get",
	path: "/v1/whoami",
	summary: "The workspace and the key",
	access: { scopes: ["admin", "policy", "review", "audit"] },
	responses: { 200: whoamiSchema },
	async handle(_ports, { admin: { key } }) {
		const { organization, workspace, workspace_id, id, owner, scopes } = key;
		return { status: 200, body: { organization, workspace, workspace_id, key: { id, owner, scopes } } };
	},
});
