/** One field against another of the same call: as against a constant of the same value, and indeterminate where there is none. */
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import { guardsOf, uncheckedVerdictOf } from "./support.ts";

const EFFECTS = ["effect: allow", "effect: deny", "effect: review, otherwise: allow"];
const FORMS = ["WHEN", "{ not: WHEN }", "{ any: [WHEN] }"];

/** What a condition comes to on any input, with its verdict. */
function loaded(when: string, rest = "effect: allow") {
	const role = guardsOf(`  - { id: g, action: shop.parcel.send, when: ${when}, ${rest} }\n`);
	return (input: JsonObject) => {
		const { verdict, facts } = uncheckedVerdictOf(role, "shop.parcel.send", input);
		return [verdict, facts[0]?.when];
	};
}
const whenOf = (when: string, input: JsonObject, rest?: string) => loaded(when, rest)(input);

const TEXTS: Json[] = ["a", "ab", "b", "a*b", "", 7, null];
const TAGS: Json[] = [
	["a"],
	["b"],
	["a", "b"],
	["b", "a"],
	["ab"],
	["a", ""],
	[7, "a"],
	["b", null],
	[["a"]],
	[],
	"a",
	"ab",
	null,
];
const NUMBERS: Json[] = [1, 2, 3, "2", null];
const ADDRESSES: Json[] = ["a@acme.com", "A@acme.com", "a@b.cc", "x"];

describe("a comparison comes to what it comes to with the other side's value as a constant", () => {
	test.each<[field: string, values: Json[], operators: string[], other: string, operands: Json[]]>([
		["service", TEXTS, ["eq", "ne", "starts_with", "ends_with", "contains", "not_contains"], "wanted", ["a", "b", "a*b"]],
		["tags", TAGS, ["eq", "ne", "starts_with", "ends_with", "contains", "not_contains"], "wanted", ["a", "b"]],
		["tags", TAGS, ["in", "not_in", "contains_any", "contains_all", "starts_with"], "wishes", [["a"], ["a", "b"], ["b", "c"]]],
		["service", TEXTS, ["in", "not_in", "contains_any", "contains_all", "ends_with"], "wishes", [["a"], ["a", "b"], ["b", "c"]]],
		["weight", NUMBERS, ["eq", "ne", "lt", "lte", "gt", "gte"], "limit", [2]],
		["weights", [[1], [2], [3], [1, 3], ["2"], [2, null], []], ["eq", "ne", "lt", "lte", "gt", "gte", "contains"], "limit", [2]],
		["send_at", ["2026-01-01", "2026-01-02", "2026-01-03", "soon"], ["before", "after"], "arrive_by", ["2026-01-02"]],
		["receivers", [...ADDRESSES, ADDRESSES, [], ["a@acme.com"]], ["eq", "ne", "starts_with"], "sender", ["a@acme.com"]],
		["receivers", [...ADDRESSES, ADDRESSES, []], ["contains", "not_contains"], "sender", ["a@acme.com", "a@acme.co"]],
	])("%s, %j: %j %s", (field, values, operators, other, operands) => {
		for (const operator of operators)
			for (const operand of operands)
				for (const rest of EFFECTS)
					for (const form of FORMS) {
						const formOf = (side: string) => form.replace("WHEN", `{ field: ${field}, ${operator}: ${side} }`);
						const fielded = loaded(formOf(`{ field: ${other} }`), rest);
						const constant = loaded(formOf(JSON.stringify(operand)), rest);
						for (const given of [{}, ...values.map((value) => ({ [field]: value }))]) {
							const about = [formOf(""), given, operand, rest];
							expect([...about, fielded({ ...given, [other]: operand })]).toEqual([...about, constant(given)]);
						}
					}
	});
});

test.each<[when: string, input: JsonObject]>([
	["{ field: service, eq: { field: wanted }, ci: true }", { service: "EUR", wanted: "eur" }],
	["{ not: { field: service, ne: { field: wanted }, ci: true } }", { service: "EUR", wanted: "eur" }],
	["{ field: service, starts_with: { field: wanted }, ci: true }", { service: "EUR", wanted: "eu" }],
	["{ field: service, ends_with: { field: wanted }, ci: true }", { service: "eur", wanted: "UR" }],
	["{ field: service, contains: { field: wanted }, ci: true }", { service: "EUR", wanted: "u" }],
	["{ field: tags, contains: { field: wanted }, ci: true }", { tags: ["a", "EUR"], wanted: "eur" }],
	["{ field: tags, contains_all: { field: wishes }, ci: true }", { tags: ["A", "b", "c"], wishes: ["a", "B"] }],
	["{ field: tags, in: { field: wishes }, ci: true }", { tags: ["A"], wishes: ["b", "a"] }],
	["{ not: { field: tags, not_in: { field: wishes }, ci: true } }", { tags: ["A"], wishes: ["b", "a"] }],
	["{ field: receivers, eq: { field: sender }, ci: true }", { receivers: ["Boss@acme.com"], sender: "boss@acme.com" }],
])("%s holds whatever the case, and not without `ci`", (when, input) => {
	for (const rest of EFFECTS) {
		expect([rest, whenOf(when, input, rest)[1]]).toEqual([rest, true]);
		expect([rest, whenOf(when.replace(", ci: true", ""), input, rest)[1]]).not.toEqual([rest, true]);
	}
});

