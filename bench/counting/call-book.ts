/** Counts every call that goes out through a binding, by who makes it. */

/** Whose environment it is: the Worker's, a ledger's, or the log's. */
export type Place = "worker" | "ledger" | "log";

export class CallBook {
	/** `<place> <binding>.<method>` -> calls. */
	#calls = new Map<string, number>();
	/** While true, what the durable objects ask of others waits. */
	holding = false;

	count(name: string): void {
		this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
	}

	/** What was counted since the last time, sorted by name. */
	take(): Record<string, number> {
		const taken = Object.fromEntries([...this.#calls].sort(([a], [b]) => (a < b ? -1 : 1)));
		this.#calls.clear();
		return taken;
	}

	async released(): Promise<void> {
		while (this.holding) await scheduler.wait(10);
	}
}
