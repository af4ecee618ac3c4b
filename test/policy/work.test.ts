/**
 * A call may cause so much work and no more: what there is none left for is indeterminate, whichever operator causes it. How long
 * that takes, `cost.test.ts` measures; here is what is still decided, and what is not any more.
 */
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/contract/json.ts";
import { guardsOf, uncheckedVerdictOf } from "./support.ts";

const whenOf = (when: string, input: JsonObject, effect: string) => {
	const role = guardsOf(`  - { id: g, action: shop.parcel.send, when: ${when}, effect: ${effect} }\n`);
	return uncheckedVerdictOf(role, "shop.parcel.send", input).facts[0]?.when;
};
const many = <T>(count: number, value: T): T[] => new Array<T>(count).fill(value);
const text = (length: number) => "ab".repeat(length / 2);
const words = Array.from({ length: 100 }, (_, n) => `w${n}`);
const ADDRESS = "a@acme.com";

describe("as much as there is work for is decided, and more is not", () => {
	test.each<[when: string, of: (size: number) => JsonObject, decided: number, tooMuch: number, outcome: boolean]>([
		["{ field: weights, lte: 5 }", (size) => ({ weights: many(size, 1) }), 80_000, 90_000, true],
		["{ field: weights, between: [0, 5] }", (size) => ({ weights: many(size, 1) }), 80_000, 90_000, true],
		["{ field: tags, eq: a }", (size) => ({ tags: many(size, "a") }), 80_000, 90_000, true],
		["{ field: tags, not_in: [b, c] }", (size) => ({ tags: many(size, "a") }), 80_000, 90_000, true],
		["{ field: tags, starts_with: a }", (size) => ({ tags: many(size, "a") }), 45_000, 55_000, true],
		["{ field: tags, eq: a, ci: true }", (size) => ({ tags: many(size, "A") }), 70_000, 80_000, true],
		["{ field: service, eq: x, ci: true }", (size) => ({ service: "Σ".repeat(size) }), 30_000, 33_000, false],
		["{ field: service, starts_with: a, ci: true }", (size) => ({ service: text(size) }), 900_000, 1_100_000, true],
		["{ field: service, contains: x }", (size) => ({ service: text(size) }), 2_900_000, 3_100_000, false],
		[`{ field: service, contains_any: [${words}] }`, (size) => ({ service: text(size) }), 29_000, 31_000, false],
		[`{ field: service, not_contains: x }`, (size) => ({ service: text(size) }), 2_900_000, 3_100_000, true],
		["{ field: tags, contains: b }", (size) => ({ tags: many(size, "a") }), 95_000, 105_000, false],
		["{ field: tags, contains_any: [b, c] }", (size) => ({ tags: many(size, "a") }), 95_000, 105_000, false],
		["{ field: tags, contains_all: [a, b] }", (size) => ({ tags: many(size, "a") }), 45_000, 55_000, false],
		["{ field: service, glob: 'ab*' }", (size) => ({ service: text(size) }), 240_000, 260_000, true],
		["{ field: tags, glob: 'a*' }", (size) => ({ tags: many(size, "a") }), 12_500, 13_500, true],
		["{ field: tags, matches: a }", (size) => ({ tags: many(size, text(100)) }), 20_000, 90_000, true],
		["{ field: origin, cidr: 10.0.0.0/8 }", (size) => ({ origin: many(size, "10.0.0.1") }), 7_000, 7_400, true],
		["{ field: origin, not_cidr: 10.0.0.0/8 }", (size) => ({ origin: many(size, "11.0.0.1") }), 7_000, 7_400, true],
		["{ field: origin, after: 2026-01-01 }", (size) => ({ origin: many(size, "2026-01-02") }), 7_500, 8_500, true],
		["{ field: parts, every: { field: name, eq: a } }", (size) => ({ parts: many(size, { name: "a" }) }), 8_000, 13_000, true],
		["{ field: parts, some: { field: name, eq: b } }", (size) => ({ parts: many(size, { name: "a" }) }), 8_000, 13_000, false],
		["{ field: tags, eq: { field: wanted } }", (size) => ({ tags: many(size, "a"), wanted: "a" }), 95_000, 105_000, true],
		["{ field: tags, in: { field: wishes } }", (size) => ({ tags: ["a"], wishes: many(size, "a") }), 24_000, 26_000, true],
		["{ field: receivers.domain, in: [acme.com] }", (size) => ({ receivers: many(size, ADDRESS) }), 1_000, 1_001, true],
		[
			"{ field: receivers.domain, in: ['*.acme.com', acme.com] }",
			(size) => ({ receivers: many(size, ADDRESS) }),
			1_000,
			1_001,
			true,
		],
	])("%s", (when, of, decided, tooMuch, outcome) => {
		for (const effect of ["allow", "review"]) {
			expect([effect, whenOf(when, of(decided), effect)]).toEqual([effect, outcome]);
			const more = whenOf(when, of(tooMuch), effect);
			// Where one value is enough, one that was found before the end of the work decides.
			expect([effect, more]).toEqual([effect, effect === "review" && outcome && more === true ? true : null]);
		}
	});

	test("lengths and counts are read of any number of values", () => {
		expect(whenOf("{ field: tags.length, lte: 1 }", { tags: many(50_000, "a") }, "allow")).toBe(true);
		expect(whenOf("{ field: tags.count, eq: 50000 }", { tags: many(50_000, "a") }, "allow")).toBe(true);
	});

	test("all conditions of all guards draw on the same work", () => {
		const guard = (id: string) =>
			`  - { id: ${id}, action: shop.parcel.send, when: { field: weights, lte: 5 }, effect: allow }\n`;
		const other = (id: string, limit: number) => guard(id).replace("5", String(limit));
		const role = guardsOf(guard("a") + other("b", 6) + other("c", 7));
		const { verdict, facts } = uncheckedVerdictOf(role, "shop.parcel.send", { weights: many(30_000, 1) });
		expect([verdict, facts.map(({ when }) => when)]).toEqual(["deny", [true, true, null]]);
		expect(uncheckedVerdictOf(role, "shop.parcel.send", { weights: many(25_000, 1) }).verdict).toBe("allow");
	});

	test("a few values are decided however many conditions there are", () => {
		const tests = Array.from({ length: 900 }, (_, n) => `{ field: weights, lte: ${5 + n} }`).join(", ");
		expect(whenOf(`{ all: [${tests}] }`, { weights: many(16, 1) }, "allow")).toBe(true);
	});
});
