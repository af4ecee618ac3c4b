/** Rates: what is counted, what is said, and when the next call would pass. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RATE_WINDOW_SECONDS } from "../../src/policy/compiled-role.ts";
import { conclude } from "../../src/policy/conclude.ts";
import { decide } from "../../src/policy/decide.ts";
import type { Counters, Residual, ResidualCondition } from "../../src/policy/decision.ts";
import type { LoadedRole } from "../../src/policy/load-role.ts";
import { countersOf, facts, guardsOf, mail, NOW, verdictOf } from "./support.ts";

function residualOf(role: LoadedRole): Residual {
	const decision = decide(role, { action: "mail.send", input: mail("a@acme.com") }, facts);
	if (decision.kind === "verdict") throw new Error("nothing was left");
	return decision.residual;
}

/** Counters over calls at these times, as of `now`; every call adds as much as the tenths that are given for it. */
function countersAt(times: number[], now: number, tenths: readonly number[] = []): Counters {
	const calls = times.map((time, i) => ({ time, tenths: tenths[i] ?? 0 })).sort((a, b) => a.time - b.time);
	const inWindow = (seconds: number) => calls.filter(({ time }) => time <= now && time > now - seconds * 1_000);
	const sumOf = (inside: typeof calls) => inside.reduce((sum, call) => sum + call.tenths, 0);
	return {
		count: (_actions, seconds) => inWindow(seconds).length,
		whenAtMost(_actions, seconds, keep) {
			const inside = inWindow(seconds);
			return inside.length <= keep ? now : (inside[inside.length - keep - 1] as { time: number }).time + seconds * 1_000;
		},
		sum: (_actions, seconds) => String(sumOf(inWindow(seconds)) / 10),
		whenSumAtMost(_actions, seconds, keep, below) {
			const fits = (left: typeof calls) => (below ? sumOf(left) < Number(keep) * 10 : sumOf(left) <= Number(keep) * 10);
			const inside = inWindow(seconds);
			if (fits(inside)) return now;
			const gone = inside.findIndex((_, i) => fits(inside.slice(i + 1)));
			return (inside[gone] as { time: number }).time + seconds * 1_000;
		},
	};
}

