/** Decisions over series, as the policy makes them: what a call adds to counters, and what they may come to with it. */
import type { Effect } from "../../../src/contract/verdict.ts";
import type { RateWindow } from "../../../src/policy/compiled-role.ts";
import type { CounterTest, Decision, ResidualCondition, Use } from "../../../src/policy/decision.ts";

/** One series and its limit. */
export interface Bound {
	key: string;
	most: number;
	/** An exact decimal; left out where calls are counted. */
	adds?: string;
	op?: "lte" | "lt";
	window?: RateWindow;
	actions?: string[];
	/** Of all agents of the role. */
	shared?: true;
}

/** A guard that lets a call pass while each of these series, this call included, stays within its limit. */
export function within(...bounds: Bound[]): Decision {
	return guarded({ all: bounds.map((bound) => ({ counter: testOf(bound) })) }, bounds.map(useOf));
}

/** A guard over any condition. */
export function guarded(when: ResidualCondition, uses: Use[], otherwise: Effect = "deny"): Decision {
	return { kind: "residual", residual: { guards: [{ id: "cap", effect: "allow", otherwise, when, saw: {} }] }, uses };
}

export function testOf({ op = "lte", window = "per_day", actions = ["mail.send"], ...bound }: Bound): CounterTest {
	const isAmount = bound.adds !== undefined;
	return {
		field: isAmount ? `sum.amount.${window}` : `rate.${window}`,
		actions,
		window,
		op,
		operand: bound.most,
		series: { ...useOf(bound), what: isAmount ? "amount" : "calls", whose: ` for '${bound.key}'` },
	};
}

export function useOf({ key, adds, shared }: Pick<Bound, "key" | "adds" | "shared">): Use {
	return { key, adds: adds ?? null, ...(shared === true ? { shared } : {}) };
}

/** Every row of the series in a storage: action, key, running total, oldest first. */
export function seriesRows(sql: SqlStorage): [action: string, key: string, running: string][] {
	return sql
		.exec<{ action: string; key: string; running: string }>(
			"SELECT action, key, running FROM series_uses JOIN series ON series.id = series_uses.series ORDER BY tick, series.id",
		)
		.toArray()
		.map(({ action, key, running }) => [action, key, running]);
}
