/** When a request may be sent again, and how long to wait first. Pure: chance and the clock are passed in. */

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 8_000;
/** A longer wait than this is the caller's to decide on. */
export const LONGEST_RETRY_AFTER_SECONDS = 60;

/**
 * Whether an answer invites another try. A verdict never does: it is what policy decided. 504 never does either: the action may
 * have run. Whoever sends too much (429) waits as long as the answer says, and does not try again where it does not say.
 */
export function invitesRetry(status: number, isVerdict: boolean, retryAfterSeconds: number | undefined): boolean {
	return !isVerdict && (status === 503 || (status === 429 && retryAfterSeconds !== undefined));
}

/**
 * How long to wait before try number `attempt` (1 is the first repetition), in milliseconds:
 * what the gateway asked for, else twice as long each time, the latter half of it left to chance.
 * @param random - a number in [0, 1)
 */
export function retryDelayMs(attempt: number, retryAfterSeconds: number | undefined, random: number): number {
	if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1_000;
	const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
	return longest / 2 + (longest / 2) * random;
}

/**
 * Reads a Retry-After field: seconds, or an HTTP date. Undefined if it is neither.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
	if (value === null) return undefined;
	if (/^\s*\d+\s*$/.test(value)) return Number(value);
	const at = Date.parse(value);
	return Number.isNaN(at) ? undefined : Math.max(0, (at - nowMs) / 1_000);
}
