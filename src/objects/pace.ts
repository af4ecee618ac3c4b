/**
 * How long to let work gather before the next trip: hardly at all while little happens, so that whoever looks sees it at once, and
 * longer under load, where each trip then carries more.
 */

const SECOND_MS = 1_000;

export interface PaceSettings {
	/** More than this many in a second is load. */
	busyPerSecond: number;
	/** Pauses since the last trip, in milliseconds. */
	quietMs: number;
	busyMs: number;
}

export class Pace {
	readonly #settings: PaceSettings;
	#secondStartedAt = 0;
	#thisSecond = 0;
	#lastSecond = 0;
	#tripAt = 0;

	constructor(settings: PaceSettings) {
		this.#settings = settings;
	}

	/** Something came in. */
	note(now: number): void {
		this.#turn(now);
		this.#thisSecond++;
	}

	/** A trip was made. */
	tripped(now: number): void {
		this.#tripAt = now;
	}

	/** How long the next trip should still wait, in milliseconds. */
	pauseMs(now: number): number {
		this.#turn(now);
		const busy = Math.max(this.#thisSecond, this.#lastSecond) > this.#settings.busyPerSecond;
		return Math.max(0, this.#tripAt + (busy ? this.#settings.busyMs : this.#settings.quietMs) - now);
	}

	#turn(now: number): void {
		const passed = now - this.#secondStartedAt;
		if (passed < SECOND_MS) return;
		this.#lastSecond = passed < 2 * SECOND_MS ? this.#thisSecond : 0;
		this.#thisSecond = 0;
		this.#secondStartedAt = now;
	}
}
