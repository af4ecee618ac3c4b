/** What the figures must be. A bench that misses one fails. */
import type { Compared, Metric } from "./compare.ts";
import type { CallKind } from "./side.ts";

export interface Bound {
	atLeast?: number;
	atMost?: number;
}

/** On the median ratio of ours to the reference. */
export const RATIO_BOUNDS: Record<CallKind, Partial<Record<Metric, Bound>>> = {
	allowed: { perSecond: { atLeast: 0.65 }, p50Ms: { atMost: 1.5 } },
	refused: { perSecond: { atLeast: 0.6 } },
};

/** How long after a round of full load the log may still lack records of it, in milliseconds. */
export const LAG_MOST_MS = 2_000;

/** On the time of a decision, in times of JSON.parse of the same body: a sanity bound, no goal. */
export const DECIDE_BOUND: Bound = { atMost: 5 };

/** The calls to bindings that a warm action waits for: all of them. */
export const WARM_CALLS: Record<CallKind, Record<string, number>> = {
	allowed: { "worker AGENT_LEDGER.admit": 1, "worker MAIL.send": 1, "worker AGENT_LEDGER.settle": 1 },
	refused: { "worker AGENT_LEDGER.admit": 1 },
};

export function holds({ atLeast, atMost }: Bound, value: number): boolean {
	return value >= (atLeast ?? Number.NEGATIVE_INFINITY) && value <= (atMost ?? Number.POSITIVE_INFINITY);
}

export function boundText({ atLeast, atMost }: Bound): string {
	return atLeast !== undefined ? `>= ${atLeast.toFixed(2)}` : atMost !== undefined ? `<= ${atMost.toFixed(2)}` : "";
}

/** @param slack - how much wider than the bound; 1 for the bound itself */
function widened({ atLeast, atMost }: Bound, slack: number): Bound {
	return {
		...(atLeast === undefined ? {} : { atLeast: atLeast / slack }),
		...(atMost === undefined ? {} : { atMost: atMost * slack }),
	};
}

/** One line for every kind of call that the log did not keep up with. */
export function lateLogs(compared: Compared[], slack: number): string[] {
	return compared
		.filter(({ drainMs }) => drainMs > LAG_MOST_MS * slack)
		.map(({ kind, drainMs }) => `${kind}: the log was complete ${drainMs.toFixed(0)} ms after a round, wanted <= ${LAG_MOST_MS}`);
}

/** One line for every bound that is missed. */
export function missedRatios(compared: Compared[], slack: number): string[] {
	return compared.flatMap(({ kind, ratio }) =>
		Object.entries(RATIO_BOUNDS[kind])
			.map(([metric, bound]) => [metric, widened(bound, slack)] as const)
			.filter(([metric, bound]) => !holds(bound, ratio[metric as Metric].median))
			.map(
				([metric, bound]) =>
					`${kind}: ${metric} is ${ratio[metric as Metric].median.toFixed(2)} of the reference, wanted ${boundText(bound)}`,
			),
	);
}
