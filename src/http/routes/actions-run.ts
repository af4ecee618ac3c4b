import * as z from "zod";
import { allowBodySchema, callBodySchema, denyBodySchema, reviewBodySchema } from "../../contract/verdict.ts";
import { executeAndSettle } from "../../gateway/execute-call.ts";
import { type BodyRead, governAction, type InputRead } from "../../gateway/govern-action.ts";
import { parseStrictJson } from "../../policy/strict-json.ts";
import { endpoint } from "../endpoint.ts";
import { idempotencyKey } from "../idempotency-key.ts";
import { answerGoverned } from "../verdict-answers.ts";

const INPUT_MAX_BYTES = 1_048_576;

export const runAction = endpoint({
	method: "post",
	path: "/v1/actions/{action}",
	summary: "Run an action, if the agent's role allows it",
	access: "agent",
	params: z.object({ action: z.string() }),
	body: { raw: { types: ["application/json"], maxBytes: INPUT_MAX_BYTES }, schema: z.record(z.string(), z.unknown()) },
	// A repeat under the same idempotency key is answered with where the call stands.
	responses: {
		200: z.union([allowBodySchema, callBodySchema]),
		202: z.union([reviewBodySchema, callBodySchema]),
		403: z.union([denyBodySchema, callBodySchema]),
		429: denyBodySchema,
		502: callBodySchema,
		503: callBodySchema,
		504: callBodySchema,
	},
	problems: [
		"unauthenticated",
		"unavailable",
		"idempotency_mismatch",
		"call_in_flight",
		"rate_limited_admission",
		"malformed_request",
		"malformed_body",
		"too_large",
		"unsupported_media_type",
		"invalid_request",
	],
	async handle(ports, request) {
		const key = idempotencyKey(request.header("idempotency-key"));
		const governed = await governAction(
			{ ...ports, keepAlive: request.keepAlive },
			{
				token: request.token,
				asks: () => ({ action: request.params.action, read: readInput }),
				body: async (): Promise<BodyRead> =>
					key.ok ? request.readRaw({ types: ["application/json"], maxBytes: INPUT_MAX_BYTES }) : key.read,
				idempotencyKey: key.ok ? key.key : null,
				requestId: request.requestId,
				sourceIp: request.sourceIp,
				country: () => request.country,
				carryOut: executeAndSettle,
			},
		);
		return answerGoverned(governed, ports.now());
	},
});

/** The body is the input. */
export function readInput(body: Uint8Array): InputRead {
	const parsed = parseStrictJson(body);
	return parsed.ok ? parsed : { ok: false, fault: "malformed_body", problems: [parsed.problem] };
}
