import { secretParams } from "../../contract/secrets.ts";
import { deleteSecret } from "../../gateway/secrets.ts";
import { answerSecret } from "../connector-bodies.ts";
import { endpoint } from "../endpoint.ts";

export const deleteSecretRoute = endpoint({
	method: "delete",
	path: "/v1/secrets/{name}",
	summary: "Delete a secret that no connector and no sink takes",
	access: { scopes: ["admin"] },
	params: secretParams,
	responses: { 204: null },
	problems: ["not_found", "still_in_use"],
	async handle(ports, { admin, params, keepAlive }) {
		return answerSecret(params.name, await deleteSecret({ ...ports, keepAlive }, admin, params.name));
	},
});
