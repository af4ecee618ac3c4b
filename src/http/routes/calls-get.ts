import * as z from "zod";
import { callBodySchema } from "../../contract/verdict.ts";
import { lookUpCall } from "../../gateway/look-up-call.ts";
import { endpoint } from "../endpoint.ts";
import { answerCall, UNAUTHENTICATED } from "../verdict-answers.ts";

export const getCall = endpoint({
	method: "get",
	path: "/v1/calls/{id}",
	summary: "Where one of this agent's calls stands",
	access: "agent",
	params: z.object({ id: z.string() }),
	responses: { 200: callBodySchema },
	problems: ["unauthenticated", "not_found"],
	async handle(ports, { token, params }) {
		const found = await lookUpCall(ports, token, params.id);
		if (found.kind === "unauthenticated") return UNAUTHENTICATED;
		if (found.kind === "not_found") return { problem: "not_found", detail: "this agent made no such call" };
		return answerCall(found.call, false);
	},
});
