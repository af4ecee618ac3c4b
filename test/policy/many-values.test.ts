/** A test over many values comes to what it comes to over few: one that decides, one that cannot be read, wherever it stands. */
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/contract/json.ts";
import { FEW_VALUES } from "../../src/policy/work.ts";
import { guardsOf, uncheckedVerdictOf } from "./support.ts";

const ACTION = "shop.parcel.send";

/** The field, the tests on it with a value that passes and one that fails, and one that nobody can read. */
const FORMS: [condition: string, field: string, passes: Json, fails: Json, unreadable: Json][] = [
	["{ field: receivers.domain, in: [acme.com] }", "receivers", "a@acme.com", "a@b.cc", "x"],
	["{ field: receivers.domain, in: [acme.com, '*.acme.com'] }", "receivers", "a@x.acme.com", "a@b.cc", ""],
	["{ field: receivers.domain, not_in: [acme.com] }", "receivers", "a@b.cc", "a@acme.com", "x"],
	["{ field: receivers.domain, not_in: [acme.com, '*.acme.com'] }", "receivers", "a@b.cc", "a@x.acme.com", ""],
	["{ field: weights, lte: 5 }", "weights", 5, 6, "5"],
	["{ field: weights, lte: 5 }", "weights", -1, 5.5, true],
	["{ field: weights, gt: 5 }", "weights", 6, 5, null],
	["{ field: tags, in: [a] }", "tags", "a", "b", ""],
	["{ field: tags, matches: '^a' }", "tags", "ab", "b", 7],
	["{ field: extra.list, eq: x }", "extra", "x", "y", ""],
];

function whenOf(condition: string, field: string, rest: string): (values: Json[]) => boolean | null | undefined {
	const role = guardsOf(`  - { id: g, action: ${ACTION}, when: ${condition}, ${rest} }\n`);
	return (values) => {
		const input = field === "extra" ? { extra: { list: values } } : { [field]: values };
		return uncheckedVerdictOf(role, ACTION, input).facts[0]?.when;
	};
}

describe.each(FORMS)("%s of %s", (condition, field, passes, fails, unreadable) => {
	const counts = [2, FEW_VALUES, FEW_VALUES + 1, 100];
	/** As many values as are wanted, all alike but the ones at their places. */
	const values = (count: number, one: Json, ...others: [at: number, value: Json][]) => {
		const all: Json[] = new Array(count).fill(one);
		for (const [at, value] of others) all[at] = value;
		return all;
	};
	const matchAll = condition.replace(" }", ", match: all }");

	test("where every value must pass", () => {
		for (const when of [whenOf(condition, field, "effect: allow"), whenOf(matchAll, field, "effect: deny")])
			for (const count of counts) {
				expect([count, when(values(count, passes))]).toEqual([count, true]);
				for (const at of [0, count - 1]) {
					expect([count, at, when(values(count, passes, [at, fails]))]).toEqual([count, at, false]);
					expect([count, at, when(values(count, passes, [at, unreadable]))]).toEqual([count, at, null]);
					expect([count, at, when(values(count, unreadable, [at, fails]))]).toEqual([count, at, false]);
				}
			}
	});

	test("where one value suffices", () => {
		const matchAny = condition.replace(" }", ", match: any }");
		for (const when of [whenOf(condition, field, "effect: deny"), whenOf(matchAny, field, "effect: allow")])
			for (const count of counts) {
				expect([count, when(values(count, fails))]).toEqual([count, false]);
				for (const at of [0, count - 1]) {
					expect([count, at, when(values(count, fails, [at, passes]))]).toEqual([count, at, true]);
					expect([count, at, when(values(count, fails, [at, unreadable]))]).toEqual([count, at, null]);
					expect([count, at, when(values(count, unreadable, [at, passes]))]).toEqual([count, at, true]);
				}
			}
	});
});

test("a list that no schema declares, in each element of another, is none that anybody meant", () => {
	const condition = "{ field: 'extra.list[].x', contains: a }";
	const role = guardsOf(`  - { id: g, action: ${ACTION}, when: ${condition} }\n`);
	const when = (list: Json) => uncheckedVerdictOf(role, ACTION, { extra: { list } }).facts[0]?.when;
	expect([when([{ x: "a" }]), when([{ x: "b" }]), when([{ x: ["a"] }]), when([{ x: ["a"] }, { x: ["a", "b"] }])]).toEqual([
		true,
		false,
		null,
		null,
	]);
});
