/**
 * The transparent proxy: an SDK that was made for an upstream keeps its code, and gets another base URL and the agent's token. One
 * endpoint for each method, for the document knows no other way to say "any".
 */
import * as z from "zod";
import { proxyErrorSchema } from "../../contract/proxy-error.ts";
import { governAction } from "../../gateway/govern-action.ts";
import { type LookUpPorts, lookUpCall } from "../../gateway/look-up-call.ts";
import { passThrough } from "../../gateway/pass-through.ts";
import type { LedgerCall } from "../../gateway/ports.ts";
import { type Answer, type Endpoint, endpoint } from "../endpoint.ts";
import { idempotencyKey } from "../idempotency-key.ts";
import { proxiedToken } from "../proxy/agent-token.ts";
import { answerEarlier, answerFailed, answerNotRun } from "../proxy/governed-answer.ts";
import { proxyProblem } from "../proxy/problem.ts";
import { ProxiedRequest } from "../proxy/proxied-request.ts";
import { replayedAnswer } from "../proxy/replayed-answer.ts";
import { passedHeaders } from "../proxy/upstream-answer.ts";

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
const BODY = {
	raw: { types: ["application/json", "application/x-www-form-urlencoded"], maxBytes: 1_048_576 },
	schema: z.record(z.string(), z.unknown()),
};

/** How long the same call waits for the one that runs, in milliseconds: an SDK cannot ask again by an act's id. */
const WAIT_MS = 25_000;

/** The call that runs under the same key, once it has ended or the time is over. */
async function endOf(ports: LookUpPorts, token: string | null, actId: string): Promise<LedgerCall | null> {
	const looked = await lookUpCall(ports, token, actId, WAIT_MS);
	return looked.kind === "found" ? looked.call : null;
}

export const proxyEndpoints: Endpoint[] = METHODS.map((method) =>
	endpoint({
		method,
		path: "/v1/proxy/{connector}/{path}",
		summary: `Call an upstream with its own SDK, if the agent's role allows the action behind this address (${method.toUpperCase()})`,
		access: "agent",
		params: z.object({ connector: z.string(), path: z.string() }),
		...(method === "get" || method === "delete" ? {} : { body: BODY }),
		// The upstream's own statuses come back as they are; these are the gateway's.
		responses: {
			200: z.unknown(),
			400: proxyErrorSchema,
			401: proxyErrorSchema,
			403: proxyErrorSchema,
			409: proxyErrorSchema,
			422: proxyErrorSchema,
			503: proxyErrorSchema,
		},
		headers: {
			request: { "idempotency-key": "As with `POST /v1/actions/{action}`; an SDK that sends one of its own needs no change." },
			answer: {
				"x-hivekey-act-id": "The act on the log.",
				"x-hivekey-verdict": "`allow`; a refusal says `deny` or `review`.",
				"x-hivekey-state": "`executed`, `failed`, or `running` for an answer that is passed on while it comes.",
			},
		},
		dialect: { token: proxiedToken, problem: proxyProblem },
		async handle(ports, { raw, token, requestId, sourceIp, country, keepAlive }): Promise<Answer> {
			const request = new ProxiedRequest(raw, token);
			const key = idempotencyKey(raw.headers.get("idempotency-key"));
			const governed = await governAction(
				{ ...ports, keepAlive },
				{
					token,
					asks: (role) => request.asks(role),
					body: async () => (key.ok ? request.body() : key.read),
					idempotencyKey: key.ok ? key.key : null,
					attaches: true,
					requestId,
					sourceIp,
					country: () => country,
					carryOut: passThrough,
				},
			);
			if (governed.kind === "replayed" || governed.kind === "in_flight") {
				const call = governed.kind === "replayed" ? governed.call : await endOf(ports, token, governed.act_id);
				const replayed = call && request.http && replayedAnswer(call, request.http);
				if (replayed) return replayed;
				if (call) return answerEarlier(call, request.style, requestId);
			}
			if (governed.kind !== "ended") return answerNotRun(governed, request.style, requestId);
			const { act_id, action, ended } = governed;
			if (ended.answer === null) {
				const head = { act_id, action, verdict: "allow" as const };
				return answerFailed(head, ended.state, ended.error, request.style, requestId, ended.reached);
			}
			const { status, headers, body } = ended.answer;
			const about = { "x-hivekey-act-id": act_id, "x-hivekey-verdict": "allow", "x-hivekey-state": ended.state };
			return {
				status,
				passed: body,
				headers: { ...passedHeaders(headers, request.http?.response.headers ?? [], request.frame), ...about },
			};
		},
	}),
);
