/** A call that is not at its end yet -> how it ended. Asks again and again, each time for as long as the gateway lets it. */
import { pathSegment, queryString } from "./address.ts";
import { succeeded } from "./answered.ts";
import { objectBody, unexpectedAnswer } from "./error-from-answer.ts";
import { ConnectionError, type HiveKeyError, RateLimitedError, TimeoutError, UnavailableError } from "./errors.ts";
import { retryDelayMs } from "./retry.ts";
import { type Answer, pause, type Transport } from "./transport.ts";

export interface WaitOptions {
	/** How long to wait at most. Left out: until the call is at its end; a review expires at the latest. */
	timeoutSeconds?: number | undefined;
	signal?: AbortSignal | undefined;
}

/** One question is open for so long. */
const LONGEST_POLL_SECONDS = 30;
/** The answer to a question may come so much later than the gateway was asked to wait. */
export const GRACE_MS = 15_000;
/** A gateway that answers at once is not asked more often than this. */
const SHORTEST_ROUND_MS = 1_000;
/** So often in a row without an answer, and it is given up. */
const MOST_FAILURES = 10;

/** Whether a call is still on its way: held, or running. */
export function isOpen(answer: Answer): boolean {
	const { state, verdict } = objectBody(answer);
	return state === "pending" || state === "running" || (state === undefined && verdict === "review");
}

/**
 * Waits for a call to come to its end, or for the time to run out: the last answer then says how it stands.
 * A gateway that is away for a while is waited for.
 * @throws HiveKeyError where waiting does not help; the signal's reason once it is aborted
 */
export async function waitForCall(transport: Transport, id: string, { timeoutSeconds, signal }: WaitOptions): Promise<Answer> {
	const deadline = timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutSeconds * 1_000;
	let failures = 0;
	for (;;) {
		const asked = Date.now();
		const wait = Math.max(0, Math.min(LONGEST_POLL_SECONDS, Math.ceil((deadline - asked) / 1_000)));
		const path = `/v1/calls/${pathSegment(id)}${queryString({ wait })}`;
		try {
			const answer = await succeeded(transport, { method: "GET", path, timeoutMs: wait * 1_000 + GRACE_MS, signal });
			if (typeof objectBody(answer).state !== "string") throw unexpectedAnswer(answer);
			if (!isOpen(answer) || Date.now() >= deadline) return answer;
			failures = 0;
			const shortest = Math.min(SHORTEST_ROUND_MS - (Date.now() - asked), deadline - Date.now());
			if (shortest > 0) await pause(shortest, signal);
		} catch (error) {
			if (!isPassing(error) || ++failures > MOST_FAILURES || Date.now() >= deadline) throw error;
			await pause(retryDelayMs(failures, error.retryAfterSeconds, Math.random()), signal);
		}
	}
}

function isPassing(error: unknown): error is HiveKeyError {
	return [ConnectionError, TimeoutError, UnavailableError, RateLimitedError].some((Class) => error instanceof Class);
}
