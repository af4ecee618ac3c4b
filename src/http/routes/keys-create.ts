import { createdKeySchema, createKeySchema } from "../../contract/admin.ts";
import { createKey } from "../../gateway/admin-keys.ts";
import { endpoint } from "../endpoint.ts";

export const createKeyRoute = endpoint({
	method: "post",
	path: "/v1/keys",
	summary: "Create a key for a person, with scopes; it is shown once",
	access: { scopes: ["admin"] },
	body: { schema: createKeySchema },
	responses: { 201: createdKeySchema },
	async handle(ports, { admin, body, keepAlive }) {
		const key = await createKey({ ...ports, keepAlive }, admin, body);
		return { status: 201, body: key };
	},
});