describe("a limit", () => {
	test.each([
		["per_second", "second", 1],
		["per_minute", "minute", 60],
		["per_hour", "hour", 3_600],
		["per_day", "day", 86_400],
		["per_week", "week", 604_800],
		["per_month", "month", 2_592_000],
	])("%s says how many calls there were, and when the next one passes", (window, word, seconds) => {
		const role = guardsOf(`  - { id: cap, action: mail.send, when: { field: rate.${window}, lte: 2 } }\n`);
		expect(verdictOf(role, "mail.send", mail("a@acme.com"), {}, countersOf(1)).verdict).toBe("allow");
		expect(verdictOf(role, "mail.send", mail("a@acme.com"), {}, countersOf(2))).toEqual({
			verdict: "deny",
			matched_guard: "cap",
			reason_code: "rate_exceeded",
			reason: `3 calls in the last ${word}, limit 2`,
			facts: [
				{
					guard: "cap",
					when: false,
					took: "deny",
					saw: { [`rate.${window}`]: 3 },
					detail: `3 calls in the last ${word}, limit 2`,
				},
			],
			approvable: false,
			retry_at: NOW + seconds * 500,
			limit: { guard: "cap", max: 2, window_seconds: seconds },
			review: null,
		});
	});

	test.each([
		["when: { field: rate.per_day, lte: 0 }", 0, "1 call in the last day, limit 0", 0],
		["when: { field: rate.per_day, lt: 3 }", 2, "3 calls in the last day, limit 2", 2],
		["when: { field: rate.per_day, gt: 2 }, effect: deny", 2, "3 calls in the last day, limit 2", 2],
		["when: { field: rate.per_day, gte: 3 }, effect: deny", 2, "3 calls in the last day, limit 2", 2],
		["when: { not: { field: rate.per_day, gt: 2 } }", 2, "3 calls in the last day, limit 2", 2],
		["when: { field: rate.per_day, in: [1, 2] }", 2, "3 calls in the last day, which is not allowed", null],
	])("%s", (rest, count, reason, max) => {
		const role = guardsOf(`  - { id: cap, action: mail.send, ${rest} }\n`);
		const verdict = verdictOf(role, "mail.send", mail("a@acme.com"), {}, countersOf(count));
		expect(verdict).toMatchObject({ verdict: "deny", reason, reason_code: "rate_exceeded" });
		expect(verdict.limit?.max ?? null).toBe(max);
		expect(verdict.retry_at !== null).toBe(max !== null && max > 0);
	});

	test("counts the guard's actions, patterns and names alike, granted or not", () => {
		const role = guardsOf('  - { id: cap, action: ["mail.*", old.action], when: { field: rate.per_day, lte: 2 } }\n');
		const asked: string[][] = [];
		conclude(residualOf(role), { ...countersOf(0), count: (actions) => asked.push(actions) && 0 }, NOW);
		expect(asked).toEqual([["mail.read", "mail.send", "old.action"]]);
	});

	test("that is kept says nothing of itself on the log but what was counted", () => {
		const role = guardsOf("  - { id: cap, action: mail.send, when: { field: rate.per_day, lte: 2 } }\n");
		expect(verdictOf(role, "mail.send", mail("a@acme.com"), {}, countersOf(1)).facts).toEqual([
			{ guard: "cap", when: true, took: "allow", saw: { "rate.per_day": 2 } },
		]);
	});

	test("the author's words replace the sentence, not the log's phrase", () => {
		const role = guardsOf(
			"  - { id: cap, action: mail.send, when: { field: rate.per_day, lte: 2 }, reason: enough for today }\n",
		);
		const verdict = verdictOf(role, "mail.send", mail("a@acme.com"), {}, countersOf(2));
		expect(verdict.reason).toBe("enough for today");
		expect(verdict.facts[0]?.detail).toBe("3 calls in the last day, limit 2");
	});

	test("a condition that is known without the counter leaves nothing", () => {
		const known = guardsOf(
			"  - { id: g, action: mail.send, when: { any: [{ field: to.domain, in: [acme.com] }, { field: rate.per_day, lte: 2 }] } }\n",
		);
		expect(decide(known, { action: "mail.send", input: mail("a@acme.com") }, facts).kind).toBe("verdict");
		const left = decide(known, { action: "mail.send", input: mail("a@gmail.com") }, facts);
		expect(left.kind === "residual" && left.residual.guards[0]?.when).toEqual({
			counter: { field: "rate.per_day", actions: ["mail.send"], window: "per_day", op: "lte", operand: 2 },
		});
	});

	test("a deny that is sure before any counter is a verdict; after one it is left to the ledger", () => {
		const rate = "  - { id: r, action: mail.send, when: { field: rate.per_day, lte: 2 } }\n";
		const deny = "  - { id: d, action: mail.send, effect: deny }\n";
		const call = { action: "mail.send", input: mail("a@acme.com") };
		expect(decide(guardsOf(deny + rate), call, facts)).toMatchObject({ kind: "verdict", verdict: { matched_guard: "d" } });
		const left = decide(guardsOf(rate + deny), call, facts);
		expect(left.kind === "residual" && conclude(left.residual, countersOf(0), NOW).matched_guard).toBe("d");
		expect(left.kind === "residual" && conclude(left.residual, countersOf(2), NOW)).toMatchObject({
			matched_guard: "r",
			retry_at: null,
		});
	});

	test("an indeterminate part is named where no counter decides", () => {
		const role = guardsOf(
			"  - { id: g, action: shop.order.pay, when: { all: [{ field: amount, lte: 5 }, { field: rate.per_day, lte: 2 }] } }\n",
		);
		expect(verdictOf(role, "shop.order.pay", {}, {}, countersOf(0))).toMatchObject({
			reason_code: "guard_indeterminate",
			reason: "amount is missing",
			retry_at: null,
		});
		expect(verdictOf(role, "shop.order.pay", {}, {}, countersOf(5))).toMatchObject({
			reason_code: "rate_exceeded",
			retry_at: null,
		});
	});
});

