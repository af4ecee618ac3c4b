/** What the gateway answers, written out by hand so that the package stands alone. Names are the wire's own. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** From the laxest to the strictest. */
export type Effect = "allow" | "review" | "deny";

export type CallState = "pending" | "running" | "executed" | "denied" | "expired" | "failed" | "unknown";

export type ReasonCode =
	| "not_in_scope"
	| "invalid_input"
	| "guard_denied"
	| "guard_review"
	| "guard_indeterminate"
	| "rate_exceeded"
	| "review_expired"
	| "admission_limit";

/** Every answer carries the id of its request: name it when you ask for help. */
export interface Answered {
	request_id: string | null;
}

/** What it was when it was read: `ifMatch` takes it, so that nothing is changed that somebody else has changed meanwhile. */
export interface Tagged {
	etag: string | null;
}

/** Which page of a list: its length, at most 200, and where it starts. */
export interface PageQuery {
	limit?: number;
	cursor?: string;
}

/** An action that was allowed and done. */
export interface AllowBody<Result = unknown> {
	id: string;
	action: string;
	verdict: "allow";
	matched_guard: string | null;
	agent: string;
	result: Result;
}

export interface DenyBody {
	id: string;
	action: string;
	verdict: "deny";
	matched_guard: string | null;
	reason: string;
	logged: true;
	reason_code: ReasonCode;
	agent: string;
	/** Whether the same call may pass later. */
	retryable: boolean;
	/** Whether a person could let the call pass. */
	approvable: boolean;
	/** When the same call would pass, where waiting helps. */
	retry_at?: string;
}

export interface Review {
	id: string;
	state: "pending" | "expired";
	expires_at: string;
	/** Path of the call: ask there how it stands. */
	poll: string;
}

export interface ReviewBody {
	id: string;
	action: string;
	verdict: "review";
	matched_guard: string | null;
	reason_code: ReasonCode;
	reason: string;
	agent: string;
	logged: true;
	review: Review;
}

export interface CallFailure {
	code: "upstream_failed" | "upstream_unknown" | "not_started" | "no_mailbox";
	message: string;
	upstream_status: number | null;
}

/** Where a call stands. */
export interface CallBody {
	id: string;
	action: string;
	verdict: Effect;
	matched_guard: string | null;
	reason?: string;
	reason_code?: ReasonCode;
	agent: string;
	state: CallState;
	result?: unknown;
	error?: CallFailure;
	review?: Review;
}

export interface VisibleAction {
	name: string;
	description: string;
	/** JSON Schema 2020-12. */
	input_schema: Record<string, unknown>;
}

/** RFC 9457 problem details. */
export interface Problem {
	type: string;
	title: string;
	status: number;
	detail: string;
	code: string;
	request_id: string;
	id?: string;
	errors?: ProblemItem[];
}

/** One thing that is wrong with the input; lines and columns count from 1. */
export interface ProblemItem {
	path: string;
	code: string;
	message: string;
	file?: string;
	line?: number;
	column?: number;
}

/** A page of a list; `next_cursor` is null at the end. */
export interface Page<T> {
	items: T[];
	next_cursor: string | null;
}
