/** The ids that were seen last: at least as many as asked for, at most twice as many, so that memory does not grow. */
export class RecentIds {
	readonly #least: number;
	#newer = new Set<string>();
	#older = new Set<string>();

	constructor(least: number) {
		this.#least = least;
	}

	add(id: string): void {
		if (this.#newer.size >= this.#least) {
			this.#older = this.#newer;
			this.#newer = new Set();
		}
		this.#newer.add(id);
	}

	has(id: string): boolean {
		return this.#newer.has(id) || this.#older.has(id);
	}
}
