/** Two sides, one kind of call: rounds in turn, so that whatever else the machine does falls on both. */
import { type Client, openClient, type Round, runRound } from "./load.ts";
import type { Settings } from "./settings.ts";
import type { CallKind, Side } from "./side.ts";
import { median, type Spread, spread } from "./statistics.ts";

export type Metric = "perSecond" | "p50Ms" | "p99Ms";
export const METRICS: Metric[] = ["perSecond", "p50Ms", "p99Ms"];

export interface Compared {
	kind: CallKind;
	/** Medians of the rounds of each side. */
	ours: Record<Metric, number>;
	reference: Record<Metric, number>;
	/** Ours divided by the reference's, pair by pair. */
	ratio: Record<Metric, Spread>;
	/** How long the log took to have everything, once a round was over: the median, in milliseconds. */
	drainMs: number;
	rounds: { ours: Figures; reference: Figures; drainMs: number }[];
}

type Figures = Omit<Round, "ids">;

/** @param answered - hears of every call that a side has answered, also in the warm-up */
export async function compare(
	kind: CallKind,
	ours: Side,
	reference: Side,
	settings: Settings,
	answered: (side: Side, ids: string[]) => void,
): Promise<Compared> {
	const clients = new Map<Side, Client>([ours, reference].map((side) => [side, openClient(side.url, settings.connections)]));
	async function run(side: Side, seconds: number): Promise<{ figures: Figures; settleMs: number }> {
		const client = clients.get(side) as Client;
		const { ids, ...figures } = await runRound(client, side.shots[kind], settings.connections, seconds);
		answered(side, ids);
		return { figures, settleMs: await side.settle() };
	}
	try {
		for (const side of [ours, reference]) await run(side, settings.warmUpSeconds);
		const rounds: Compared["rounds"] = [];
		for (let round = 0; round < settings.rounds; round++) {
			const a = await run(ours, settings.seconds);
			const b = await run(reference, settings.seconds);
			rounds.push({ ours: a.figures, reference: b.figures, drainMs: a.settleMs });
		}
		return summary(kind, rounds);
	} finally {
		for (const client of clients.values()) client.close();
	}
}

function summary(kind: CallKind, rounds: Compared["rounds"]): Compared {
	const each = <T>(of: (metric: Metric) => T) =>
		Object.fromEntries(METRICS.map((metric) => [metric, of(metric)])) as Record<Metric, T>;
	return {
		kind,
		ours: each((metric) => median(rounds.map((round) => round.ours[metric]))),
		reference: each((metric) => median(rounds.map((round) => round.reference[metric]))),
		ratio: each((metric) => spread(rounds.map((round) => round.ours[metric] / round.reference[metric]))),
		drainMs: median(rounds.map((round) => round.drainMs)),
		rounds,
	};
}
