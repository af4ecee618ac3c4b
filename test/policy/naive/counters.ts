/** Counters, counted from the calls themselves each time. Amounts are whole hundredths. */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { readField, withDefault } from "./fields.ts";
import { combine, type Truth } from "./kleene.ts";
import { naiveFold } from "./texts.ts";
import { operatorOf, type Standing, type Test } from "./world.ts";

const SECONDS: Record<string, number> = {
	per_second: 1,
	per_minute: 60,
	per_hour: 3_600,
	per_day: 86_400,
	per_week: 604_800,
	per_month: 2_592_000,
};

export function naiveCounter(test: Test, { input, world, actions, every }: Standing): Truth {
	const [, summed, window = ""] = /^(?:rate|sum\.(.+))\.(per_[a-z]+)$/.exec(test.field) ?? [];
	const by = test["by"] as string | undefined;
	const amountOf = (one: JsonObject): number | null => {
		if (summed === undefined) return 100;
		let total = 0;
		const amounts = withDefault(summed, test["default"] as Json, readField(summed, one, world, null), one, world, null);
		for (const amount of amounts.values) {
			if (typeof amount !== "number" || !Number.isFinite(amount) || amount < 0) return null;
			total += Math.round(amount * 100);
		}
		return total;
	};
	const own = amountOf(input);
	if (own === null) return null;
	const inWindow = world.past.filter(
		(call) => actions.includes(call.action) && call.secondsAgo < (SECONDS[window] as number) && (by === "role" || !call.byOther),
	);
	const countedFor = (value: Json | null): number =>
		own +
		inWindow
			.filter((call) => value === null || (valuesBy(by as string, call.input, world)?.includes(value) ?? false))
			.reduce((sum, call) => sum + (amountOf(call.input) ?? 0), 0);
	if (by === undefined || by === "role") return compare(test, countedFor(null));
	const values = valuesBy(by, input, world);
	if (values === null) return null;
	return combine(
		values.map((value) => compare(test, countedFor(value))),
		every,
	);
}

/** The values that a call is counted for; null where one cannot be told. */
function valuesBy(by: string, input: JsonObject, world: Standing["world"]): Json[] | null {
	const { values, kind } = readField(by, input, world, null);
	if (values.length === 0) return null;
	const folded: Json[] = [];
	for (const value of values) {
		if (typeof value === "symbol" || value === "" || value === null || typeof value === "object") return null;
		folded.push((kind === "email" || kind === "local") && typeof value === "string" ? naiveFold(value) : value);
	}
	return [...new Set(folded)];
}

function compare(test: Test, hundredths: number): Truth {
	const op = operatorOf(test);
	const operands = [test[op]].flat().map((one) => Math.round(Number(one) * 100));
	const [first = 0, second = 0] = operands;
	const outcomes: Record<string, boolean> = {
		lt: hundredths < first,
		lte: hundredths <= first,
		gt: hundredths > first,
		gte: hundredths >= first,
		between: first <= hundredths && hundredths <= second,
		eq: operands.includes(hundredths),
		in: operands.includes(hundredths),
		ne: !operands.includes(hundredths),
		not_in: !operands.includes(hundredths),
	};
	return outcomes[op] as boolean;
}
