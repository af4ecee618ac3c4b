/**
 * How many calls of one agent are taken up: so many a second, twice that at once. What comes on top is refused without a word in any
 * table, counted here, and told to the log as one number. All of it is memory: an object that dies begins again with a full bucket,
 * and forgets what it has not told, which is the excess of ten seconds at most.
 */

import { RecentIds } from "./recent-ids.ts";

/** Calls that were refused, and when the first and the last of them came, in milliseconds since 1970. */
export interface Excess {
	count: number;
	since: number;
	until: number;
}

/** From the first refused call until the log hears of it and of those that followed. */
export const TELL_AFTER_MS = 10_000;
/** A refused call is known by its id when it is asked for again: that takes less than a second. */
const REMEMBERED_IDS = 4_096;

export class AdmissionLimit {
	readonly perSecond: number;
	/** How many calls would pass now. */
	#left: number;
	#filledAt = 0;
	#excess: Excess | null = null;
	readonly #refused = new RecentIds(REMEMBERED_IDS);

	constructor(perSecond: number) {
		this.perSecond = perSecond;
		this.#left = 2 * perSecond;
	}

	/** Takes up a call, or counts it as refused: once, however often it is asked for again because the answer was lost. */
	admits(actId: string, now: number): boolean {
		if (this.#refused.has(actId)) return false;
		const passedMs = Math.max(0, now - this.#filledAt);
		this.#left = Math.min(2 * this.perSecond, this.#left + (passedMs * this.perSecond) / 1_000);
		this.#filledAt = now;
		if (this.#left >= 1) {
			this.#left--;
			return true;
		}
		this.#excess = { count: (this.#excess?.count ?? 0) + 1, since: this.#excess?.since ?? now, until: now };
		this.#refused.add(actId);
		return false;
	}

	/** When the excess is to be told, in milliseconds since 1970; null if there is none. */
	get tellAt(): number | null {
		return this.#excess && this.#excess.since + TELL_AFTER_MS;
	}

	/** What is to be told now, if it is time. It stays until it has been {@link told}. */
	due(now: number): Excess | null {
		const excess = this.#excess;
		return excess && (now >= excess.since + TELL_AFTER_MS || now < excess.since) ? excess : null;
	}

	/** The log will hear of it. */
	told(): void {
		this.#excess = null;
	}
}
