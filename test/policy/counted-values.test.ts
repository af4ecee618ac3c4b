/** What a call adds to the counters of its guards, for which values, and when nobody can tell. */
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import { decide } from "../../src/policy/decide.ts";
import { countersOf, facts, guardsOf, uncheckedVerdictOf } from "./support.ts";

const ACTION = "shop.parcel.send";
const parcel = (when: string, rest = "effect: allow") => guardsOf(`  - { id: g, action: ${ACTION}, when: ${when}, ${rest} }\n`);
const usesOf = (when: string, input: JsonObject, rest?: string) =>
	decide(parcel(when, rest), { action: ACTION, input }, facts).uses;
const whenOf = (when: string, input: JsonObject, rest?: string) =>
	uncheckedVerdictOf(parcel(when, rest), ACTION, input).facts[0]?.when;

describe("calls by value", () => {
	const byTags = "{ field: rate.per_day, by: tags, lte: 3 }";
	const values = (when: string, input: JsonObject) => usesOf(when, input)?.map(({ key }) => JSON.parse(key)[2]);

	test("are counted for each value once", () => {
		expect(usesOf(byTags, { tags: ["a", "b", "a"] })).toEqual([
			{ key: '[null,"tags","a"]', adds: null },
			{ key: '[null,"tags","b"]', adds: null },
		]);
		expect(values("{ field: rate.per_day, by: weights, lte: 3 }", { weights: [1, 2, 1] })).toEqual([1, 2]);
		expect(values("{ field: rate.per_day, by: extra.a, lte: 3 }", { extra: { a: [1, "1", true] } })).toEqual([1, "1", true]);
	});

	test("are counted for addresses and local parts whatever their case, for texts as they are", () => {
		const receivers = ["A@acme.com", "a@acme.com", "b@acme.com"];
		expect(values("{ field: rate.per_day, by: receivers, lte: 3 }", { receivers })).toEqual(["a@acme.com", "b@acme.com"]);
		expect(values("{ field: rate.per_day, by: receivers.local, lte: 3 }", { receivers })).toEqual(["a", "b"]);
		expect(values("{ field: rate.per_day, by: receivers.domain, lte: 3 }", { receivers })).toEqual(["acme.com"]);
		expect(values(byTags, { tags: ["A", "a"] })).toEqual(["A", "a"]);
	});

	test("are counted for an agent's fact, and for all agents of the role", () => {
		expect(usesOf("{ field: rate.per_day, by: agent.labels.team, lte: 3 }", {})).toEqual([
			{ key: '[null,"agent.labels.team","support"]', adds: null },
		]);
		expect(usesOf("{ field: rate.per_day, by: role, lte: 3 }", {})).toEqual([{ key: "[null,null]", adds: null, shared: true }]);
		expect(usesOf("{ field: rate.per_day, lte: 3 }", {})).toBe(undefined);
	});

	test.each<[string, Json, boolean]>([
		["256 values", Array.from({ length: 256 }, (_, n) => `v${n}`), true],
		["257 values", Array.from({ length: 257 }, (_, n) => `v${n}`), false],
		["one value 300 times", new Array(300).fill("a"), true],
		["a value of 1,024 letters", ["a".repeat(1_024)], true],
		["a value of 1,025 letters", ["a".repeat(1_025)], false],
		["an empty text", ["a", ""], false],
		["a null", ["a", null], false],
		["a list", ["a", ["b"]], false],
		["no value", [], false],
	])("%s", (_what, tags, known) => {
		for (const rest of ["effect: allow", "effect: deny", "effect: review, otherwise: allow"]) {
			expect(whenOf(byTags, { tags }, rest) !== null).toBe(known);
			expect((usesOf(byTags, { tags }, rest) ?? []).length > 0).toBe(known);
		}
	});

	test("of other actions, or in another window, are another number", () => {
		const guards = [
			`  - { id: minute, action: ${ACTION}, when: { field: rate.per_minute, lte: 5 } }\n`,
			`  - { id: day, action: ${ACTION}, when: { field: rate.per_day, lte: 5 } }\n`,
			`  - { id: both, action: [${ACTION}, shop.list], when: { field: rate.per_day, lte: 5 } }\n`,
			`  - { id: again, action: ${ACTION}, when: { field: rate.per_day, lte: 4 } }\n`,
		];
		const name = (actions: readonly string[], seconds: number) =>
			seconds === 60 ? "minute" : actions.length > 1 ? "both" : "day";
		for (const order of [guards, guards.toReversed()])
			for (const full of ["minute", "day", "both", "none"]) {
				const counts = {
					...countersOf(0),
					count: (actions: readonly string[], seconds: number) => (name(actions, seconds) === full ? 9 : 0),
				};
				const { facts: told } = uncheckedVerdictOf(
					guardsOf(order.map((one) => one.replace("{ id", "{ mode: shadow, id")).join("")),
					ACTION,
					{},
					counts,
				);
				const refused = told.filter(({ when }) => when === false).map(({ guard }) => guard);
				expect([full, refused.sort()]).toEqual([full, full === "none" ? [] : full === "day" ? ["again", "day"] : [full]]);
			}
	});

	test("a guard that only watches adds nothing where its values cannot be read", () => {
		expect(usesOf(byTags, {}, "effect: deny, mode: shadow")).toEqual([]);
		expect(usesOf(byTags, { tags: ["a"] }, "effect: deny, mode: shadow")).toEqual([{ key: '[null,"tags","a"]', adds: null }]);
	});

	test("that are kept off the log are counted, and quoted nowhere", () => {
		const capped = guardsOf("  - { id: g, action: shop.order.pay, when: { field: rate.per_day, by: note, lte: 0 } }\n");
		const verdict = uncheckedVerdictOf(capped, "shop.order.pay", { note: "SECRET" });
		expect(verdict).toMatchObject({ verdict: "deny", reason_code: "rate_exceeded" });
		expect(JSON.stringify(verdict)).not.toContain("SECRET");
		const shown = guardsOf("  - { id: g, action: shop.order.pay, when: { field: rate.per_day, by: currency, lte: 0 } }\n");
		expect(uncheckedVerdictOf(shown, "shop.order.pay", { currency: "EUR" }).reason).toContain("for 'EUR'");
	});

	test("are on the log each with its count, beside what else the guard saw", () => {
		const both = `{ all: [{ field: weight, lte: 9 }, ${byTags}, { field: sum.weight.per_day, lte: 9, by: tags }, { field: rate.per_week, lte: 9 }] }`;
		const counts = { ...countersOf(3), sum: () => "2.5" };
		const saw = uncheckedVerdictOf(parcel(both), ACTION, { weight: 2, tags: ["a", "b"] }, counts).facts[0]?.saw;
		expect(saw).toEqual({
			weight: 2,
			tags: ["a", "b"],
			"rate.per_day by tags": [
				{ value: "a", counted: 4 },
				{ value: "b", counted: 4 },
			],
			"sum.weight.per_day by tags": [
				{ value: "a", counted: 4.5 },
				{ value: "b", counted: 4.5 },
			],
			"rate.per_week": 4,
		});
	});

	test("that a double does not hold are on the log as they are", () => {
		const counts = { ...countersOf(0), sum: () => "9007199254740991" };
		const saw = (weight: number) =>
			uncheckedVerdictOf(parcel("{ field: sum.weight.per_day, lte: 9 }"), ACTION, { weight }, counts).facts[0]?.saw;
		expect([saw(0), saw(2)]).toMatchObject([
			{ "sum.weight.per_day": 9_007_199_254_740_991 },
			{ "sum.weight.per_day": "9007199254740993" },
		]);
	});

	test("a count has a limit that is told, an amount has none", () => {
		const limit = (when: string) => uncheckedVerdictOf(parcel(when), ACTION, { weight: 5 }, countersOf(5)).limit;
		expect(limit("{ field: rate.per_day, lte: 3 }")).toEqual({ guard: "g", max: 3, window_seconds: 86_400 });
		expect(limit("{ field: rate.per_day, lte: 3, by: role }")).toEqual({ guard: "g", max: 3, window_seconds: 86_400 });
		expect(limit("{ field: sum.weight.per_day, lte: 3 }")).toBe(null);
		expect(limit("{ field: rate.per_day, gte: 9 }")).toBe(null);
	});

	test("each value is to pass, or one suffices, as the guard asks", () => {
		const counts = {
			...countersOf(0),
			count: (_: string[], __: number, series?: { key: string }) => (series?.key.includes('"a"') ? 9 : 0),
		};
		const when = (rest: string) => uncheckedVerdictOf(parcel(byTags, rest), ACTION, { tags: ["b", "a"] }, counts).facts[0]?.when;
		expect([when("effect: allow"), when("effect: deny")]).toEqual([false, true]);
	});
});

