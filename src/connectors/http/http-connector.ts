/**
 * Carries out the actions that Connector documents define. Everything about a call is in its definition; what is shared is the gate,
 * the tokens, and the one checked way out.
 */
import type { ActionDefinition } from "../../contract/action-definition.ts";
import { IDEMPOTENT_METHODS } from "../../contract/connector-document.ts";
import type { HttpAction } from "../../contract/http-action.ts";
import { HTTP_CONNECTOR } from "../../gateway/execute-call.ts";
import type { Outbound, OutboundRequest, OutboundResult } from "../../gateway/outbound-ports.ts";
import type { Connector, ExecutableCall, Outcome } from "../../gateway/ports.ts";
import type { SecretValues } from "../../gateway/secret-ports.ts";
import { buildRequest, queryText, type WireRequest } from "../../policy/connector/build-request.ts";
import { type Credentials, credentialsOf } from "./credentials.ts";
import type { Gate } from "./gate.ts";
import type { OAuthTokens } from "./oauth-tokens.ts";
import { notSent, outcomeOf, outcomeOfNone } from "./read-answer.ts";

export interface HttpConnectorPorts {
	outbound: Outbound;
	secretValues: Pick<SecretValues, "load">;
	tokens: OAuthTokens;
	gate: Gate;
	now: () => number;
	pause: (ms: number) => Promise<unknown>;
}

/** An answer has to be read and recorded within the action's time limit as well. */
const RESERVE_MS = 100;
const FIRST_PAUSE_MS = 200;
const RETRIED_STATUS: ReadonlySet<number> = new Set([502, 503, 504]);

export type GoodCredentials = Extract<Credentials, { ok: true }>;

export function createHttpConnector(ports: HttpConnectorPorts): Connector {
	return {
		name: HTTP_CONNECTOR,
		definitions: [],
		async execute(call) {
			const { definition } = call as ExecutableCall & { definition: ActionDefinition & { http: HttpAction } };
			const { http } = definition;
			const deadline = ports.now() + definition.time_limit_ms - RESERVE_MS;
			const built = buildRequest(http, call.input);
			if (!built.ok) return notSent("not_started", `the call did not run: ${built.problem.path}: ${built.problem.message}`);
			const entered = ports.gate.enter(call.workspace_id, definition.connector, http.service);
			if (!entered.ok) return notSent(entered.code, WAIT[entered.code]);
			let served: boolean | null = null;
			try {
				const outcome = await carryOut(ports, call, http, built.request, deadline);
				served = wasServed(outcome);
				return outcome;
			} finally {
				entered.leave(served);
			}
		},
	};
}

const WAIT = {
	connector_busy: "the call did not run: as many calls of this connector run as may run at once",
	connector_paused: "the call did not run: the upstream has served none of the last calls, and is left alone for a while",
};

async function carryOut(
	ports: HttpConnectorPorts,
	call: ExecutableCall,
	http: HttpAction,
	request: WireRequest,
	deadline: number,
): Promise<Outcome> {
	for (let renewed = false; ; renewed = true) {
		const credentials = await credentialsOf(ports, call.workspace_id, http.service.auth);
		if (!credentials.ok) return notSent(credentials.code, `the call did not run: ${credentials.why}`);
		const result = await attempts(ports, http, outboundRequest(http, request, credentials), deadline);
		// A token that has ended by now was not taken, so nothing ran: once more with a new one.
		if (result.kind === "answered" && result.status === 401 && credentials.renew !== undefined && !renewed) {
			credentials.renew();
			continue;
		}
		return result.kind === "answered" ? outcomeOf(http, result, credentials.secrets) : outcomeOfNone(http, result);
	}
}

/** The request as it leaves, for whoever sends it or shows it. */
export function outboundRequest(
	http: HttpAction,
	request: WireRequest,
	credentials: Pick<GoodCredentials, "headers" | "query">,
): Omit<OutboundRequest, "timeLimitMs"> {
	const { service } = http;
	const query = queryText([...request.query, ...credentials.query]);
	return {
		url: `${service.origin}${request.path}${query === "" ? "" : `?${query}`}`,
		method: request.method,
		headers: {
			accept: "application/json, text/*;q=0.9, */*;q=0.5",
			"user-agent": "HiveKey",
			...request.headers,
			...(request.body === null ? {} : { "content-type": request.body.content_type }),
			...credentials.headers,
		},
		body: request.body?.text ?? null,
		maxBytes: http.response.max_bytes,
	};
}

/** Sends it, and again where that does no harm: an idempotent call that did not arrive, or that a server in between dropped. */
async function attempts(
	ports: HttpConnectorPorts,
	http: HttpAction,
	request: Omit<OutboundRequest, "timeLimitMs">,
	deadline: number,
): Promise<OutboundResult> {
	const retries = IDEMPOTENT_METHODS.includes(http.method) ? http.retries : 0;
	for (let attempt = 0; ; attempt++) {
		const timeLimitMs = Math.max(deadline - ports.now(), 1);
		const result = await ports.outbound.send({ ...request, timeLimitMs });
		const pause = FIRST_PAUSE_MS * 2 ** attempt;
		if (attempt >= retries || !isWorthARetry(result) || ports.now() + pause >= deadline) return result;
		await ports.pause(pause);
	}
}

function isWorthARetry(result: OutboundResult): boolean {
	if (result.kind === "answered") return RETRIED_STATUS.has(result.status);
	return result.kind === "unreachable" || result.kind === "broken";
}

/** Whether the upstream is there and does its work; null where nothing was asked of it. */
function wasServed(outcome: Outcome): boolean | null {
	if (outcome.kind === "ok") return true;
	if (outcome.kind === "unknown") return false;
	const { code, upstream_status: status } = outcome.error;
	if (code === "upstream_unreachable") return false;
	return status === null ? null : status < 500;
}
