import * as z from "zod";
import { callBodySchema } from "../../contract/verdict.ts";
import { lookUpCall } from "../../gateway/look-up-call.ts";
import { endpoint } from "../endpoint.ts";
import { queryInteger } from "../page-query.ts";
import { summaryOf } from "../problem.ts";
import { answerCall, UNAUTHENTICATED } from "../verdict-answers.ts";

/** An answer waits no longer: whoever wants to know more asks again. */
const LONGEST_WAIT_SECONDS = 60;

export const getCall = endpoint({
	method: "get",
	path: "/v1/calls/{id}",
	summary: "Where one of this agent's calls stands",
	access: "agent",
	params: z.object({ id: z.string() }),
	query: z.strictObject({
		wait: queryInteger(0, LONGEST_WAIT_SECONDS)
			.default(0)
			.describe("How long the answer may wait for the call to end, in seconds, while it is held or runs."),
	}),
	responses: { 200: callBodySchema },
	problems: ["unauthenticated", "not_found"],
	async handle(ports, { token, params, query, queryProblems }) {
		const waitMs = queryProblems.length > 0 ? 0 : query.wait * 1_000;
		const found = await lookUpCall(ports, token, params.id, waitMs);
		if (found.kind === "unauthenticated") return UNAUTHENTICATED;
		if (queryProblems.length > 0) return { problem: "invalid_request", detail: summaryOf(queryProblems), errors: queryProblems };
		if (found.kind === "not_found") return { problem: "not_found", detail: "this agent made no such call" };
		return answerCall(found.call, false);
	},
});
