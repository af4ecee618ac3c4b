/** One class per kind of answer that is not a success. Every one of them is a {@link HiveKeyError}. */
import type { CallFailure, ProblemItem, Review } from "./types.ts";

export interface ErrorFacts {
	/** The HTTP status; absent where no answer came. */
	status?: number;
	/** The stable machine-readable code. */
	code: string;
	requestId?: string | null;
	/** The answer's body, as it was parsed. */
	body?: unknown;
	/** The key under which the same call can be asked for again without running twice. */
	idempotencyKey?: string;
	retryAfterSeconds?: number;
	cause?: unknown;
}

/** The base of all errors of this package. */
export class HiveKeyError extends Error {
	readonly status: number | undefined;
	readonly code: string;
	readonly requestId: string | null;
	readonly body: unknown;
	readonly idempotencyKey: string | undefined;
	/** How long to wait before asking again, where the gateway said so. */
	readonly retryAfterSeconds: number | undefined;

	constructor(message: string, facts: ErrorFacts) {
		super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
		this.name = new.target.name;
		this.status = facts.status;
		this.code = facts.code;
		this.requestId = facts.requestId ?? null;
		this.body = facts.body;
		this.idempotencyKey = facts.idempotencyKey;
		this.retryAfterSeconds = facts.retryAfterSeconds;
	}
}

/** The gateway took the call up and it did not end in success. `id` names it on the audit log. */
export class ActionError extends HiveKeyError {
	static override readonly name: string = "ActionError";
	readonly id: string;
	readonly action: string;
	readonly agent: string;
	readonly matchedGuard: string | null;
	readonly reason: string | null;

	constructor(message: string, facts: ErrorFacts) {
		super(message, facts);
		const body = (facts.body ?? {}) as Record<string, unknown>;
		this.id = String(body.id ?? "");
		this.action = String(body.action ?? "");
		this.agent = String(body.agent ?? "");
		this.matchedGuard = typeof body.matched_guard === "string" ? body.matched_guard : null;
		this.reason = typeof body.reason === "string" ? body.reason : null;
	}
}

/** Policy said no (403, or 429 where a limit said it). Nothing ran. */
export class DeniedError extends ActionError {
	static override readonly name: string = "DeniedError";
	/** Whether the same call may pass later. */
	readonly retryable: boolean;
	/** Whether a person could let the call pass. */
	readonly approvable: boolean;
	/** When the same call would pass, as RFC 3339, where waiting helps. */
	readonly retryAt: string | null;

	constructor(message: string, facts: ErrorFacts) {
		super(message, facts);
		const body = (facts.body ?? {}) as Record<string, unknown>;
		this.retryable = body.retryable === true;
		this.approvable = body.approvable === true;
		this.retryAt = typeof body.retry_at === "string" ? body.retry_at : null;
	}
}

/** A person must sign the call off first (202). Ask `hk.calls.get(error.id)` how it stands. */
export class HeldError extends ActionError {
	static override readonly name: string = "HeldError";
	readonly review: Review | null;

	constructor(message: string, facts: ErrorFacts) {
		super(message, facts);
		this.review = ((facts.body ?? {}) as { review?: Review }).review ?? null;
	}
}

/** Nobody signed the call off in time. Nothing ran. */
export class ExpiredError extends ActionError {
	static override readonly name: string = "ExpiredError";
}

/** The call was allowed and what carries it out failed (502). */
export class UpstreamFailedError extends ActionError {
	static override readonly name: string = "UpstreamFailedError";
	readonly failure: CallFailure | null;

	constructor(message: string, facts: ErrorFacts) {
		super(message, facts);
		this.failure = ((facts.body ?? {}) as { error?: CallFailure }).error ?? null;
	}
}

/** The call was allowed, and nobody knows whether it ran (504). Never send it again unseen: look first. */
export class UnknownOutcomeError extends ActionError {
	static override readonly name: string = "UnknownOutcomeError";
}

/** No token, or one that the gateway does not take (401). */
export class AuthenticationError extends HiveKeyError {
	static override readonly name: string = "AuthenticationError";
}

/** The key is good, but lacks the scope for this (403 without a verdict). */
export class MissingScopeError extends HiveKeyError {
	static override readonly name: string = "MissingScopeError";
}

export class NotFoundError extends HiveKeyError {
	static override readonly name: string = "NotFoundError";
}

/** It exists already, is still in use, is in flight, or has changed meanwhile (409, 412). */
export class ConflictError extends HiveKeyError {
	static override readonly name: string = "ConflictError";
}

/** The request is not one that the gateway can serve (400, 405, 413, 415, 422). */
export class InvalidRequestError extends HiveKeyError {
	static override readonly name: string = "InvalidRequestError";
	readonly errors: ProblemItem[];

	constructor(message: string, facts: ErrorFacts) {
		super(message, facts);
		const errors = ((facts.body ?? {}) as { errors?: unknown }).errors;
		this.errors = Array.isArray(errors) ? (errors as ProblemItem[]) : [];
	}
}

/** Too many requests (429 without a verdict). */
export class RateLimitedError extends HiveKeyError {
	static override readonly name: string = "RateLimitedError";
}

/** The gateway is there and cannot serve this now (503). Nothing ran. */
export class UnavailableError extends HiveKeyError {
	static override readonly name: string = "UnavailableError";
}

/** No answer came. For an action it is open whether it ran: ask again with `idempotencyKey`. */
export class ConnectionError extends HiveKeyError {
	static override readonly name: string = "ConnectionError";
}

/** The time that was given ran out. For an action it is open whether it ran: ask again with `idempotencyKey`. */
export class TimeoutError extends HiveKeyError {
	static override readonly name: string = "TimeoutError";
}
