/**
 * Carries out the actions that Connector documents define. Everything about a call is in its definition; what is shared is the gate,
 * the tokens, and the one checked way out.
 */
import type { ActionDefinition } from "../../contract/action-definition.ts";
import { IDEMPOTENT_METHODS } from "../../contract/connector-document.ts";
import type { HttpAction } from "../../contract/http-action.ts";
import { HTTP_CONNECTOR } from "../../gateway/execute-call.ts";
import type { Outbound, OutboundRequest } from "../../gateway/outbound-ports.ts";
import type { Connector, ExecutableCall, Outcome } from "../../gateway/ports.ts";
import type { SecretValues } from "../../gateway/secret-ports.ts";
import { buildRequest, queryText, type WireRequest } from "../../policy/connector/build-request.ts";
import { type Credentials, credentialsOf } from "./credentials.ts";
import type { Gate } from "./gate.ts";
import type { OAuthTokens } from "./oauth-tokens.ts";
import { openAnswer } from "./open-answer.ts";
import { NOT_REACHED, notSent, outcomeOf, outcomeOfNone } from "./read-answer.ts";

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
const RETRIED_STATUS: ReadonlySet<number> = new Set([502, 503, 504, ...NOT_REACHED]);

export type GoodCredentials = Extract<Credentials, { ok: true }>;

export function createHttpConnector(ports: HttpConnectorPorts): Connector {
	return {
		name: HTTP_CONNECTOR,
		definitions: [],
		async execute(call) {
			const going = enter(ports, call);
			if (!("leave" in going)) return going;
			let served: boolean | null = null;
			try {
				const outcome = await carryOut(ports, call, going);
				served = wasServed(outcome);
				return outcome;
			} finally {
				going.leave(served);
			}
		},
		async open(call) {
			const going = enter(ports, call);
			if (!("leave" in going)) return going;
			try {
				const opened = await sent(ports, call, going, ports.outbound.open);
				if ("error" in opened) return left(going, opened);
				const { result, secrets } = opened;
				if (result.kind !== "answering") return left(going, outcomeOfNone(going.http, result) as NotOk);
				return await openAnswer(going.http, result, secrets, going.leave);
			} catch (error) {
				going.leave(null);
				throw error;
			}
		},
	};
}

type NotOk = Exclude<Outcome, { kind: "ok" }>;

/** A call that was let in. */
interface Going {
	http: HttpAction;
	request: WireRequest;
	deadline: number;
	leave: (served: boolean | null) => void;
}

function enter(ports: HttpConnectorPorts, call: ExecutableCall): Going | NotOk {
	const { definition } = call as ExecutableCall & { definition: ActionDefinition & { http: HttpAction } };
	const { http } = definition;
	const deadline = ports.now() + definition.time_limit_ms - RESERVE_MS;
	const built = buildRequest(http, call.input);
	if (!built.ok) return notSent("not_started", `the call did not run: ${built.problem.path}: ${built.problem.message}`);
	const entered = ports.gate.enter(call.workspace_id, definition.connector, http.service);
	if (!entered.ok) return notSent(entered.code, WAIT[entered.code]);
	return { http, request: built.request, deadline, leave: entered.leave };
}

function left(going: Going, outcome: NotOk): NotOk {
	going.leave(wasServed(outcome));
	return outcome;
}

const WAIT = {
	connector_busy: "the call did not run: as many calls of this connector run as may run at once",
	connector_paused: "the call did not run: the upstream has served none of the last calls, and is left alone for a while",
};

async function carryOut(ports: HttpConnectorPorts, call: ExecutableCall, going: Going): Promise<Outcome> {
	const { http } = going;
	const done = await sent(ports, call, going, ports.outbound.send);
	if ("error" in done) return done;
	const { result, secrets } = done;
	return result.kind === "answered" ? outcomeOf(http, result, secrets) : outcomeOfNone(http, result);
}

/** @typeParam R - what comes of a request that was sent */
async function sent<R extends { kind: string }>(
	ports: HttpConnectorPorts,
	call: ExecutableCall,
	{ http, request, deadline }: Going,
	send: (request: OutboundRequest) => Promise<R>,
): Promise<{ result: R; secrets: readonly string[] } | NotOk> {
	for (let renewed = false; ; renewed = true) {
		const credentials = await credentialsOf(ports, call.workspace_id, http.service.auth);
		if (!credentials.ok) return notSent(credentials.code, `the call did not run: ${credentials.why}`);
		const result = await attempts(ports, http, outboundRequest(http, request, credentials), deadline, send);
		// A token that has ended by now was not taken, so nothing ran: once more with a new one.
		if (statusOf(result) === 401 && credentials.renew !== undefined && !renewed) {
			letGo(result);
			credentials.renew();
			continue;
		}
		return { result, secrets: credentials.secrets };
	}
}

/** The status of an answer; null where there is none. */
function statusOf(result: { kind: string; status?: number | null }): number | null {
	return result.kind === "answered" || result.kind === "answering" ? (result.status ?? null) : null;
}

function letGo(result: { kind: string; cancel?: () => void }): void {
	result.cancel?.();
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
async function attempts<R extends { kind: string }>(
	ports: HttpConnectorPorts,
	http: HttpAction,
	request: Omit<OutboundRequest, "timeLimitMs">,
	deadline: number,
	send: (request: OutboundRequest) => Promise<R>,
): Promise<R> {
	const retries = IDEMPOTENT_METHODS.includes(http.method) ? http.retries : 0;
	for (let attempt = 0; ; attempt++) {
		const timeLimitMs = Math.max(deadline - ports.now(), 1);
		const result = await send({ ...request, timeLimitMs });
		const pause = FIRST_PAUSE_MS * 2 ** attempt;
		if (attempt >= retries || !isWorthARetry(result) || ports.now() + pause >= deadline) return result;
		letGo(result);
		await ports.pause(pause);
	}
}

function isWorthARetry(result: { kind: string }): boolean {
	const status = statusOf(result);
	return status === null ? result.kind === "broken" : RETRIED_STATUS.has(status);
}

/** Whether the upstream is there and does its work; null where nothing was asked of it. */
function wasServed(outcome: Outcome): boolean | null {
	if (outcome.kind === "ok") return true;
	if (outcome.kind === "unknown") return false;
	const { code, upstream_status: status } = outcome.error;
	if (code === "upstream_unreachable") return false;
	return status === null ? null : status < 500;
}
