/** What an upstream answered, as the outcome of the call and as what its agent may see of it. */
import type { HttpAction } from "../../contract/http-action.ts";
import type { Json, JsonObject } from "../../contract/json.ts";
import type { OutboundResult } from "../../gateway/outbound-ports.ts";
import type { Outcome } from "../../gateway/ports.ts";
import { hideFields, keepFields } from "./filter-answer.ts";
import { scrubber, scrubValue } from "./scrub.ts";

type Answered = Extract<OutboundResult, { kind: "answered" }>;

/** What of an error's body the agent is shown. */
const ERROR_CHARACTERS = 8_192;
/** Deeper JSON cannot be written again by every reader. */
const DEPTH_MAX = 128;
/** A server between us and the upstream answers these for it: whether it ran a call, they do not say. */
const GATEWAY_STATUS: ReadonlySet<number> = new Set([502, 504, 520, 522, 524]);
/** Cloudflare's own, where no connection came about: refused, no route, no TLS, no such name. */
export const NOT_REACHED: ReadonlySet<number> = new Set([521, 523, 525, 526, 530]);

/** The outcome of a call that was answered. */
export function outcomeOf(http: HttpAction, answer: Answered, secrets: readonly string[]): Outcome {
	const { status } = answer;
	const scrub = scrubber(secrets);
	if ((status >= 200 && status < 300) || status === 304) return served(http, answer, scrub);
	if (NOT_REACHED.has(status)) return notSent("upstream_unreachable", UNREACHABLE);
	const isSafe = http.method === "GET" || http.method === "HEAD";
	if (GATEWAY_STATUS.has(status) && !isSafe) return unknown(`the call may have run: the upstream answered ${status}`, status);
	const why = status >= 300 && status < 400 ? "it redirects, which is not followed" : null;
	const body = errorBody(http, answer, scrub);
	return failed(`the upstream answered ${status}${why === null ? "" : `: ${why}`}`, status, body);
}

/** The outcome of a call that was not answered, or not wholly. */
export function outcomeOfNone(http: HttpAction, result: Exclude<OutboundResult, Answered>): Outcome {
	const isSafe = http.method === "GET" || http.method === "HEAD";
	switch (result.kind) {
		case "refused":
			return notSent("not_started", `the call did not run: ${result.why}`);
		case "timeout":
			return unknown("the call may have run: no whole answer came within its time limit", result.status);
		case "broken":
			// Whether it was refused or cut, nobody says, and what may have run is never called not run.
			return unknown("the call may have run: the connection to the upstream broke", result.status);
		case "too_large": {
			const message = `the upstream answered ${result.status} with more than ${http.response.max_bytes} bytes`;
			if (result.status >= 400 || isSafe) return failed(`${message}, which is not taken`, result.status);
			return ok(http, result.status, null, { omitted: `${message}: the call ran, its answer is not shown` });
		}
	}
}

const UNREACHABLE = "the call did not run: the upstream cannot be reached";

/** A call that was never sent: it is not counted. */
export function notSent(
	code: "not_started" | "upstream_unreachable" | "secret_missing" | "connector_busy" | "connector_paused",
	message: string,
): Extract<Outcome, { kind: "failed" }> {
	return { kind: "failed", reached: false, error: { code, message, upstream_status: null } };
}

function served(http: HttpAction, answer: Answered, scrub: (text: string) => string): Outcome {
	const body = bodyOf(answer);
	if (!body.ok) {
		const isSafe = http.method === "GET" || http.method === "HEAD";
		if (isSafe) return failed(body.why, answer.status);
		return ok(http, answer.status, null, { omitted: `${body.why}: the call ran, its answer is not shown` });
	}
	return ok(http, answer.status, answer.headers, scrubValue(seen(http, body.value), scrub), scrub);
}

function ok(
	http: HttpAction,
	status: number,
	headers: Headers | null,
	body: Json,
	scrub: (text: string) => string = (text) => text,
): Outcome {
	const names = http.response.headers;
	if (names === undefined) return { kind: "ok", result: body, upstream_status: status };
	const shown: JsonObject = {};
	for (const name of names) {
		const value = headers?.get(name);
		if (value !== undefined && value !== null) shown[name] = scrub(value);
	}
	return { kind: "ok", result: { status, headers: shown, body }, upstream_status: status };
}

function seen({ response }: HttpAction, value: Json): Json {
	if (response.fields !== undefined) return keepFields(value, response.fields);
	return response.hide === undefined ? value : hideFields(value, response.hide);
}

type Body = { ok: true; value: Json } | { ok: false; why: string };

function bodyOf({ body, headers }: Answered): Body {
	if (body.length === 0) return { ok: true, value: null };
	const type = (headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
	if (/[/+]json$/.test(type)) {
		const value = parse(new TextDecoder().decode(body));
		return value === undefined ? { ok: false, why: "the upstream's answer is no JSON that can be read" } : { ok: true, value };
	}
	if (type === "" || type.startsWith("text/") || /[/+]xml$/.test(type) || type === "application/x-www-form-urlencoded") {
		const text = new TextDecoder().decode(body);
		return { ok: true, value: text };
	}
	return { ok: true, value: { content_type: type, base64: base64Of(body) } };
}

/** Undefined for what is no JSON, or is nested too deeply to be written again. */
function parse(text: string): Json | undefined {
	let value: Json;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	let level: Json[] = [value];
	for (let depth = 0; level.length > 0; depth++) {
		if (depth > DEPTH_MAX) return undefined;
		level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
	}
	return value;
}

/** What of a JSON answer the agent may see, as bytes; null where it is no JSON, so that nobody can tell the parts of it. */
export function shownBody(http: HttpAction, answer: Answered, secrets: readonly string[]): Uint8Array | null {
	const encoder = new TextEncoder();
	// Where the author has listed what agents see, an error shows none of it: nobody knows what it quotes.
	if (answer.status >= 400 && http.response.fields !== undefined)
		return encoder.encode(JSON.stringify(hiddenError(answer.status)));
	const body = bodyOf(answer);
	const isJson = /[/+]json\b/.test(answer.headers.get("content-type") ?? "");
	if (!body.ok || !isJson) return null;
	return encoder.encode(JSON.stringify(scrubValue(seen(http, body.value), scrubber(secrets))));
}

/** In the place of an error that is not shown: an SDK has to find one. */
function hiddenError(status: number): Json {
	const message = `the upstream answered ${status}`;
	return { error: { message, type: "api_error", code: "upstream_failed" }, message };
}

function errorBody(http: HttpAction, answer: Answered, scrub: (text: string) => string): Json | undefined {
	// Where the author has listed what agents see, an error shows none of it: nobody knows what it quotes.
	if (http.response.fields !== undefined) return undefined;
	const body = bodyOf(answer);
	if (!body.ok || body.value === null) return undefined;
	const shown = scrubValue(seen(http, body.value), scrub);
	const text = JSON.stringify(shown);
	return text.length <= ERROR_CHARACTERS ? shown : `${(typeof shown === "string" ? shown : text).slice(0, ERROR_CHARACTERS)}…`;
}

function base64Of(bytes: Uint8Array): string {
	let binary = "";
	for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
	return btoa(binary);
}

function failed(message: string, status: number, body?: Json): Outcome {
	const error = { code: "upstream_failed" as const, message, upstream_status: status };
	return { kind: "failed", reached: true, error: body === undefined ? error : { ...error, upstream_body: body } };
}

function unknown(message: string, status: number | null): Outcome {
	return { kind: "unknown", error: { code: "upstream_unknown", message, upstream_status: status } };
}
