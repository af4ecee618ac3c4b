/** Chance from a seed, and what can befall a call to a store or an object: it fails, its answer is lost, it is late, it comes twice. */

export class Chance {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** A number in [0, 1): mulberry32. */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let t = this.#state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	}

	/** Whether something of this probability happens. */
	happens(probability: number): boolean {
		return this.next() < probability;
	}

	/** From 0 up to, not including, `end`. */
	below(end: number): number {
		return Math.floor(this.next() * end);
	}

	oneOf<T>(choices: readonly T[]): T {
		return choices[this.below(choices.length)] as T;
	}
}

type Async<A extends unknown[], R> = (...args: A) => Promise<R>;

export class Faults {
	/** Off: everything goes well from now on. */
	on = true;
	readonly #chance: Chance;
	readonly #probability: number;
	/** How often each kind of fault struck, by place. */
	readonly struck = new Map<string, number>();

	constructor(chance: Chance, probability: number) {
		this.#chance = chance;
		this.#probability = probability;
	}

	/** The same call, in a world where things go wrong. */
	around<A extends unknown[], R>(place: string, call: Async<A, R>): Async<A, R> {
		return async (...args) => {
			if (!this.on || !this.#chance.happens(this.#probability)) return call(...args);
			const kind = this.#chance.oneOf(["before", "after", "late", "twice"] as const);
			this.struck.set(`${place} ${kind}`, (this.struck.get(`${place} ${kind}`) ?? 0) + 1);
			if (kind === "before") throw lost();
			if (kind === "late") await scheduler.wait(1 + this.#chance.below(60));
			if (kind === "twice") return (await Promise.all([call(...args), call(...args)]))[0];
			const answer = await call(...args);
			if (kind === "after") throw lost();
			return answer;
		};
	}

	/** The same object, each of these methods in such a world. */
	aroundAll<T extends object>(place: string, of: T, names: (keyof T & string)[]): T {
		// Called on the object itself: the method of a stub has no `apply`.
		const methods = of as Record<string, (...args: unknown[]) => Promise<unknown>>;
		const faulty = names.map((name) => [
			name,
			this.around(`${place}.${name}`, async (...args: unknown[]) => methods[name]?.(...args)),
		]);
		return Object.fromEntries(faulty) as T;
	}
}

function lost(): Error {
	return Object.assign(new Error("Network connection lost."), { retryable: true });
}
