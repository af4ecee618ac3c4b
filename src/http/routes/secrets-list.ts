import { pageSchema } from "../../contract/admin.ts";
import { secretSchema } from "../../contract/secrets.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

export const listSecrets = endpoint({
	method: "get",
	path: "/v1/secrets",
	summary: "The names of all secrets, never their values",
	access: { scopes: ["admin", "policy", "audit"] },
	query: pageQuery,
	responses: { 200: pageSchema(secretSchema) },
	async handle(ports, { admin, query }) {
		return { status: 200, body: await ports.secrets.list(admin.key.workspace_id, query) };
	},
});
