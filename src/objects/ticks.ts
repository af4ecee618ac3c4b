/**
 * The ledger's clock: strictly increasing, and it never goes back. A tick is a millisecond times 1024 plus a count within it,
 * so that two calls of one millisecond still have an order.
 */

const PER_MILLISECOND = 1024;

/** The next tick after `last`, at `nowMs` or as soon after it as possible. */
export function nextTick(last: number, nowMs: number): number {
	return Math.max(last + 1, nowMs * PER_MILLISECOND);
}

/** The millisecond that a tick lies in. */
export function millisecondOf(tick: number): number {
	return Math.floor(tick / PER_MILLISECOND);
}

/** The first tick of a millisecond. */
export function firstTickOf(ms: number): number {
	return ms * PER_MILLISECOND;
}
