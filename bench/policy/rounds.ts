/** Two contestants timed in turn, pair by pair, so that whatever else the machine does falls on both. */
import { median, type Spread, spread } from "../statistics.ts";
import type { Contestant } from "./contestant.ts";

/**
 * Runs some work. @returns how long that took, in milliseconds
 */
export type Stopwatch = (work: () => void) => Promise<number>;

export interface Timing {
	stopwatch: Stopwatch;
	/** Pairs of rounds. */
	pairs: number;
	/** Length of one round. */
	roundMs: number;
}

export interface Paired {
	/** Nanoseconds a call: medians of the rounds. */
	ours: number;
	other: number;
	/** Ours divided by the other's, pair by pair. */
	ratio: Spread;
}

/** Sums of answers end here, so that no loop is dead. */
let last = 0;

/** Warms both up, then times them in turn; who begins changes from pair to pair. */
export async function comparePaired(ours: Contestant, other: Contestant, timing: Timing): Promise<Paired> {
	const times = { ours: await calibrate(ours, timing), other: await calibrate(other, timing) };
	const samples: { ours: number[]; other: number[] } = { ours: [], other: [] };
	for (let pair = 0; pair < timing.pairs; pair++) {
		const order = pair % 2 === 0 ? (["ours", "other"] as const) : (["other", "ours"] as const);
		for (const side of order) samples[side].push(await nanoseconds(side === "ours" ? ours : other, times[side], timing));
	}
	return {
		ours: median(samples.ours),
		other: median(samples.other),
		ratio: spread(samples.ours.map((value, pair) => value / (samples.other[pair] as number))),
	};
}

/** Nanoseconds a call of each, timed in turn: medians. */
export async function timeEach<K extends string>(contestants: Record<K, Contestant>, timing: Timing): Promise<Record<K, number>> {
	const entries: { name: string; contestant: Contestant; times: number; samples: number[] }[] = [];
	for (const [name, contestant] of Object.entries<Contestant>(contestants))
		entries.push({ name, contestant, times: await calibrate(contestant, timing), samples: [] });
	for (let round = 0; round < timing.pairs; round++)
		for (const { contestant, times, samples } of entries) samples.push(await nanoseconds(contestant, times, timing));
	return Object.fromEntries(entries.map(({ name, samples }) => [name, median(samples)])) as Record<K, number>;
}

/** How often a round may be timed again that seems to have taken no time. */
const TRIES = 8;

/**
 * In workerd a turn of the event loop is timed, less what an empty one takes: on a crowded machine that may be all of it.
 * @throws if no try took longer than an empty round
 */
async function nanoseconds(contestant: Contestant, times: number, { stopwatch }: Timing): Promise<number> {
	for (let tries = 0; tries < TRIES; tries++) {
		const ms = await stopwatch(() => {
			for (let n = 0; n < times; n++) last += contestant.pass();
		});
		if (ms > 0) return (ms * 1e6) / (times * contestant.calls);
	}
	throw new Error(`the machine is too busy to time ${contestant.name}: no round took longer than an empty one`);
}

/** How often a contestant passes over its calls within a round. It is warm afterwards. */
async function calibrate(contestant: Contestant, { stopwatch, roundMs }: Timing): Promise<number> {
	for (let times = 1; ; times *= 2) {
		const ms = await stopwatch(() => {
			for (let n = 0; n < times; n++) last += contestant.pass();
		});
		if (Number.isNaN(last)) throw new Error(`${contestant.name} gave an answer that is no number`);
		if (ms >= roundMs / 2) return Math.max(1, Math.round((times * roundMs) / ms));
	}
}
