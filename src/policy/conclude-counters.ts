/** What is left of a condition, evaluated against the counters: its outcome, what was read, and when it would come out otherwise. */
import type { Json } from "../contract/json.ts";
import { RATE_WINDOW_SECONDS } from "./compiled-role.ts";
import type { Counters, CounterTest, ResidualCondition } from "./decision.ts";
import { OPERATORS } from "./operators/registry.ts";

/** One counter, this call included. */
export interface CounterReading {
	test: CounterTest;
	value: number;
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
		const value = counters.count(test.actions, RATE_WINDOW_SECONDS[test.window]) + 1;
		const outcome =
			OPERATORS.get(test.op)
				?.load(test.operand as Json, "plain", false)
				.check(value) ?? null;
		const reading = { test, value, outcome };
		return { outcome, readings: [reading], blamed: reading };
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

/**
 * When a condition comes to `wanted`, if no further call is authorised until then: in milliseconds since 1970, `now` if it
 * does already. Null if it never does, or does so only by more calls, which nobody can foretell.
 */
export function retryTime(condition: ResidualCondition, wanted: boolean, counters: Counters, now: number): number | null {
	if (condition === null || typeof condition === "boolean") return condition === wanted ? now : null;
	if ("not" in condition) return retryTime(condition.not, !wanted, counters, now);
	if ("counter" in condition) {
		const keep = atMost(condition.counter, wanted);
		if (keep === null || keep < 1) return null;
		return Math.max(now, counters.whenAtMost(condition.counter.actions, RATE_WINDOW_SECONDS[condition.counter.window], keep - 1));
	}
	const children = "all" in condition ? condition.all : condition.any;
	const times = children.map((child) => retryTime(child, wanted, counters, now));
	if ("all" in condition === wanted) return times.includes(null) ? null : Math.max(...(times as number[]));
	const known = times.filter((time) => time !== null);
	return known.length === 0 ? null : Math.min(...known);
}

/** The greatest value, this call included, for which a test comes to `wanted`; null where fewer calls do not help. */
export function atMost(test: CounterTest, wanted: boolean): number | null {
	if (test.op === "between" && wanted) {
		// The counter is one at least; above a greater lower bound fewer calls may be too few.
		const [low, high] = test.operand as [number, number];
		return low <= 1 ? Math.floor(high) : null;
	}
	if (typeof test.operand !== "number") return null;
	if (test.op === (wanted ? "lte" : "gt")) return Math.floor(test.operand);
	if (test.op === (wanted ? "lt" : "gte")) return Math.ceil(test.operand) - 1;
	return null;
}