describe("amounts", () => {
	const sum = "{ field: sum.weights.per_day, lte: 1000000 }";
	const added = (weights: Json) => usesOf(sum, { weights })?.map(({ adds }) => adds);

	test.each<[string, Json, string | null]>([
		["are added up exactly", [0.1, 0.2], "0.3"],
		["whole ones and others", [1, 0.5, 2], "3.5"],
		["beyond what a double holds", [9_007_199_254_740_991, 1, 1], "9007199254740993"],
		["of nothing come to nothing", [], "0"],
		["of zero", [0, 0], "0"],
		["below zero are none", [1, -1], null],
		["that are texts are none", [1, "1"], null],
		["that are null are none", [null], null],
		["of a thousand fractions", new Array(1_000).fill(0.5), "500"],
		["of more than a thousand fractions", new Array(1_001).fill(0.5), null],
		["of many whole numbers", new Array(5_000).fill(1), "5000"],
		["with more digits than are taken", [1e31], null],
	])("%s", (_what, weights, adds) => {
		expect(added(weights)).toEqual(adds === null ? [] : [adds]);
		expect(whenOf(sum, { weights }) === null).toBe(adds === null);
	});

	test("a missing one is what the author says, else nobody can tell", () => {
		expect(usesOf("{ field: sum.weight.per_day, lte: 3 }", {})).toEqual([]);
		expect(whenOf("{ field: sum.weight.per_day, lte: 3 }", {})).toBe(null);
		expect(usesOf("{ field: sum.weight.per_day, lte: 3, default: 2 }", {})).toEqual([{ key: '[["weight",2],null]', adds: "2" }]);
		expect(whenOf("{ field: sum.weight.per_day, lte: 3, default: 2 }", {})).toBe(true);
		expect(whenOf("{ field: sum.weight.per_day, lte: 3, default: 4 }", {})).toBe(false);
	});

	test("by value are added up for each value, by role for all agents", () => {
		expect(usesOf("{ field: sum.weight.per_day, by: tags, lte: 3 }", { weight: 2, tags: ["a", "b"] })).toEqual([
			{ key: '[["weight",null],"tags","a"]', adds: "2" },
			{ key: '[["weight",null],"tags","b"]', adds: "2" },
		]);
		expect(usesOf("{ field: sum.weight.per_day, by: role, lte: 3 }", { weight: 2 })).toEqual([
			{ key: '[["weight",null],null]', adds: "2", shared: true },
		]);
		expect(usesOf("{ field: sum.weight.per_day, by: tags, lte: 3 }", { tags: ["a"] })).toEqual([]);
		expect(usesOf("{ field: sum.tags.count.per_day, lte: 3 }", { tags: ["a", "b"] })?.map(({ adds }) => adds)).toEqual(["2"]);
	});

	test("that two guards count alike are added once", () => {
		const twice = guardsOf(
			`  - { id: a, action: ${ACTION}, when: { field: sum.weight.per_day, lte: 3 } }\n  - { id: b, action: ${ACTION}, when: { field: sum.weight.per_week, lte: 9 } }\n`,
		);
		expect(decide(twice, { action: ACTION, input: { weight: 2 } }, facts).uses).toEqual([
			{ key: '[["weight",null],null]', adds: "2" },
		]);
	});
});