describe("a counter is compared with this call in it", () => {
	/** For one to four calls, or as much in all. */
	const TABLE: [test: string, outcomes: boolean[]][] = [
		["lt: 3", [true, true, false, false]],
		["lte: 3", [true, true, true, false]],
		["gt: 3", [false, false, false, true]],
		["gte: 3", [false, false, true, true]],
		["between: [2, 3]", [false, true, true, false]],
		["eq: 3", [false, false, true, false]],
		["ne: 3", [true, true, false, true]],
		["in: [1, 3]", [true, false, true, false]],
		["not_in: [1, 3]", [false, true, false, true]],
	];
	const whensOf = (when: string, weight: number) => {
		const role = guardsOf(`  - { id: g, action: shop.parcel.send, when: ${when} }\n`);
		return [0, 1, 2, 3].map((before) => verdictOf(role, "shop.parcel.send", { weight }, {}, countersOf(before)).facts[0]?.when);
	};

	test.each(TABLE)("%s", (wanted, outcomes) => {
		expect(whensOf(`{ field: rate.per_day, ${wanted} }`, 1)).toEqual(outcomes);
		expect(whensOf(`{ field: rate.per_day, ${wanted}, by: role }`, 1)).toEqual(outcomes);
		expect(whensOf(`{ field: sum.weight.per_day, ${wanted} }`, 1)).toEqual(outcomes);
	});

	test.each([
		["gt: -1", true],
		["gte: -0.5", true],
		["lte: -1", false],
		["lt: -0.5", false],
		["eq: -1", false],
		["ne: -1", true],
		["between: [-2, -1]", false],
		["between: [-2, 3]", true],
		["lte: 0", true],
		["gt: 0", false],
		["lte: 1e40", null],
		["gte: -1e40", null],
	])("an amount is never below nothing: %s", (wanted, outcome) => {
		expect(whensOf(`{ field: sum.weight.per_day, ${wanted} }`, 0)[0]).toBe(outcome);
	});

	test("amounts are added up and compared to the last digit", () => {
		const role = guardsOf(
			"  - { id: g, action: shop.parcel.send, when: { field: sum.weight.per_day, lte: 9007199254740992 } }\n",
		);
		const verdict = (sum: string, weight: number) =>
			verdictOf(role, "shop.parcel.send", { weight }, {}, { ...countersOf(0), sum: () => sum }).verdict;
		expect(verdict("9007199254740991", 1)).toBe("allow");
		expect(verdict("9007199254740992", 1)).toBe("deny");
		expect(verdict("9007199254740991.9", 0.1)).toBe("allow");
		expect(verdict("9007199254740991.9", 0.2)).toBe("deny");
	});

	test("no wait brings an amount below nothing", () => {
		const role = guardsOf("  - { id: g, action: shop.parcel.send, when: { field: sum.weight.per_day, lte: -1 } }\n");
		expect(verdictOf(role, "shop.parcel.send", { weight: 0 }, {}, countersOf(2))).toMatchObject({
			verdict: "deny",
			retry_at: null,
		});
	});
});

