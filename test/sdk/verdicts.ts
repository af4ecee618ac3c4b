/** Bodies of a call at every stage, as the gateway sends them. */
import type { AllowBody, CallBody, DenyBody, ReviewBody } from "../../src/contract/verdict.ts";

export const ALLOWED: AllowBody = {
	id: "act_2Nf9kQ",
	action: "mail.send",
	verdict: "allow",
	matched_guard: "approved-domains",
	agent: "helpdesk-bot",
	result: { message_id: "msg_a1b2c3", queued: true },
};

export const DENIED: DenyBody = {
	id: "act_2Nf9kR",
	action: "mail.send",
	verdict: "deny",
	matched_guard: "approved-domains",
	reason: "recipient domain 'gmail.com' not in allowlist",
	logged: true,
	reason_code: "guard_denied",
	agent: "helpdesk-bot",
	retryable: false,
	approvable: false,
};

export const RATE_DENIED: DenyBody = {
	...DENIED,
	matched_guard: "daily-volume-cap",
	reason_code: "rate_exceeded",
	retryable: true,
	retry_at: "2026-11-23T00:00:00Z",
};

export const HELD: ReviewBody = {
	id: "act_2Nf9kS",
	action: "mail.send",
	verdict: "review",
	matched_guard: "daily-volume-cap",
	reason_code: "guard_review",
	reason: "501 calls in the last day, limit 500",
	agent: "helpdesk-bot",
	logged: true,
	review: { id: "rev_1", state: "pending", expires_at: "2026-11-23T14:00:00Z", poll: "/v1/calls/act_2Nf9kS" },
};

export const EXPIRED: DenyBody = { ...DENIED, reason_code: "review_expired", reason: "nobody decided in time" };

export const FAILED: CallBody = {
	id: "act_2Nf9kT",
	action: "mail.send",
	verdict: "allow",
	matched_guard: "approved-domains",
	agent: "helpdesk-bot",
	state: "failed",
	error: { code: "upstream_failed", message: "the mailbox is gone", upstream_status: 550 },
};

export const UNKNOWN: CallBody = {
	...FAILED,
	state: "unknown",
	error: { code: "upstream_unknown", message: "no answer in time", upstream_status: null },
};
