/** What is left of a condition, evaluated against the counters: its outcome, what was read, and when it would come out otherwise. */
import { RATE_WINDOW_SECONDS } from "./compiled-role.ts";
import { addDecimals, compareDecimals, decimalOf, subtractDecimals } from "./decimal.ts";
import type { Counters, CounterTest, ResidualCondition } from "./decision.ts";

/** One counter, this call included. */
export interface CounterReading {
	test: CounterTest;
	/** Calls, or an amount as an exact decimal. */
	value: number | string;
	outcome: boolean | null;
}

export interface RateOutcome {
	outcome: boolean | null;
	/** Every counter of the condition, in order. */
	readings: CounterReading[];
	/** The first counter that makes the condition come to its outcome. */
	blamed: CounterReading | null;
}

/** Evaluates a condition by Kleene's logic. All its counters are read, so that the log shows them. */
export function readCounters(condition: ResidualCondition, counters: Counters): RateOutcome {
	if (condition === null || typeof condition === "boolean") return { outcome: condition, readings: [], blamed: null };
	if ("counter" in condition) {
		const test = condition.counter;
		const value = readCounter(test, counters);
		const reading = { test, value, outcome: compareCounter(test, value) };
		return { outcome: reading.outcome, readings: [reading], blamed: reading };
	}
	if ("not" in condition) {
		const child = readCounters(condition.not, counters);
		return { ...child, outcome: child.outcome === null ? null : !child.outcome };
	}
	const decisive = "any" in condition;
	const children = (decisive ? condition.any : condition.all).map((child) => readCounters(child, counters));
	const outcome = children.some((child) => child.outcome === decisive)
		? decisive
		: children.some((child) => child.outcome === null)
			? null
			: !decisive;
	const blamed = children.find((child) => child.outcome === outcome && child.blamed !== null)?.blamed ?? null;
	return { outcome, readings: children.flatMap((child) => child.readings), blamed };
}

/** A counter with this call in it. */
function readCounter({ actions, window, series }: CounterTest, counters: Counters): number | string {
	const seconds = RATE_WINDOW_SECONDS[window];
	if (series === undefined) return counters.count(actions, seconds) + 1;
	if (series.adds === null) return counters.count(actions, seconds, series) + 1;
	return addDecimals(counters.sum(actions, seconds, series), series.adds);
}

/**
 * Compares a counter, this call included: a number of calls, or an amount as an exact decimal.
 * @returns null where the operator or the operand is none that counters have
 */
export function compareCounter({ op, operand }: Pick<CounterTest, "op" | "operand">, value: number | string): boolean | null {
	const bounds = Array.isArray(operand) ? operand : [operand];
	const orders = bounds.map((bound) => orderOf(value, bound));
	if (orders.includes(null)) return null;
	const [first = 0, second = 0] = orders as number[];
	switch (op) {
		case "lt":
			return first < 0;
		case "lte":
			return first <= 0;
		case "gt":
			return first > 0;
		case "gte":
			return first >= 0;
		case "between":
			return first >= 0 && second <= 0;
		case "eq":
		case "in":
			return orders.includes(0);
		case "ne":
		case "not_in":
			return !orders.includes(0);
		default:
			return null;
	}
}

/** Calls are whole numbers, exact as they are. Made decimals for each comparison, they were most of its time. */
function orderOf(value: number | string, bound: number): number | null {
	if (!Number.isFinite(bound)) return null;
	if (typeof value === "number") return value - bound;
	const decimal = signedDecimal(bound);
	return decimal === null ? null : compareDecimals(value, decimal);
}

function signedDecimal(value: number): string | null {
	if (value >= 0) return decimalOf(value);
	const decimal = decimalOf(-value);
	return decimal === null ? null : `-${decimal}`;
}

/**
 * When a condition comes to `wanted`, if no further call is authorised until then: in milliseconds since 1970, `now` if it
 * does already. Null if it never does, or does so only by more calls, which nobody can foretell.
 */
export function retryTime(condition: ResidualCondition, wanted: boolean, counters: Counters, now: number): number | null {
	if (condition === null || typeof condition === "boolean") return condition === wanted ? now : null;
	if ("not" in condition) return retryTime(condition.not, !wanted, counters, now);
	if ("counter" in condition) return counterRetryTime(condition.counter, wanted, counters, now);
	const children = "all" in condition ? condition.all : condition.any;
	const times = children.map((child) => retryTime(child, wanted, counters, now));
	if ("all" in condition === wanted) return times.includes(null) ? null : Math.max(...(times as number[]));
	const known = times.filter((time) => time !== null);
	return known.length === 0 ? null : Math.min(...known);
}

function counterRetryTime(test: CounterTest, wanted: boolean, counters: Counters, now: number): number | null {
	const { actions, window, series } = test;
	const seconds = RATE_WINDOW_SECONDS[window];
	if (series === undefined || series.adds === null) {
		const keep = atMost(test, wanted);
		return keep === null || keep < 1 ? null : Math.max(now, counters.whenAtMost(actions, seconds, keep - 1, series));
	}
	const bound = upperBound(test, wanted, 0);
	const limit = bound === null ? null : signedDecimal(bound.value);
	if (bound === null || limit === null || limit.startsWith("-")) return null;
	const keep = subtractDecimals(limit, series.adds);
	const never = keep.startsWith("-") || (bound.below && keep === "0");
	return never ? null : Math.max(now, counters.whenSumAtMost(actions, seconds, keep, bound.below, series));
}

/** The bound below which a test comes to `wanted`; null where less does not help. `least` is the least value that there can be. */
function upperBound({ op, operand }: CounterTest, wanted: boolean, least: number): { value: number; below: boolean } | null {
	if (op === "between" && wanted) {
		// Above a lower bound that the counter may fall below, fewer calls may be too few.
		const [low, high] = operand as [number, number];
		return low <= least ? { value: high, below: false } : null;
	}
	if (typeof operand !== "number") return null;
	if (op === (wanted ? "lte" : "gt")) return { value: operand, below: false };
	if (op === (wanted ? "lt" : "gte")) return { value: operand, below: true };
	return null;
}

/** The greatest number of calls, this one included, for which a test comes to `wanted`; null where fewer calls do not help. */
export function atMost(test: CounterTest, wanted: boolean): number | null {
	const bound = upperBound(test, wanted, 1);
	if (bound === null) return null;
	return bound.below ? Math.ceil(bound.value) - 1 : Math.floor(bound.value);
}

/** The amount up to which a test comes to `wanted`, in words; null where less does not help. */
export function amountAtMost(test: CounterTest, wanted: boolean): string | null {
	const bound = upperBound(test, wanted, 0);
	return bound === null ? null : `${bound.below ? "less than " : ""}${bound.value}`;
}