describe("where the other side has no value, or one that cannot be read, nobody can tell", () => {
	test.each<[string, JsonObject[]]>([
		[
			"{ field: tags, in: { field: wishes } }",
			[{}, { wishes: [] }, { wishes: [""] }, { wishes: ["a", ""] }, { wishes: ["a", null] }, { wishes: [null] }],
		],
		["{ field: tags, not_in: { field: wishes } }", [{}, { wishes: [] }, { wishes: ["b", ""] }, { wishes: ["b", null] }]],
		["{ field: tags, contains_any: { field: wishes } }", [{}, { wishes: [] }, { wishes: ["a", ""] }, { wishes: ["a", null] }]],
		["{ field: tags, eq: { field: wanted } }", [{}, { wanted: "" }, { wanted: null }]],
		["{ field: tags, contains: { field: wanted } }", [{}, { wanted: "" }, { wanted: null }]],
		["{ field: weights, lte: { field: limit } }", [{}, { limit: "9" }, { limit: null }, { limit: [9, "9"] }]],
		["{ field: send_at, before: { field: arrive_by } }", [{}, { arrive_by: "later" }, { arrive_by: 7 }]],
	])("%s", (when, others) => {
		for (const other of others)
			for (const [rest, verdict] of [
				["effect: allow", "deny"],
				["effect: deny", "deny"],
				["effect: review, otherwise: allow", "review"],
			] as const) {
				const input = { tags: ["a"], weights: [1], send_at: "2026-01-01", ...other };
				expect([other, whenOf(when, input, rest)]).toEqual([other, [verdict, null]]);
				expect([other, whenOf(`{ not: ${when} }`, input, rest)]).toEqual([other, [verdict, null]]);
			}
	});
});

describe("several values on the other side", () => {
	const when = (operator: string, input: JsonObject, rest?: string) =>
		whenOf(`{ field: tags, ${operator}: { field: wishes } }`, input, rest)[1];

	test("each are compared: all must hold, or any one, as the guard asks", () => {
		for (const wishes of [
			["a", "b"],
			["b", "a"],
		]) {
			expect(when("contains", { tags: ["a"], wishes })).toBe(false);
			expect(when("contains", { tags: ["a", "b"], wishes })).toBe(true);
			expect(when("contains", { tags: ["a", ""], wishes })).toBe(null);
			expect(when("contains", { tags: ["c", ""], wishes })).toBe(null);
			expect(when("contains", { tags: ["a"], wishes }, "effect: deny")).toBe(true);
			expect(when("contains", { tags: ["c"], wishes }, "effect: deny")).toBe(false);
			expect(when("contains", { tags: ["c", ""], wishes }, "effect: deny")).toBe(null);
			expect(when("eq", { tags: ["a"], wishes })).toBe(false);
			expect(when("eq", { tags: ["a"], wishes }, "effect: deny")).toBe(true);
		}
		expect(when("contains", { tags: ["a"], wishes: ["a", "a"] })).toBe(true);
		expect(when("eq", { tags: ["a", "a"], wishes: ["a"] })).toBe(true);
	});

	test("a list in each element of another is none that could be meant, a text is", () => {
		const of = (x: Json) =>
			whenOf("{ field: 'extra.l[].x', contains: { field: service } }", { extra: { l: [{ x }] }, service: "a" })[1];
		expect([of(["a"]), of("ab"), of("b")]).toEqual([null, true, false]);
	});
});

test("a value that is kept off the log is quoted by no comparison", () => {
	const role = guardsOf("  - { id: g, action: shop.order.pay, when: { field: note, eq: { field: currency } } }\n");
	const verdict = uncheckedVerdictOf(role, "shop.order.pay", { note: "SECRET", currency: "EUR" });
	expect(verdict.reason).toMatch(/^note \(string, length 6, digest .*\) is not equal to currency$/);
	expect(JSON.stringify(verdict)).not.toContain("SECRET");
	const plain = guardsOf("  - { id: g, action: shop.order.pay, when: { field: currency, eq: { field: note } } }\n");
	expect(uncheckedVerdictOf(plain, "shop.order.pay", { note: "x", currency: "EUR" }).reason).toBe(
		"currency 'EUR' is not equal to note",
	);
});
