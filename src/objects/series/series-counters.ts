/** Reads series: what lies in a window, and when enough of it will have left. A few look-ups, however many calls lie between. */
import { addDecimals, compareDecimals, subtractDecimals } from "../../policy/decimal.ts";
import type { Counters, SeriesName } from "../../policy/decision.ts";
import { leavesAt, windowStart } from "../windows.ts";
import { findSeries, runningBefore } from "./series-book.ts";

/** One series of several actions. */
interface Line {
	id: number;
	last: string;
	lastTick: number;
}

/** The series as of `nowMs`. Plain counts of calls are not among them: asked for one, it throws. */
export function seriesCounters(sql: SqlStorage, nowMs: number): Counters {
	const linesOf = (actions: string[], series: SeriesName | undefined): Line[] => {
		if (series === undefined) throw new Error("a plain count is no series");
		return actions.flatMap((action) => readLine(sql, action, series.key));
	};
	/** What came at this tick or later. */
	const since = (lines: Line[], tick: number): string => {
		let sum = "0";
		for (const { id, last } of lines) sum = addDecimals(sum, subtractDecimals(last, runningBefore(sql, id, tick)));
		return sum;
	};
	const sum = (actions: string[], windowSeconds: number, series: SeriesName | undefined) =>
		since(linesOf(actions, series), windowStart(nowMs, windowSeconds));
	const whenLeft = (actions: string[], windowSeconds: number, keep: string, below: boolean, series: SeriesName | undefined) => {
		const lines = linesOf(actions, series);
		const order = below ? -1 : 0;
		const enough = (tick: number) => compareDecimals(since(lines, tick), keep) <= order;
		let low = windowStart(nowMs, windowSeconds);
		if (enough(low)) return nowMs;
		// The first tick whose leaving is enough: what is left only shrinks, so the range can be halved.
		let high = Math.max(low, ...lines.map((line) => line.lastTick));
		while (low < high) {
			const middle = Math.floor((low + high) / 2);
			if (enough(middle + 1)) high = middle;
			else low = middle + 1;
		}
		return leavesAt(high, windowSeconds);
	};
	return {
		count: (actions, windowSeconds, series) => Number(sum(actions, windowSeconds, series)),
		whenAtMost: (actions, windowSeconds, keep, series) => whenLeft(actions, windowSeconds, String(keep), false, series),
		sum,
		whenSumAtMost: whenLeft,
	};
}

function readLine(sql: SqlStorage, action: string, key: string): Line[] {
	const id = findSeries(sql, action, key);
	if (id === null) return [];
	const rows = sql.exec<{ tick: number; running: string }>(
		"SELECT tick, running FROM series_uses WHERE series = ? ORDER BY tick DESC LIMIT 1",
		id,
	);
	return rows.toArray().map((row) => ({ id, last: row.running, lastTick: row.tick }));
}
