/** Who waits for D1 to have something newer. Kept in memory: whoever waited on an object that died asks again. */

const MOST_WAITERS = 1_000;
const LONGEST_MS = 25_000;

interface Waiter {
	afterSeq: number;
	done: (seq: number) => void;
}

export class CommitWaiters {
	readonly #waiting = new Set<Waiter>();

	/**
	 * Resolves with the newest committed number once it is higher than `afterSeq`, or with `afterSeq` when the time is over.
	 * @param timeoutMs - milliseconds; more than 25,000 are 25,000
	 * @throws an Error if too many wait already
	 */
	wait(afterSeq: number, timeoutMs: number): Promise<number> {
		if (this.#waiting.size >= MOST_WAITERS) throw new Error("too many wait for the log: ask D1 instead");
		return new Promise((resolve) => {
			const waiter: Waiter = {
				afterSeq,
				done: (seq) => {
					clearTimeout(timer);
					this.#waiting.delete(waiter);
					resolve(seq);
				},
			};
			const timer = setTimeout(() => waiter.done(afterSeq), Math.max(0, Math.min(timeoutMs, LONGEST_MS)));
			this.#waiting.add(waiter);
		});
	}

	/** D1 has everything up to and including this number. */
	tell(seq: number): void {
		for (const waiter of this.#waiting) if (waiter.afterSeq < seq) waiter.done(seq);
	}
}
