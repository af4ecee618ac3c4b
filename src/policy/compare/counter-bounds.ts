/** Counters that count more than others: a longer window, or more actions, never has fewer calls. */

import type { Json } from "../../contract/json.ts";
import { canonicalJson } from "../canonical-json.ts";
import { type CompiledGuard, RATE_WINDOW_SECONDS } from "../compiled-role.ts";
import type { Cell } from "../reading.ts";
import type { Leaf } from "./leaf.ts";
import type { Asserted, TestedValues } from "./slot-values.ts";

export interface CounterSlot {
	name: string;
	actions: ReadonlySet<string>;
	seconds: number;
	/** Whose calls are counted. */
	by: string;
	/** All numbers that it is compared with. */
	constants: number[];
}

export interface Bounds {
	low: number;
	high: number;
}

/** The counter that a leaf reads, null if it reads none. */
export function counterOf({ slot, test: { field } }: Leaf, guard: CompiledGuard): CounterSlot | null {
	if (field.from !== "rate") return null;
	const { by } = field as { by?: Json };
	const seconds = RATE_WINDOW_SECONDS[field.window];
	return { name: slot, actions: new Set(guard.actions), seconds, by: canonicalJson(by ?? null), constants: [] };
}

/** Between what a counter lies, by what is given of the others. */
export function counterBounds(
	counter: CounterSlot,
	givenOf: (other: CounterSlot) => { values: TestedValues; given: Asserted["given"] } | null,
	all: CounterSlot[],
): Bounds {
	const bounds: Bounds = { low: 0, high: Number.POSITIVE_INFINITY };
	for (const other of all) {
		const known = other === counter || other.by !== counter.by ? null : givenOf(other);
		if (known === null) continue;
		const { values, given } = known;
		const left = values.samples.flatMap(({ cell }, index) =>
			given.every(({ leaf, wanted }) => values.outcome(leaf, index) === wanted) ? [cell as number] : [],
		);
		// The greatest sample stands for all numbers beyond it.
		const top = values.samples[values.samples.length - 1]?.cell;
		const most = left.includes(top as number) ? Number.POSITIVE_INFINITY : Math.max(...left);
		if (countsAtLeast(other, counter)) bounds.high = Math.min(bounds.high, most);
		if (countsAtLeast(counter, other)) bounds.low = Math.max(bounds.low, Math.min(...left));
	}
	return bounds;
}

export function isWithin(cell: Cell, { low, high }: Bounds): boolean {
	return typeof cell === "number" && cell >= low && cell <= high;
}

function countsAtLeast(more: CounterSlot, less: CounterSlot): boolean {
	return more.seconds >= less.seconds && [...less.actions].every((action) => more.actions.has(action));
}
