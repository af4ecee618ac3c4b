/** How a governed call goes over the wire. Keys stand in the order of the product page, what we add comes after. */
import type { CallErrorCode } from "../contract/codes.ts";
import type { AllowBody, CallBody, CallState, DenyBody, ReviewBody } from "../contract/verdict.ts";
import type { Governed } from "../gateway/govern-action.ts";
import type { LedgerCall } from "../gateway/ports.ts";
import type { Verdict } from "../policy/decision.ts";
import type { Answer } from "./endpoint.ts";

/** One answer for each way that a governed call can go; a new way does not compile without one. */
export function answerGoverned(governed: Governed, now: number): Answer {
	switch (governed.kind) {
		case "unauthenticated":
			return UNAUTHENTICATED;
		case "unavailable":
			return { problem: "unavailable", detail: `the call did not run: ${governed.why}` };
		case "excess":
			return {
				problem: "rate_limited_admission",
				detail: "the call did not run: this agent makes more calls than the gateway takes up from one agent",
			};
		case "key_reused":
			return {
				problem: "idempotency_mismatch",
				detail: "this Idempotency-Key was used for another action or input in the last 24 hours",
			};
		case "in_flight":
			return {
				problem: "call_in_flight",
				detail: `the call with this Idempotency-Key is still running: ask GET /v1/calls/${governed.act_id}`,
				id: governed.act_id,
			};
		case "invalid":
			return {
				problem: governed.fault,
				detail: governed.problems[0]?.message ?? "the input does not fit the action",
				id: governed.act_id,
				errors: governed.problems,
			};
		case "refused":
			return answerDenied(governed, now);
		case "held":
			return { status: 202, body: heldBody({ ...governed.verdict, ...governed }) };
		case "replayed":
			return answerCall(governed.call, true);
		case "ended":
			return answerCall(
				{
					act_id: governed.act_id,
					action: governed.action,
					verdict: "allow",
					matched_guard: governed.matched_guard,
					reason: null,
					reason_code: null,
					agent: governed.agent,
					...governed.ended,
				} as LedgerCall,
				true,
			);
	}
}

export const UNAUTHENTICATED: Answer = {
	problem: "unauthenticated",
	detail: "this takes a valid agent token (hk_agt_…) as Authorization: Bearer",
};

function answerDenied(call: { act_id: string; action: string; agent: string; verdict: Verdict }, now: number): Answer {
	const { verdict } = call;
	const body: DenyBody = {
		id: call.act_id,
		action: call.action,
		verdict: "deny",
		matched_guard: verdict.matched_guard,
		reason: verdict.reason ?? "denied",
		logged: true,
		reason_code: verdict.reason_code ?? "guard_denied",
		agent: call.agent,
		retryable: verdict.retry_at !== null,
		approvable: verdict.approvable,
		...(verdict.retry_at === null ? {} : { retry_at: new Date(verdict.retry_at).toISOString() }),
	};
	if (verdict.reason_code !== "rate_exceeded") return { status: 403, body };
	const seconds = verdict.retry_at === null ? null : Math.max(1, Math.ceil((verdict.retry_at - now) / 1000));
	return { status: 429, body, headers: rateHeaders(verdict.limit, seconds) };
}

/** `Retry-After`, and the fields of draft-ietf-httpapi-ratelimit-headers (structured fields: a guard's id is a fit string). */
function rateHeaders(limit: Verdict["limit"], seconds: number | null): Record<string, string> {
	const headers: Record<string, string> = {};
	if (seconds !== null) headers["retry-after"] = String(seconds);
	if (limit) {
		headers["ratelimit-policy"] = `"${limit.guard}";q=${Math.max(0, Math.floor(limit.max))};w=${limit.window_seconds}`;
		headers.ratelimit = `"${limit.guard}";r=0${seconds === null ? "" : `;t=${seconds}`}`;
	}
	return headers;
}

function heldBody(call: {
	act_id: string;
	action: string;
	agent: string;
	matched_guard: string | null;
	reason: string | null;
	reason_code: string | null;
	review: { id: string; expires_at: number };
}): ReviewBody {
	return {
		id: call.act_id,
		action: call.action,
		verdict: "review",
		matched_guard: call.matched_guard,
		reason_code: (call.reason_code ?? "guard_review") as ReviewBody["reason_code"],
		reason: call.reason ?? "a person must sign this off",
		agent: call.agent,
		logged: true,
		review: { id: call.review.id, state: "pending", expires_at: iso(call.review.expires_at), poll: `/v1/calls/${call.act_id}` },
	};
}

const STATES: Record<LedgerCall["state"], CallState> = {
	held: "pending",
	running: "running",
	executed: "executed",
	failed: "failed",
	unknown: "unknown",
	denied: "denied",
	expired: "expired",
};

/**
 * Where a call stands.
 * @param asAction - as the answer to the action itself, with its status and, once executed, its own shorter body
 */
export function answerCall(call: LedgerCall, asAction: boolean): Answer {
	if (asAction && call.state === "executed" && call.result !== undefined) {
		const { act_id, action, matched_guard, agent } = call;
		const body: AllowBody = { id: act_id, action, verdict: "allow", matched_guard, agent, result: call.result };
		return { status: 200, body };
	}
	if (asAction && call.state === "held" && call.review) return { status: 202, body: heldBody({ ...call, review: call.review }) };
	const body: CallBody = {
		id: call.act_id,
		action: call.action,
		verdict: call.verdict,
		matched_guard: call.matched_guard,
		...(call.reason === null ? {} : { reason: call.reason }),
		...(call.reason_code === null ? {} : { reason_code: call.reason_code as CallBody["reason_code"] }),
		agent: call.agent,
		state: STATES[call.state],
		...(call.result === undefined ? {} : { result: call.result }),
		...(call.error === undefined ? {} : { error: call.error }),
		...(call.review === undefined
			? {}
			: {
					review: {
						id: call.review.id,
						state: call.review.state,
						expires_at: iso(call.review.expires_at),
						poll: `/v1/calls/${call.act_id}`,
					},
				}),
	};
	if (!asAction) return { status: 200, body };
	if (call.state === "failed" && call.error !== undefined && isWorthAnotherTry(call.error.code))
		return { status: 503, body, headers: { "retry-after": "5" } };
	return { status: ACTION_STATUS[call.state], body };
}

/** The call certainly did not run, and for no fault of its own. */
function isWorthAnotherTry(code: CallErrorCode): boolean {
	return code === "connector_busy" || code === "connector_paused" || code === "upstream_unreachable";
}

/** Statuses of an action's own answer. Unknown is never one that a client takes for "try again". */
const ACTION_STATUS: Record<LedgerCall["state"], number> = {
	held: 202,
	running: 202,
	executed: 200,
	failed: 502,
	unknown: 504,
	denied: 403,
	expired: 403,
};

function iso(ms: number): string {
	return new Date(ms).toISOString();
}
