/** An answer that is not a success -> the error that says what it means. Verdicts are told by their body, all else by its status. */
import {
	AuthenticationError,
	ConflictError,
	DeniedError,
	type ErrorFacts,
	ExpiredError,
	HeldError,
	HiveKeyError,
	InvalidRequestError,
	MissingScopeError,
	NotFoundError,
	RateLimitedError,
	UnavailableError,
	UnknownOutcomeError,
	UpstreamFailedError,
} from "./errors.ts";
import type { Answer } from "./transport.ts";

type Body = Record<string, unknown>;

const CLASS_OF_STATUS: Record<number, typeof HiveKeyError> = {
	400: InvalidRequestError,
	401: AuthenticationError,
	403: MissingScopeError,
	404: NotFoundError,
	405: InvalidRequestError,
	409: ConflictError,
	412: ConflictError,
	413: InvalidRequestError,
	415: InvalidRequestError,
	422: InvalidRequestError,
	429: RateLimitedError,
	503: UnavailableError,
};

/** The answer's body if it is a JSON object, else an empty one. */
export function objectBody(answer: Answer): Body {
	return typeof answer.body === "object" && answer.body !== null && !Array.isArray(answer.body) ? (answer.body as Body) : {};
}

/** Whether the body is a verdict, or says where a call stands: the gateway took the call up. */
export function isVerdict(answer: Answer): boolean {
	const { id, verdict } = objectBody(answer);
	return typeof id === "string" && (verdict === "allow" || verdict === "deny" || verdict === "review");
}

/** Whether a call under the same idempotency key is still running. */
export function isInFlight(answer: Answer): boolean {
	return answer.status === 409 && objectBody(answer).code === "call_in_flight";
}

/** The error for a call that did not end in success, or null for one that was allowed and done. */
export function errorFromVerdict(answer: Answer, idempotencyKey?: string): HiveKeyError | null {
	const body = objectBody(answer);
	const action = String(body.action);
	const reason = typeof body.reason === "string" ? body.reason : null;
	const facts = factsOf(answer, String(body.reason_code ?? body.state ?? body.verdict), idempotencyKey);
	const because = reason === null ? "" : `: ${reason}`;

	if (body.state === "unknown") {
		const code = failureCode(body) ?? facts.code;
		return new UnknownOutcomeError(`${action} may or may not have run: look before you send it again (${body.id})`, {
			...facts,
			code,
		});
	}
	if (body.state === "failed") {
		const code = failureCode(body) ?? facts.code;
		return new UpstreamFailedError(`${action} was allowed and failed${failureText(body)} (${body.id})`, { ...facts, code });
	}
	if (body.state === "expired" || body.reason_code === "review_expired") {
		return new ExpiredError(`${action} was not signed off in time (${body.id})`, facts);
	}
	if (body.verdict === "deny" || body.state === "denied") {
		return new DeniedError(`${action} was denied${because} (${body.id})`, facts);
	}
	if (body.state === "running") {
		return new ConflictError(`${action} is still running: ask how it stands (${body.id})`, { ...facts, code: "call_in_flight" });
	}
	if (body.verdict === "review" && body.state !== "executed") {
		return new HeldError(`${action} is held for sign-off${because} (${body.id})`, facts);
	}
	return answer.status === 200 ? null : errorFromAnswer(answer, idempotencyKey);
}

/** The error for an answer that is not a verdict. */
export function errorFromAnswer(answer: Answer, idempotencyKey?: string): HiveKeyError {
	const body = objectBody(answer);
	const Class = CLASS_OF_STATUS[answer.status];
	if (typeof body.code !== "string" && Class !== UnavailableError && Class !== RateLimitedError) {
		return unexpectedAnswer(answer, idempotencyKey);
	}
	const code = typeof body.code === "string" ? body.code : `http_${answer.status}`;
	const told = [body.detail, body.title].find((text) => typeof text === "string" && text !== "");
	return new (Class ?? HiveKeyError)(
		String(told ?? `the gateway answered ${answer.status}`),
		factsOf(answer, code, idempotencyKey),
	);
}

/** The error for an answer that no HiveKey gateway gives: a proxy's page, a redirect, another service's success. */
export function unexpectedAnswer(answer: Answer, idempotencyKey?: string): HiveKeyError {
	const Class = answer.status === 401 ? AuthenticationError : HiveKeyError;
	const location = answer.headers.get("location");
	const redirect = location === null ? "" : `, a redirect to ${location}`;
	const message = `${answer.url} did not answer as a HiveKey gateway does (status ${answer.status}${redirect}): check the address`;
	return new Class(message, factsOf(answer, "unexpected_answer", idempotencyKey));
}

function factsOf(answer: Answer, code: string, idempotencyKey?: string): ErrorFacts {
	return {
		status: answer.status,
		code,
		requestId: answer.requestId,
		body: answer.body,
		idempotencyKey,
		retryAfterSeconds: answer.retryAfterSeconds,
	};
}

function failureCode(body: Body): string | undefined {
	const code = (body.error as { code?: unknown } | undefined)?.code;
	return typeof code === "string" ? code : undefined;
}

function failureText(body: Body): string {
	const message = (body.error as { message?: unknown } | undefined)?.message;
	return typeof message === "string" ? `: ${message}` : "";
}