describe("when the next one passes", () => {
	const retryOf = (when: string, count: number, rest = "") => {
		const role = guardsOf(`  - { id: g, action: shop.parcel.send, when: ${when}${rest} }\n`);
		const { verdict, retry_at: retry } = verdictOf(role, "shop.parcel.send", { weight: 1 }, {}, countersOf(count));
		return [verdict, retry === null ? null : (retry - NOW) / 500];
	};

	test.each<[string, number, string, number | null]>([
		["{ any: [{ field: rate.per_day, in: [1] }, { field: rate.per_hour, lte: 2 }] }", 2, "", 3_600],
		["{ any: [{ field: rate.per_day, in: [1] }, { field: rate.per_hour, in: [2] }] }", 2, "", null],
		["{ all: [{ field: rate.per_day, in: [1] }, { field: rate.per_hour, lte: 2 }] }", 2, "", null],
		["{ any: [{ field: rate.per_day, lte: 2 }, { field: rate.per_hour, lte: 2 }] }", 2, "", 3_600],
		["{ all: [{ field: rate.per_day, lte: 2 }, { field: rate.per_hour, lte: 2 }] }", 2, "", 86_400],
		["{ not: { all: [{ field: rate.per_day, gt: 2 }, { field: rate.per_hour, gt: 2 }] } }", 2, "", 3_600],
		["{ not: { any: [{ field: rate.per_day, gt: 2 }, { field: rate.per_hour, gt: 2 }] } }", 2, "", 86_400],
		["{ field: rate.per_day, between: [1, 2] }", 2, "", 86_400],
		["{ field: rate.per_day, between: [2, 3] }", 3, "", null],
		["{ field: rate.per_day, between: [1, 2] }", 2, ", effect: deny", null],
		["{ field: rate.per_day, ne: 3 }", 2, "", null],
		["{ field: rate.per_day, gte: 9 }", 2, "", null],
		["{ field: rate.per_day, lt: 3 }", 2, "", 86_400],
		["{ field: rate.per_day, lt: 1 }", 2, "", null],
		["{ field: rate.per_day, lte: 0 }", 2, "", null],
		["{ field: rate.per_day, lte: 1 }", 2, "", 86_400],
		["{ field: sum.weight.per_day, between: [0, 2] }", 2, "", 86_400],
		["{ field: sum.weight.per_day, between: [1, 2] }", 2, "", null],
		["{ field: sum.weight.per_day, lt: 1 }", 2, "", null],
		["{ field: sum.weight.per_day, lte: 1 }", 2, "", 86_400],
		["{ field: sum.weight.per_day, lte: 0.5 }", 2, "", null],
		["{ field: sum.weight.per_day, gte: 3 }", 3, ", effect: deny", 86_400],
		["{ field: sum.weight.per_day, gt: 2 }", 2, ", effect: deny", 86_400],
		["{ field: sum.weight.per_day, eq: 9 }", 2, "", null],
		["{ all: [{ field: sum.weight.per_day, lte: 1e40 }, { field: rate.per_day, lte: 2 }] }", 2, "", null],
	])("%s after %d%s", (when, count, rest, seconds) => {
		const [verdict, retry] = retryOf(when, count, rest);
		expect([verdict, retry]).toEqual([rest !== "" && seconds === null ? verdict : "deny", seconds]);
	});

	test("what is known besides the counters counts as what it is", () => {
		const counter: ResidualCondition = {
			counter: { field: "rate.per_day", actions: ["a.b"], window: "per_day", op: "lte", operand: 2 },
		};
		const at = (when: ResidualCondition) =>
			conclude({ guards: [{ id: "g", effect: "allow", otherwise: "deny", when, saw: {} }] }, countersOf(2), NOW);
		expect(at({ all: [true, counter] })).toMatchObject({ verdict: "deny", retry_at: NOW + 43_200_000 });
		expect(at({ any: [false, counter] })).toMatchObject({ verdict: "deny", retry_at: NOW + 43_200_000 });
		expect(at({ any: [true, counter] })).toMatchObject({ verdict: "allow", retry_at: null });
		expect(at({ all: [false, counter] })).toMatchObject({ verdict: "deny", retry_at: null });
		for (const open of [{ any: [null, counter] }, { not: { any: [null, counter] } }, { not: { any: [counter, null] } }])
			expect(at(open)).toMatchObject({ verdict: "deny", reason_code: "guard_indeterminate", retry_at: null });
	});

	test("every guard from the one that denied on has its say, in shadow or not as it is", () => {
		const day = "  - { id: day, action: mail.send, when: { field: rate.per_day, lte: 2 } }\n";
		const week = (rest: string) => `  - { id: week, action: mail.send, when: { field: rate.per_week, lte: 2 }${rest} }\n`;
		const retry = (guards: string) => verdictOf(guardsOf(guards), "mail.send", mail("a@acme.com"), {}, countersOf(2)).retry_at;
		expect(retry(day + week(""))).toBe(NOW + 302_400_000);
		expect(retry(day + week(", mode: shadow"))).toBe(NOW + 43_200_000);
		expect(retry(day + week(", otherwise: review"))).toBe(NOW + 43_200_000);
		expect(retry(day + week(", effect: deny, otherwise: deny"))).toBe(null);
		expect(retry(`${day}  - { id: sure, action: mail.send, effect: deny }\n`)).toBe(null);
		const open = "{ any: [{ field: reply_to, eq: a@b.cc }, { field: rate.per_week, lte: 2 }] }";
		expect(retry(`${day}  - { id: open, action: mail.send, when: ${open} }\n`)).toBe(null);
		expect(retry(`${day}  - { id: sure, action: mail.send, mode: shadow, effect: deny }\n`)).toBe(NOW + 43_200_000);
	});
});

