/** Counters in words, and as a limit. */

import { RATE_WINDOW_SECONDS } from "./compiled-role.ts";
import { atMost, type CounterReading } from "./conclude-counters.ts";
import type { Phrase } from "./operators/operator.ts";

/** `501 calls in the last day, limit 500`. */
export function ratePhrase({ test, value, outcome }: CounterReading): Phrase {
	const window = test.window.slice("per_".length);
	const calls = `${value} ${value === 1 ? "call" : "calls"} in the last ${window}`;
	const limit = outcome === null ? null : atMost(test, !outcome);
	if (limit !== null) return { reason: `${calls}, limit ${limit}`, detail: `${calls}, limit ${limit}` };
	return { reason: `${calls}, which is not allowed`, detail: `${calls} not allowed` };
}

/** The limit that a counter ran into, whichever way round it was written; null where it was no upper bound. */
export function limitOf({ test, outcome }: CounterReading): { max: number; window_seconds: number } | null {
	const max = outcome === null ? null : atMost(test, !outcome);
	return max === null ? null : { max: Math.max(0, max), window_seconds: RATE_WINDOW_SECONDS[test.window] };
}
