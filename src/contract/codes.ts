/**
 * Every machine-readable code that the gateway sends: two disjoint lists, each explained in docs/errors.md.
 * A verdict's `reason_code` says why policy decided so; a problem's `code` says why a request could not be served.
 */

export const REASON_CODES = [
	"not_in_scope",
	"invalid_input",
	"guard_denied",
	"guard_review",
	"guard_indeterminate",
	"rate_exceeded",
	"review_expired",
	"review_denied",
	"too_many_pending",
	"revoked",
	"admission_limit",
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** Codes of `error.code` in the body of a call that was allowed and did not end well. */
export const CALL_ERROR_CODES = [
	"upstream_failed",
	"upstream_unknown",
	"upstream_unreachable",
	"not_started",
	"answer_not_kept",
	"no_mailbox",
	"secret_missing",
	"connector_busy",
	"connector_paused",
] as const;
export type CallErrorCode = (typeof CALL_ERROR_CODES)[number];

export const PROBLEM_STATUS = {
	malformed_body: 400,
	malformed_request: 400,
	unauthenticated: 401,
	missing_scope: 403,
	own_agent: 403,
	not_found: 404,
	method_not_allowed: 405,
	already_exists: 409,
	still_in_use: 409,
	last_admin_key: 409,
	agent_revoked: 409,
	call_in_flight: 409,
	conflict: 409,
	would_widen: 409,
	review_decided: 409,
	review_changed: 409,
	already_approved: 409,
	stale_revision: 412,
	too_large: 413,
	unsupported_media_type: 415,
	invalid_request: 422,
	invalid_document: 422,
	idempotency_mismatch: 422,
	rate_limited_admission: 429,
	internal_error: 500,
	unavailable: 503,
	not_ready: 503,
	not_everywhere: 503,
} as const;
export type ProblemCode = keyof typeof PROBLEM_STATUS;
export const PROBLEM_CODES = Object.keys(PROBLEM_STATUS) as ProblemCode[];
