/** All counters that a call of this agent may be tested against: its calls, its own series, and those that its role shares. */
import type { Counters, SeriesName } from "../../policy/decision.ts";
import { seriesCounters } from "../series/series-counters.ts";
import type { CallCounts } from "./uses.ts";

/**
 * @param counts - the agent's calls
 * @param nowMs - the moment as of which the agent's own counters are read
 * @param role - answers for the series that the role shares
 */
export function ledgerCounters(sql: SqlStorage, counts: CallCounts, nowMs: number, role: Counters): Counters {
	const calls = counts.asOf(nowMs);
	const own = seriesCounters(sql, nowMs);
	const of = (series: SeriesName) => (series.shared === true ? role : own);
	return {
		count: (actions, seconds, series) =>
			series === undefined ? calls.count(actions, seconds) : of(series).count(actions, seconds, series),
		whenAtMost: (actions, seconds, keep, series) =>
			series === undefined ? calls.whenAtMost(actions, seconds, keep) : of(series).whenAtMost(actions, seconds, keep, series),
		sum: (actions, seconds, series) => of(series).sum(actions, seconds, series),
		whenSumAtMost: (actions, seconds, keep, below, series) => of(series).whenSumAtMost(actions, seconds, keep, below, series),
	};
}
