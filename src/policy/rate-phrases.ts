/** Counters in words, as a limit, and as the log shows them. */
import type { Json, JsonObject } from "../contract/json.ts";
import { RATE_WINDOW_SECONDS } from "./compiled-role.ts";
import { amountAtMost, atMost, type CounterReading } from "./conclude-counters.ts";
import type { Phrase } from "./operators/operator.ts";

/** `501 calls in the last day, limit 500`. */
export function ratePhrase({ test, value, outcome }: CounterReading): Phrase {
	const { series } = test;
	const window = test.window.slice("per_".length);
	const isAmount = series !== undefined && series.adds !== null;
	const what = isAmount ? `${series.what} ${value}` : `${value} ${value === 1 ? "call" : "calls"}`;
	const seen = `${what}${series?.whose ?? ""} in the last ${window}`;
	const limit = outcome === null ? null : isAmount ? amountAtMost(test, !outcome) : atMost(test, !outcome);
	if (limit !== null) return { reason: `${seen}, limit ${limit}`, detail: `${seen}, limit ${limit}` };
	return { reason: `${seen}, which is not allowed`, detail: `${seen} not allowed` };
}

/** The limit of calls that a counter ran into, whichever way round it was written; null where it was none. */
export function limitOf({ test, outcome }: CounterReading): { max: number; window_seconds: number } | null {
	if (test.series !== undefined && test.series.adds !== null) return null;
	const max = outcome === null ? null : atMost(test, !outcome);
	return max === null ? null : { max: Math.max(0, max), window_seconds: RATE_WINDOW_SECONDS[test.window] };
}

/** What the log shows of counters: a value each, or for those that count by value each value with its own. */
export function sawCounters(saw: JsonObject, readings: readonly CounterReading[]): JsonObject {
	const all: JsonObject = { ...saw };
	const byValue = new Map<string, Json[]>();
	for (const { test, value } of readings) {
		const shown: Json = typeof value === "string" && String(Number(value)) === value ? Number(value) : value;
		if (test.series?.value === undefined) all[test.field] = shown;
		else {
			const counted = byValue.get(test.field) ?? [];
			counted.push({ value: test.series.value, counted: shown });
			all[test.field] = counted;
			byValue.set(test.field, counted);
		}
	}
	return all;
}
