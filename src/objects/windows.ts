/** Rolling windows over ticks. What lies at a tick counts in a window of w milliseconds that ends at t if it came after t - w. */
import { RATE_WINDOW_SECONDS } from "../policy/compiled-role.ts";
import { firstTickOf, millisecondOf } from "./ticks.ts";

const LONGEST_WINDOW_MS = Math.max(...Object.values(RATE_WINDOW_SECONDS)) * 1000;

/** The first tick that lies in the window which ends at `nowMs`. */
export function windowStart(nowMs: number, windowSeconds: number): number {
	return firstTickOf(nowMs - windowSeconds * 1000 + 1);
}

/** What lies before this tick is in no window any more. */
export function oldestCounted(nowMs: number): number {
	return firstTickOf(nowMs - LONGEST_WINDOW_MS + 1);
}

/** When what lies at a tick leaves its window, in milliseconds since 1970. */
export function leavesAt(tick: number, windowSeconds: number): number {
	return millisecondOf(tick) + windowSeconds * 1000;
}
