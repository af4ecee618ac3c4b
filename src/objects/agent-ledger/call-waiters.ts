/** Who waits for a call to end. Kept in memory: whoever waited on an object that died asks again. */

/** More do not wait: they are answered at once, and ask again. */
const MOST_WAITERS = 2_000;

export class CallWaiters {
	readonly #waiting = new Map<string, Set<() => void>>();
	#count = 0;

	/** Resolves when the call has ended, or when the time is over, in milliseconds. */
	wait(actId: string, timeoutMs: number): Promise<void> {
		if (this.#count >= MOST_WAITERS) return Promise.resolve();
		return new Promise((resolve) => {
			const waiters = this.#waiting.get(actId) ?? new Set();
			this.#waiting.set(actId, waiters);
			const done = () => {
				clearTimeout(timer);
				if (!waiters.delete(done)) return;
				this.#count--;
				if (waiters.size === 0) this.#waiting.delete(actId);
				resolve();
			};
			const timer = setTimeout(done, timeoutMs);
			waiters.add(done);
			this.#count++;
		});
	}

	/** The call has ended. */
	tell(actId: string): void {
		for (const done of [...(this.#waiting.get(actId) ?? [])]) done();
	}
}
