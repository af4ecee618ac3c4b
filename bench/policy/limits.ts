/** What the figures must be. */
import type { Paired } from "./rounds.ts";
import type { Figures } from "./suite.ts";

/** A figure that is gated: the median of its ratio may be this much. */
export interface Gated {
	name: string;
	paired: Paired;
	atMost: number;
}

/** Against the ideal closure, one role in use; with 64 roles in turn; a large role against the tour's. */
const TOUR_LIMIT = 2.5;
const CYCLED_LIMIT = 6;
const LARGE_LIMIT = 1.2;
/** Every other engine takes longer than ours. */
const ENGINE_LIMIT = 1;

/** Not gated: how many times `JSON.parse` compiling a large role should take. */
export const COMPILE_AIM = 5;

/** @param slack - how much wider the limits are; 1 for the limits themselves */
export function gatedFigures({ tour, cycled, large, engines }: Figures, slack: number): Gated[] {
	return [
		{ name: "one role / ideal", paired: tour, atMost: TOUR_LIMIT * slack },
		{ name: "64 roles / 64 ideals", paired: cycled, atMost: CYCLED_LIMIT * slack },
		{ name: "large role / tour's role", paired: acrossIsolates(large, tour), atMost: LARGE_LIMIT * slack },
		// A short run does not excuse being slower than another engine.
		...Object.entries(engines).map(([name, paired]) => ({ name: `one role / ${name}`, paired, atMost: ENGINE_LIMIT })),
	];
}

/** Two sides that never ran in one isolate, by what each took of the same ideal beside it. */
function acrossIsolates(ours: Paired, other: Paired): Paired {
	const base = other.ratio.median;
	const { median, q1, q3 } = ours.ratio;
	return { ours: ours.ours, other: other.ours, ratio: { median: median / base, q1: q1 / base, q3: q3 / base } };
}

/** One line for every limit that is missed. */
export function missedLimits(place: string, figures: Figures, slack: number): string[] {
	return gatedFigures(figures, slack)
		.filter(({ paired, atMost }) => !(paired.ratio.median <= atMost))
		.map(({ name, paired, atMost }) => `${place}: ${name} is ${paired.ratio.median.toFixed(2)}, wanted <= ${atMost.toFixed(2)}`);
}
