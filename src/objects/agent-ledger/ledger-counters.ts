/** The agent's clock and all counters that a call of it may be tested against: its calls, its own series, and those that its role shares. */
import type { Counters, Residual, SeriesName, Use } from "../../policy/decision.ts";
import { answersTo, type CounterAnswers, countersOf } from "../series/counter-answers.ts";
import { addUses, pruneSeries, removeUses } from "../series/series-book.ts";
import { seriesCounters } from "../series/series-counters.ts";
import { millisecondOf, nextTick } from "../ticks.ts";
import type { Journal } from "./journal.ts";
import type { Place } from "./place.ts";
import { CallCounts } from "./uses.ts";

export class LedgerCounters {
	readonly #sql: SqlStorage;
	readonly #now: () => number;
	readonly calls: CallCounts;
	#lastTick = 0;

	/** @param now - the machine's clock, in milliseconds since 1970 */
	constructor(sql: SqlStorage, journal: Journal, now: () => number) {
		this.#sql = sql;
		this.#now = now;
		this.calls = new CallCounts(sql, journal);
	}

	/** The tables are there. */
	open(): void {
		this.#lastTick = this.calls.newestTick();
	}

	/** Never earlier than a call that has been counted, whatever the machine's clock says. */
	nowMs(): number {
		return Math.max(this.#now(), millisecondOf(this.#lastTick));
	}

	nextTick(now: number): number {
		this.#lastTick = nextTick(this.#lastTick, now);
		return this.#lastTick;
	}

	/**
	 * The counters that a call is concluded against. Where no place is kept for it, they are those that the role's counter went by when
	 * it said so: what has changed here since cannot make an allowed call of it.
	 */
	asOf(now: number, place: Place | null): Counters {
		if (place?.reply.reserved === false) return countersOf({ ...place.own, ...place.reply.answers });
		return this.#all(now, countersOf(place?.reply.answers ?? {}));
	}

	/** What a role's counter is told of those that are the agent's own. */
	ownAnswers(residual: Residual | null, now: number): CounterAnswers {
		return residual === null ? {} : answersTo(residual, this.#all(now, countersOf({})), now, false);
	}

	/** Counts a call as authorised, in all counters of this ledger. @returns the tick of its rows */
	count(action: string, uses: readonly Use[] | undefined, now: number): number {
		const tick = this.nextTick(now);
		this.calls.add(action, tick);
		this.addToSeries(action, ownUses(uses), tick);
		return tick;
	}

	addToSeries(action: string, uses: readonly Use[], tick: number): void {
		addUses(this.#sql, action, uses, tick);
	}

	/** As if the call had never been. */
	takeBack(action: string, tick: number): void {
		this.calls.remove(action, tick);
		removeUses(this.#sql, tick);
	}

	prune(): void {
		this.calls.prune(this.nowMs());
		pruneSeries(this.#sql, this.nowMs());
	}

	/** @param role - answers for the series that the role shares */
	#all(now: number, role: Counters): Counters {
		const calls = this.calls.asOf(now);
		const own = seriesCounters(this.#sql, now);
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
}

/** Uses that this ledger counts, not its role's counter. */
export function ownUses(uses: readonly Use[] = []): Use[] {
	return uses.filter((use) => use.shared !== true);
}
