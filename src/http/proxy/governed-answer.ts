/** How a proxied call goes over the wire where the upstream's own answer does not. */
import type { ErrorStyle } from "../../contract/connector-document.ts";
import type { CallError } from "../../contract/verdict.ts";
import type { Governed } from "../../gateway/govern-action.ts";
import type { LedgerCall } from "../../gateway/ports.ts";
import type { Answer } from "../endpoint.ts";
import { type ProxyErrorDetails, type ProxyErrorStatus, proxyErrorAnswer } from "./error-answer.ts";

/** Everything but a call that ran under this request. */
export type NotRun = Exclude<Governed<never>, { kind: "ended" }>;

/** One answer for each way in which a call can go without being sent now. */
export function answerNotRun(governed: NotRun, style: ErrorStyle, requestId: string): Answer {
	const refuse = (status: ProxyErrorStatus, details: Omit<ProxyErrorDetails, "request_id">, headers?: Record<string, string>) =>
		proxyErrorAnswer(style, status, { ...details, request_id: requestId }, headers);
	switch (governed.kind) {
		case "unauthenticated":
			return refuse(401, { message: NO_TOKEN, code: "unauthenticated" });
		case "unavailable":
			return refuse(503, { message: `the call did not run: ${governed.why}`, code: "unavailable" });
		case "excess":
			return refuse(503, { message: TOO_MANY, code: "rate_limited_admission" });
		case "key_reused":
			return refuse(400, { message: KEY_REUSED, code: "idempotency_mismatch" });
		case "in_flight": {
			const message = `the call with this Idempotency-Key is still running: ask GET /v1/calls/${governed.act_id}`;
			return refuse(409, { message, code: "call_in_flight", act_id: governed.act_id, verdict: "allow", state: "running" });
		}
		case "invalid": {
			const [first] = governed.problems;
			const more = governed.problems.length > 1 ? ` (and ${governed.problems.length - 1} more)` : "";
			const where = first === undefined || first.path === "" ? "" : `${first.path}: `;
			const message = `the call did not run: ${where}${first?.message ?? "the request does not fit the action"}${more}`;
			return refuse(400, { message, code: governed.fault, param: first?.path || null, act_id: governed.act_id, verdict: "deny" });
		}
		case "refused": {
			const { verdict, act_id, action } = governed;
			const { matched_guard, approvable, retry_at } = verdict;
			return refuse(403, {
				message: `denied by policy: ${verdict.reason ?? "denied"}`,
				code: verdict.reason_code ?? "guard_denied",
				act_id,
				action,
				verdict: "deny",
				matched_guard,
				approvable,
				...(retry_at === null ? {} : { retry_at: new Date(retry_at).toISOString() }),
			});
		}
		case "held": {
			const { verdict, review, act_id, action } = governed;
			const { matched_guard } = verdict;
			const code = verdict.reason_code ?? "guard_review";
			return refuse(403, heldDetails({ act_id, action, matched_guard, code, reason: verdict.reason, review }));
		}
		case "replayed":
			return answerEarlier(governed.call, style, requestId);
	}
}

/** Where an earlier call stands that this one repeats, unless its own answer comes back. */
export function answerEarlier(call: LedgerCall, style: ErrorStyle, requestId: string): Answer {
	const { act_id, action, verdict, matched_guard, reason } = call;
	const refuse = (status: ProxyErrorStatus, details: Omit<ProxyErrorDetails, "request_id">) =>
		proxyErrorAnswer(style, status, { ...details, request_id: requestId });
	switch (call.state) {
		case "held": {
			const code = call.reason_code ?? "guard_review";
			return refuse(403, heldDetails({ act_id, action, matched_guard, code, reason, review: call.review }));
		}
		case "denied":
		case "expired": {
			const message = `denied by policy: ${reason ?? (call.state === "expired" ? "nobody decided in time" : "a person said no")}`;
			const code = call.state === "expired" ? "review_expired" : (call.reason_code ?? "guard_denied");
			return refuse(403, { message, code, act_id, action, verdict: "deny", matched_guard, state: call.state });
		}
		case "running": {
			const message = `the same call is running: ask GET /v1/calls/${act_id} how it ended`;
			return refuse(409, { message, code: "call_in_flight", act_id, action, verdict, state: "running" });
		}
		case "executed": {
			const message = `this call ran before, and its answer is not kept: ask GET /v1/calls/${act_id}`;
			return refuse(422, { message, code: "answer_not_kept", act_id, action, verdict, state: "executed" });
		}
		case "failed":
		case "unknown":
			return answerFailed({ act_id, action, verdict }, call.state, call.error ?? LOST, style, requestId);
	}
}

/** A call that was allowed, and of which no answer of the upstream can be passed on. */
export function answerFailed(
	head: Pick<LedgerCall, "act_id" | "action" | "verdict">,
	state: "failed" | "unknown",
	error: CallError,
	style: ErrorStyle,
	requestId: string,
	reached = true,
): Answer {
	const { act_id, action, verdict } = head;
	const look = state === "unknown" ? `. It is not sent again; GET /v1/calls/${act_id} says if more becomes known` : "";
	const details = { message: `${error.message}${look}`, code: error.code, act_id, action, verdict, state, request_id: requestId };
	return proxyErrorAnswer(style, state === "failed" && !reached ? 503 : 422, details);
}

function heldDetails(call: {
	act_id: string;
	action: string;
	matched_guard: string | null;
	code: string;
	reason: string | null;
	review: { id: string; expires_at: number } | undefined;
}): Omit<ProxyErrorDetails, "request_id"> {
	const { act_id, action, matched_guard, code, review } = call;
	const poll = `/v1/calls/${act_id}`;
	return {
		message: `held for review: ${call.reason ?? "a person must sign this off"}. Once it is approved, the same call gets its answer`,
		code,
		act_id,
		action,
		verdict: "review",
		matched_guard,
		state: "pending",
		...(review === undefined ? {} : { review: { id: review.id, expires_at: new Date(review.expires_at).toISOString(), poll } }),
	};
}

const LOST: CallError = { code: "upstream_unknown", message: "the call may have run", upstream_status: null };
const NO_TOKEN = "this takes a valid agent token (hk_agt_…) where the API's own key would stand";
const TOO_MANY = "the call did not run: this agent makes more calls than the gateway takes up from one agent";
const KEY_REUSED = "this Idempotency-Key was used for another action or input in the last 24 hours";
