import { appliedSecretSchema, secretParams, setSecretSchema } from "../../contract/secrets.ts";
import { setSecret } from "../../gateway/secrets.ts";
import { answerSecret } from "../connector-bodies.ts";
import { endpoint } from "../endpoint.ts";

export const setSecretRoute = endpoint({
	method: "put",
	path: "/v1/secrets/{name}",
	summary: "Set a secret; it is never answered again",
	access: { scopes: ["admin"] },
	params: secretParams,
	body: { schema: setSecretSchema },
	responses: { 200: appliedSecretSchema },
	problems: ["conflict", "not_everywhere"],
	async handle(ports, { admin, params, body, keepAlive }) {
		return answerSecret(params.name, await setSecret({ ...ports, keepAlive }, admin, params.name, body.value));
	},
});
