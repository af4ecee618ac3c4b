import * as z from "zod";
import { allowBodySchema, callBodySchema, denyBodySchema, reviewBodySchema } from "../../contract/verdict.ts";
import { executeAndSettle } from "../../gateway/execute-call.ts";
import { type BodyRead, governAction, type InputRead } from "../../gateway/govern-action.ts";
import { parseStrictJson } from "../../policy/strict-json.ts";
import { endpoint } from "../endpoint.ts";
import { answerGoverned } from "../verdict-answers.ts";

const INPUT_MAX_BYTES = 1_048_576;
/** Visible ASCII, as header fields carry it. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

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
		const key = request.header("idempotency-key");
		const keyFits = key === null || IDEMPOTENCY_KEY.test(key);
		const governed = await governAction(
			{ ...ports, keepAlive: request.keepAlive },
			{
				token: request.token,
				asks: () => ({ action: request.params.action, read: readInput }),
				body: async (): Promise<BodyRead> =>
					keyFits ? request.readRaw({ types: ["application/json"], maxBytes: INPUT_MAX_BYTES }) : BAD_KEY,
				idempotencyKey: keyFits ? key : null,
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
	return parsed.ok ? parsed : { ok: false, fault: "malformed_body", problem: parsed.problem };
}

const BAD_KEY: BodyRead = {
	ok: false,
	fault: "malformed_request",
	problem: {
		path: "Idempotency-Key",
		code: "malformed_request",
		message: "an Idempotency-Key has 1 to 255 visible ASCII characters",
	},
};
