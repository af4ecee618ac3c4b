/** Windows as anybody would write them: a list of what came, added up anew each time. Amounts are in hundredths. */
import { RATE_WINDOW_SECONDS, type RateWindow } from "../../../src/policy/compiled-role.ts";

interface Came {
	id: number;
	at: number;
	action: string;
	adds: Map<string, bigint>;
}

export class NaiveWindows {
	#came: Came[] = [];

	add(came: Came): void {
		this.#came.push(came);
	}

	takeBack(id: number): void {
		this.#came = this.#came.filter((one) => one.id !== id);
	}

	/** How much of a series came in the window that ends at `now`. */
	sum(key: string, actions: string[], window: RateWindow, now: number): bigint {
		return this.#came
			.filter(({ at, action }) => at > now - RATE_WINDOW_SECONDS[window] * 1000 && actions.includes(action))
			.reduce((sum, { adds }) => sum + (adds.get(key) ?? 0n), 0n);
	}

	/** The first moment from `now` on at which no more than `keep` of it is left in the window. */
	whenAtMost(key: string, actions: string[], window: RateWindow, keep: bigint, now: number): number {
		const moments = this.#came.map(({ at }) => at + RATE_WINDOW_SECONDS[window] * 1000).filter((at) => at > now);
		const found = [now, ...moments.sort((a, b) => a - b)].find((at) => this.sum(key, actions, window, at) <= keep);
		if (found === undefined) throw new Error("never");
		return found;
	}
}

/** Hundredths as an exact decimal: 150n is `1.5`. */
export function decimalText(hundredths: bigint): string {
	const fraction = String(hundredths % 100n)
		.padStart(2, "0")
		.replace(/0+$/, "");
	return `${hundredths / 100n}${fraction === "" ? "" : `.${fraction}`}`;
}