test("an amount that alone is too much never passes, and says so", () => {
	const role = guardsOf("  - { id: g, action: shop.parcel.send, when: { field: sum.weight.per_day, lte: 3 } }\n");
	expect(verdictOf(role, "shop.parcel.send", { weight: 3.1 })).toMatchObject({
		verdict: "deny",
		reason_code: "rate_exceeded",
		reason: "weight 3.1 in the last day, limit 3",
		retry_at: null,
		limit: null,
	});
	expect(verdictOf(role, "shop.parcel.send", { weight: 3 }).verdict).toBe("allow");
});

test("retry_at is the first moment at which the same call is not denied, for upper bounds under all and any", () => {
	const bound = fc
		.tuple(fc.constantFrom("per_second", "per_minute"), fc.constantFrom("lte", "lt"), fc.integer({ min: 2, max: 4 }))
		.map(([window, op, operand]) => `{ field: rate.${window}, ${op}: ${operand} }`);
	const tree = fc.oneof(
		bound,
		fc.tuple(bound, bound).map(([a, b]) => `{ all: [${a}, ${b}] }`),
		fc.tuple(bound, bound).map(([a, b]) => `{ any: [${a}, ${b}] }`),
		fc.tuple(bound, bound, bound).map(([a, b, c]) => `{ any: [${a}, { all: [${b}, ${c}] }] }`),
	);
	const times = fc
		.array(fc.integer({ min: 0, max: RATE_WINDOW_SECONDS.per_minute * 1_000 }), { maxLength: 8 })
		.map((ago) => ago.map((ms) => NOW - Math.floor(ms / 20)));
	fc.assert(
		fc.property(fc.array(tree, { minLength: 1, maxLength: 2 }), times, (conditions, calls) => {
			const residual = residualOf(
				guardsOf(conditions.map((when, i) => `  - { id: g${i}, action: mail.send, when: ${when} }\n`).join("")),
			);
			const at = (now: number) => conclude(residual, countersAt(calls, now), now);
			const verdict = at(NOW);
			if (verdict.verdict !== "deny") return;
			const retry = verdict.retry_at as number;
			expect(retry).toBeGreaterThan(NOW);
			expect(at(retry).verdict).toBe("allow");
			expect(at(retry - 1).verdict).toBe("deny");
		}),
		{ numRuns: 400 },
	);
});

test("retry_at is the first moment at which the same amount is not denied, for upper bounds under all, any and not", () => {
	const bound = fc
		.tuple(
			fc.constantFrom("sum.weight.per_second", "sum.weight.per_minute", "rate.per_second"),
			fc.constantFrom("lte: 3", "lt: 4", "lte: 5"),
			fc.boolean(),
		)
		.map(([field, limit, turned]) =>
			turned && limit === "lte: 5" ? `{ not: { field: ${field}, gt: 5 } }` : `{ field: ${field}, ${limit} }`,
		);
	const tree = fc.oneof(
		bound,
		fc.tuple(bound, bound).map(([a, b]) => `{ all: [${a}, ${b}] }`),
		fc.tuple(bound, bound).map(([a, b]) => `{ any: [${a}, ${b}] }`),
	);
	const calls = fc.array(fc.record({ ago: fc.nat({ max: 3_000 }), tenths: fc.nat({ max: 25 }) }), { maxLength: 8 });
	fc.assert(
		fc.property(tree, calls, fc.constantFrom(0, 0.1, 1, 2.9), (when, before, weight) => {
			const role = guardsOf(`  - { id: g, action: shop.parcel.send, when: ${when} }\n`);
			const decision = decide(role, { action: "shop.parcel.send", input: { weight } }, facts);
			if (decision.kind === "verdict") throw new Error("nothing was left");
			const times = before.map(({ ago }) => NOW - ago);
			const at = (now: number) =>
				conclude(
					decision.residual,
					countersAt(
						times,
						now,
						before.map(({ tenths }) => tenths),
					),
					now,
				);
			const verdict = at(NOW);
			if (verdict.verdict !== "deny") return;
			const retry = verdict.retry_at as number;
			expect(retry).toBeGreaterThan(NOW);
			expect(at(retry).verdict).toBe("allow");
			expect(at(retry - 1).verdict).toBe("deny");
		}),
		{ numRuns: 600 },
	);
});
