/** Problems as answers: RFC 9457, one title a code. */
import { PROBLEM_STATUS, type ProblemCode } from "../contract/codes.ts";
import type { Problem, ProblemItem } from "../contract/problem.ts";

const TITLES: Record<ProblemCode, string> = {
	malformed_body: "The body cannot be read",
	malformed_request: "The request cannot be read",
	unauthenticated: "Not authenticated",
	missing_scope: "The key may not do this",
	own_agent: "One's own agent",
	not_found: "Not found",
	method_not_allowed: "Method not allowed",
	already_exists: "It exists already",
	still_in_use: "Still in use",
	last_admin_key: "The last admin key",
	agent_revoked: "The agent is revoked",
	call_in_flight: "The call is still running",
	conflict: "Changed meanwhile",
	would_widen: "More would be allowed",
	review_decided: "Decided already",
	review_changed: "Not what you saw",
	already_approved: "Approved already",
	stale_revision: "Not the revision that you saw",
	too_large: "Too large",
	unsupported_media_type: "Unsupported media type",
	invalid_request: "The request is not valid",
	invalid_document: "The document is not valid",
	idempotency_mismatch: "The idempotency key belongs to another call",
	rate_limited_admission: "Too many calls",
	internal_error: "Internal error",
	unavailable: "Unavailable",
	not_ready: "Not ready",
	not_everywhere: "Not in force everywhere yet",
};

/** Seconds after which asking again is reasonable, for problems that pass. */
const RETRY_AFTER: Partial<Record<ProblemCode, string>> = {
	rate_limited_admission: "1",
	unavailable: "1",
	not_ready: "5",
	not_everywhere: "2",
};

/** Makes the response of a problem. */
export type ProblemWriter = (
	code: ProblemCode,
	detail: string,
	requestId: string,
	more?: { errors?: ProblemItem[]; id?: string; headers?: Record<string, string> },
) => Response;

export const problemResponse: ProblemWriter = (code, detail, requestId, more = {}) => {
	const status = PROBLEM_STATUS[code];
	const body: Problem = {
		type: `https://docs.hivekey.ai/errors#${code}`,
		title: TITLES[code],
		status,
		detail,
		code,
		request_id: requestId,
		...(more.id === undefined ? {} : { id: more.id }),
		...(more.errors === undefined ? {} : { errors: more.errors }),
	};
	const headers = new Headers({ "content-type": "application/problem+json", "x-request-id": requestId, ...more.headers });
	const retryAfter = RETRY_AFTER[code];
	if (retryAfter !== undefined && !headers.has("retry-after")) headers.set("retry-after", retryAfter);
	if (status === 401) headers.set("www-authenticate", 'Bearer realm="hivekey"');
	return new Response(JSON.stringify(body), { status, headers });
};

/** The first problem in words, and how many there are besides. */
export function summaryOf(problems: ProblemItem[]): string {
	const [first] = problems;
	if (!first) return "";
	const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
	return `${first.path === "" ? "" : `${first.path}: `}${first.message}${more}`;
}
