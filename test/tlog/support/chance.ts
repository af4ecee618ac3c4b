/** Seeded chance, so that a run can be had again. */
export class Chance {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** A whole number from 0 to `most` (mulberry32). */
	upTo(most: number): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = this.#state;
		mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * (most + 1));
	}

	between(least: number, most: number): number {
		return least + this.upTo(most - least);
	}

	pick<T>(list: readonly T[]): T {
		return list[this.upTo(list.length - 1)] as T;
	}

	bytes(count: number): Uint8Array {
		return Uint8Array.from({ length: count }, () => this.upTo(255));
	}
}

/** A count from the environment, for longer runs; else the default. */
export function countOf(name: string, standard: number): number {
	const count = Number(process.env[name]);
	return Number.isSafeInteger(count) && count > 0 ? count : standard;
}
