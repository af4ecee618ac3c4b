/** What each operator comes to: true, false, indeterminate; on one value, on lists, under `not`. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readInstant } from "../../src/policy/instant.ts";
import { readIpAddress, readIpRange } from "../../src/policy/ip-address.ts";
import { globMatcher } from "../../src/policy/operators/glob-pattern.ts";
import { mistakeTable, table, wordsOf } from "./condition-tables.ts";
import { naiveGlob } from "./naive.ts";
import { countersOf, guardsOf, NOW, verdictOf } from "./support.ts";

table("between", [
	["{ field: amount, between: [1, 3] }", { amount: 1 }, true],
	["{ field: amount, between: [1, 3] }", { amount: 3 }, true],
	["{ field: amount, between: [1, 3] }", { amount: 0.99 }, false],
	["{ field: amount, between: [1, 3] }", { amount: 3.01 }, false],
	["{ field: amount, between: [2, 2] }", { amount: 2 }, true],
	["{ field: amount, between: [1, 3] }", {}, null],
	["{ field: amount, between: [1, 3], default: 2 }", {}, true],
	["{ field: amount, between: [1, 3] }", { amount: "2" }, null],
	["{ field: amount, between: [1, 3] }", { amount: null }, null],
	["{ field: amount, between: [1, 3] }", { amount: [] }, null],
	["{ field: amount, between: [1, 3] }", { amount: {} }, null],
	["{ field: amount, between: [1, 3] }", { amount: Number.NaN }, null],
	["{ field: 'items[].price', between: [1, 3] }", { items: [{ price: 1 }, { price: 4 }] }, false, true],
	["{ field: 'items[].price', between: [1, 3], match: all }", { items: [{ price: 1 }, { price: 4 }] }, false],
	["{ field: 'items[].price', between: [1, 3], match: any }", { items: [{ price: 1 }, { price: 4 }] }, true],
	["{ field: 'items[].price', between: [1, 3] }", { items: [{ price: 1 }, {}] }, null, true],
	["{ field: 'items[].price', between: [1, 3] }", { items: [] }, null, false],
	["{ field: 'items[].price', between: [1, 3] }", {}, null, false],
	["{ field: 'items[].price', between: [1, 3], allow_empty: true }", {}, true, false],
]);
mistakeTable("between", [
	["{ field: amount, between: [3, 1] }", "empty_range", ".between"],
	["{ field: amount, between: [1] }", "operand_type", ".between"],
	["{ field: amount, between: 1 }", "operand_type", ".between"],
	["{ field: amount, between: [1, '3'] }", "operand_type", ".between[1]"],
	["{ field: currency, between: [1, 3] }", "wrong_type", ".between"],
	["{ field: rate.per_day, between: [0.5, 3] }", "operand_type", ".between[0]"],
]);
test("between in words", () => {
	expect(wordsOf("{ field: amount, between: [1, 3] }", { amount: 4 })).toEqual([
		"amount 4 not between 1 and 3",
		"amount 4 not between 1 and 3",
	]);
	expect(wordsOf("{ field: amount, between: [1, 3] }", { amount: 2 }, "deny")[0]).toBe("amount 2 between 1 and 3");
	expect(wordsOf("{ field: amount, between: [1, 3] }", { amount: "2" })[0]).toBe("amount is not a number");
});
test("between on a counter tells when it would pass, unless fewer calls may be too few", () => {
	const of = (range: string) =>
		verdictOf(
			guardsOf(`  - { id: g, action: shop.order.pay, when: { field: rate.per_minute, between: ${range} } }\n`),
			"shop.order.pay",
			{},
			{},
			countersOf(3),
		);
	expect(of("[0, 4]").verdict).toBe("allow");
	expect(of("[1, 3]")).toMatchObject({ verdict: "deny", limit: { max: 3 }, retry_at: NOW + 30_000 });
	expect(of("[2, 3]")).toMatchObject({ verdict: "deny", limit: null, retry_at: null });
});

table("starts_with and ends_with", [
	["{ field: currency, starts_with: EU }", { currency: "EUR" }, true],
	["{ field: currency, starts_with: EU }", { currency: "eur" }, false],
	["{ field: currency, starts_with: [US, EU] }", { currency: "EUR" }, true],
	["{ field: currency, starts_with: [US, EU] }", { currency: "XEU" }, false],
	["{ field: currency, ends_with: UR }", { currency: "EUR" }, true],
	["{ field: currency, ends_with: EUR }", { currency: "UR" }, false],
	["{ field: currency, ends_with: UR }", { currency: "EUR " }, false],
	["{ field: currency, starts_with: EU }", {}, null],
	["{ field: currency, starts_with: EU, default: EUR }", {}, true],
	["{ field: currency, starts_with: EU }", { currency: "" }, null],
	["{ field: currency, starts_with: EU }", { currency: 7 }, null],
	["{ field: currency, starts_with: EU }", { currency: null }, null],
	["{ field: currency, ends_with: R }", { currency: [] }, null],
	["{ field: tags, starts_with: a }", { tags: ["ab", "ba"] }, false, true],
	["{ field: tags, starts_with: a, match: all }", { tags: ["ab", "ba"] }, false],
	["{ field: tags, starts_with: a, match: any }", { tags: ["ab", "ba"] }, true],
	["{ field: tags, starts_with: a }", { tags: ["ab", ""] }, null, true],
	["{ field: tags, ends_with: a }", { tags: [] }, null, false],
	["{ field: tags, ends_with: a }", {}, null, false],
	["{ field: tags, ends_with: a, allow_empty: true }", {}, true, false],
	["{ field: to, starts_with: boss }", { to: "boss@acme.com" }, true],
	["{ field: to, starts_with: boss }", { to: "Boss@acme.com" }, null],
	["{ field: to, starts_with: boss, ci: true }", { to: "Boss@acme.com" }, true],
	["{ field: to, ends_with: '@ACME.com' }", { to: "a@acme.com" }, true],
	["{ field: to, ends_with: 'Boss@ACME.com' }", { to: "TheBoss@acme.com" }, true],
	["{ field: to, starts_with: 'Boss@AC' }", { to: "Boss@acme.com" }, true],
	["{ field: to, ends_with: '@acme.com' }", { to: "a@acme.com", bcc: "e@gmail.com" }, false, true],
	["{ field: to.domain, ends_with: .ACME.com }", { to: "a@x.acme.com" }, true],
	["{ field: request.ip, starts_with: '203.' }", {}, true],
	["{ field: note, starts_with: 'at@ACME' }", { note: "at@ACME.com" }, true],
	["{ field: note, starts_with: 'at@ACME' }", { note: "at@acme.com" }, false],
	["{ field: note.scheme, starts_with: HTTP }", { note: "https://acme.com" }, true],
	["{ field: note.host, ends_with: .ACME.com }", { note: "https://www.acme.com" }, true],
	["{ field: currency, starts_with: E }", { currency: [["EUR"]] }, null],
]);

table("contains on texts", [
	["{ field: currency, contains: U }", { currency: "EUR" }, true],
	["{ field: currency, contains: X }", { currency: "EUR" }, false],
	["{ field: currency, not_contains: X }", { currency: "EUR" }, true],
	["{ field: currency, not_contains: U }", { currency: "EUR" }, false],
	["{ field: currency, contains_any: [X, U] }", { currency: "EUR" }, true],
	["{ field: currency, contains_any: [X, Y] }", { currency: "EUR" }, false],
	["{ field: currency, contains_all: [E, U] }", { currency: "EUR" }, true],
	["{ field: currency, contains_all: [E, X] }", { currency: "EUR" }, false],
	["{ field: currency, contains: U }", {}, null],
	["{ field: currency, not_contains: U }", {}, null],
	["{ field: currency, contains: U, default: U }", {}, true],
	["{ field: currency, contains: U }", { currency: "" }, null],
	["{ field: currency, not_contains: U }", { currency: "" }, null],
	["{ field: currency, contains_all: [U] }", { currency: 7 }, null],
	["{ field: currency, contains: U }", { currency: {} }, null],
	["{ field: currency, contains: U }", { currency: [] }, null],
	["{ field: currency, contains: U }", { currency: ["EUR"] }, false],
	["{ field: currency, contains: U }", { currency: ["EUR", "U"] }, true],
	["{ field: 'items[].sku', contains: a }", { items: [{ sku: "xa" }, { sku: "xb" }] }, false, true],
	["{ field: 'items[].sku', not_contains: a }", { items: [{ sku: "xa" }, { sku: "xb" }] }, false, true],
	["{ field: 'items[].sku', contains: a, match: any }", { items: [{ sku: "xa" }, { sku: "xb" }] }, true],
	["{ field: 'items[].sku', contains: a, match: all }", { items: [{ sku: "xa" }, { sku: "xb" }] }, false],
	["{ field: 'items[].sku', contains: a }", { items: [{ sku: "xa" }, {}] }, null, true],
	["{ field: 'tags[]', contains: a }", { tags: ["xa", "a"] }, true],
	["{ field: 'tags[]', contains: a }", { tags: ["xa", "b"] }, false, true],
]);

table("contains on lists, which are tested as a whole", [
	["{ field: tags, contains: a }", { tags: ["a", "b"] }, true],
	["{ field: tags, contains: a }", { tags: ["ab", "b"] }, false],
	["{ field: tags, contains: a }", { tags: "a" }, true],
	["{ field: tags, contains: a }", { tags: "ab" }, false],
	["{ field: tags, not_contains: a }", { tags: ["a", "b"] }, false],
	["{ field: tags, not_contains: a }", { tags: ["b"] }, true],
	["{ field: tags, contains_any: [a, c] }", { tags: ["b", "c"] }, true],
	["{ field: tags, contains_any: [a, c] }", { tags: ["b"] }, false],
	["{ field: tags, contains_all: [a, b] }", { tags: ["c", "b", "a"] }, true],
	["{ field: tags, contains_all: [a, b] }", { tags: ["a", "a"] }, false],
	["{ field: tags, contains: a }", { tags: ["", "a"] }, true],
	["{ field: tags, contains: a }", { tags: ["", "b"] }, null],
	["{ field: tags, not_contains: a }", { tags: ["", "b"] }, null],
	["{ field: tags, contains_all: [a, b] }", { tags: ["", "b"] }, null],
	["{ field: tags, contains: a }", { tags: [7, null] }, null],
	["{ field: tags, contains: a }", { tags: [["a"]] }, null],
	["{ field: tags, contains: a, match: all }", { tags: ["a", "b"] }, true],
	["{ field: tags, contains: a, match: any }", { tags: ["a", "b"] }, true],
	// Nobody in it: false where one value suffices, else indeterminate; `not_contains` is `not` before `contains`.
	["{ field: tags, contains: a }", {}, null, false],
	["{ field: tags, contains: a }", { tags: [] }, null, false],
	["{ field: tags, contains_any: [a] }", { tags: [] }, null, false],
	["{ field: tags, contains_all: [a] }", { tags: [] }, null, false],
	["{ field: tags, not_contains: a }", {}, true, null],
	["{ field: tags, not_contains: a }", { tags: [] }, true, null],
	["{ field: tags, contains: a, allow_empty: true }", {}, true, false],
	["{ field: tags, not_contains: a, allow_empty: true }", {}, true, false],
	["{ field: tags, contains: a, match: any }", {}, false],
	["{ field: tags, contains: a, match: all }", {}, null],
	["{ field: tags, contains: a, default: a }", {}, true],
	["{ field: tags, contains: a, default: [b, a] }", {}, true],
	// Covered fields are looked at with the one that covers them.
	["{ field: to, contains: b@acme.com }", { to: "a@acme.com", bcc: "b@acme.com" }, true],
	["{ field: to, contains: b@acme.com }", { to: "a@acme.com" }, false],
	["{ field: to, contains: B@acme.com }", { to: "b@acme.com" }, null],
	["{ field: to, contains: B@acme.com, ci: true }", { to: "b@acme.com" }, true],
	["{ field: to, contains_all: [b@acme.com, c@acme.com] }", { to: "b@acme.com", reply_to: ["c@acme.com"] }, true],
	["{ field: to.domain, contains: gmail.com }", { to: "a@acme.com", cc: ["e@gmail.com"] }, true],
	["{ field: to.domain, contains: acme.com }", { to: "a@notacme.com" }, false],
	["{ field: to.domain, not_contains: '*.acme.com' }", { to: "a@x.acme.com" }, false],
]);

table("ci", [
	["{ field: currency, eq: eur, ci: true }", { currency: "EUR" }, true],
	["{ field: currency, eq: eur, ci: false }", { currency: "EUR" }, false],
	["{ field: currency, ne: eur, ci: true }", { currency: "EUR" }, false],
	["{ field: currency, in: [Usd, Eur], ci: true }", { currency: "EUR" }, true],
	["{ field: currency, not_in: [Usd, Eur], ci: true }", { currency: "EUR" }, false],
	["{ field: currency, starts_with: eu, ci: true }", { currency: "EUR" }, true],
	["{ field: currency, ends_with: uR, ci: true }", { currency: "EUr" }, true],
	["{ field: currency, contains: u, ci: true }", { currency: "EUR" }, true],
	["{ field: currency, not_contains: u, ci: true }", { currency: "EUR" }, false],
	["{ field: currency, contains_any: [x, u], ci: true }", { currency: "EUR" }, true],
	["{ field: tags, contains_all: [x, Y], ci: true }", { tags: ["X", "y"] }, true],
	["{ field: amount, in: [1, A], ci: true }", { amount: 1 }, true],
	["{ field: amount, eq: a, ci: true }", { amount: 1 }, null],
	["{ field: currency, eq: eur, ci: true }", {}, null],
	["{ field: currency, eq: eur, ci: true }", { currency: "" }, null],
	["{ field: tags, eq: a, ci: true }", { tags: ["A", "b"] }, false, true],
	["{ field: to.local, eq: boss, ci: true }", { to: "BOSS@acme.com" }, true],
	["{ field: to, ne: boss@acme.com, ci: true }", { to: "BOSS@acme.com" }, false],
	// Folding looks at no neighbour: a sigma at the end of a word is the sigma inside one.
	["{ field: currency, contains: ΟΔΟΣ, ci: true }", { currency: "ΟΔΟΣΑ" }, true],
	["{ field: currency, contains: οδοσ, ci: true }", { currency: "ΟΔΟΣ" }, true],
	["{ field: currency, eq: istanbul, ci: true }", { currency: "İSTANBUL" }, true],
	["{ field: currency, eq: kelvin, ci: true }", { currency: "\u212aELVIN" }, true],
	["{ field: currency, eq: ärger, ci: true }", { currency: "ÄRGER" }, true],
]);

mistakeTable("texts", [
	["{ field: currency, starts_with: '' }", "empty_operand", ".starts_with"],
	["{ field: currency, ends_with: [] }", "empty_operand", ".ends_with"],
	["{ field: currency, ends_with: [a, ''] }", "empty_operand", ".ends_with[1]"],
	["{ field: currency, starts_with: 7 }", "operand_type", ".starts_with"],
	["{ field: tags.count, starts_with: a }", "wrong_type", ".starts_with"],
	["{ field: currency, contains: '' }", "empty_operand", ".contains"],
	["{ field: tags, contains: '' }", "empty_operand", ".contains"],
	["{ field: tags, contains: [a] }", "operand_type", ".contains"],
	["{ field: tags, contains: 7 }", "operand_type", ".contains"],
	["{ field: tags, contains_any: a }", "operand_type", ".contains_any"],
	["{ field: tags, contains_all: [] }", "empty_operand", ".contains_all"],
	["{ field: currency, contains_all: [a, 7] }", "operand_type", ".contains_all[1]"],
	["{ field: order.total, contains: 7 }", "wrong_type", ".contains"],
	["{ field: rate.per_day, contains: 7 }", "wrong_type", ".contains"],
	["{ field: to, contains: acme.com }", "not_an_address", ".contains", "mail.send"],
	["{ field: to.domain, contains: gmail }", "not_a_domain", ".contains", "mail.send"],
	["{ field: amount, lt: 3, ci: true }", "not_here", ".ci"],
	["{ field: currency, eq: a, ci: yes }", "type", ".ci"],
	["{ field: rate.per_day, eq: 3, ci: true }", "not_here", ".ci"],
	["{ field: currency, contians: a }", "unknown_operator", ".contians"],
]);

test("parts of texts in words, and nothing of what is kept off the log", () => {
	expect(wordsOf("{ field: currency, starts_with: [US, EU] }", { currency: "GBP" })).toEqual([
		"currency 'GBP' does not start with 'US' or 'EU'",
		"currency GBP not allowed",
	]);
	expect(wordsOf("{ field: currency, ends_with: P }", { currency: "GBP" }, "deny")[0]).toBe("currency 'GBP' ends with 'P'");
	expect(wordsOf("{ field: currency, contains_all: [U, R] }", { currency: "GBP" })[0]).toBe(
		"currency 'GBP' does not contain 'U' and 'R'",
	);
	expect(wordsOf("{ field: currency, not_contains: B }", { currency: "GBP" })[0]).toBe("currency 'GBP' contains 'B'");
	expect(wordsOf("{ field: tags, contains: ok }", { tags: ["a"] })).toEqual(["tags does not contain 'ok'", "tags incomplete"]);
	expect(wordsOf("{ field: tags, not_contains: gift }", { tags: ["a", "gift"] })).toEqual([
		"tags 'gift' is not allowed",
		"tags gift not allowed",
	]);
	expect(wordsOf("{ field: tags, contains: ok }", {})[0]).toBe("tags has no value");
	expect(wordsOf("{ field: tags, contains: ok }", { tags: [""] })[0]).toBe("tags is empty");
	expect(
		wordsOf("{ field: to, not_contains: b@acme.com }", { to: "a@acme.com", subject: "s", body: "b", bcc: "b@acme.com" }),
	).toEqual(["bcc recipient 'b@acme.com' is not allowed", "bcc b@acme.com not allowed"]);
	for (const [when, effect] of [
		["{ field: note, contains: secret }", "deny"],
		["{ field: note, contains_any: [secret, x] }", "deny"],
		["{ field: note, not_contains: secret }", "allow"],
		["{ field: note, starts_with: TOP-secret }", "deny"],
		["{ field: note, ends_with: SECRET, ci: true }", "deny"],
		["{ field: note, eq: TOP-SECRET, ci: true }", "deny"],
		["{ field: note, contains: other-SECRET }", "allow"],
	] as const) {
		const role = guardsOf(`  - { id: g, action: shop.order.pay, effect: ${effect}, when: ${when} }\n`);
		const verdict = verdictOf(role, "shop.order.pay", { note: "TOP-secret" });
		expect(verdict.verdict).toBe("deny");
		expect(JSON.stringify(verdict).toLowerCase()).not.toContain("secret");
	}
});

table("glob", [
	["{ field: currency, glob: E*R }", { currency: "EUR" }, true],
	["{ field: currency, glob: E*R }", { currency: "ER" }, true],
	["{ field: currency, glob: E?R }", { currency: "ER" }, false],
	["{ field: currency, glob: E?R }", { currency: "E😀R" }, true],
	["{ field: currency, glob: E?R }", { currency: "E\uffffR" }, true],
	["{ field: currency, glob: E*R }", { currency: "EURO" }, false],
	["{ field: currency, glob: '*.exe' }", { currency: "a.EXE" }, false],
	["{ field: currency, glob: '*.exe', ci: true }", { currency: "a.EXE" }, true],
	["{ field: currency, glob: 'a.c' }", { currency: "abc" }, false],
	["{ field: currency, glob: '[ab]' }", { currency: "a" }, false],
	["{ field: currency, glob: 'a*' }", { currency: "a\nb" }, true],
	["{ field: currency, glob: '*' }", { currency: "" }, null],
	["{ field: currency, glob: '*' }", {}, null],
	["{ field: currency, glob: '*', default: x }", {}, true],
	["{ field: currency, glob: '*' }", { currency: 7 }, null],
	["{ field: currency, glob: '*' }", { currency: null }, null],
	["{ field: tags, glob: 'a*' }", { tags: ["ab", "b"] }, false, true],
	["{ field: tags, glob: 'a*', match: all }", { tags: ["ab", "b"] }, false],
	["{ field: tags, glob: 'a*', match: any }", { tags: ["ab", "b"] }, true],
	["{ field: tags, glob: 'a*' }", { tags: ["ab", ""] }, null, true],
	["{ field: tags, glob: 'a*' }", { tags: [] }, null, false],
	["{ field: tags, glob: 'a*', allow_empty: true }", { tags: [] }, true, false],
	["{ field: to, glob: '*@ACME.com' }", { to: "a@acme.com", cc: "b@acme.com" }, true],
	["{ field: to, glob: 'boss*' }", { to: "BOSS@acme.com" }, null],
]);
mistakeTable("glob", [
	["{ field: currency, glob: '' }", "empty_operand", ".glob"],
	["{ field: currency, glob: [a] }", "operand_type", ".glob"],
	[`{ field: currency, glob: ${"a".repeat(257)} }`, "too_large", ".glob"],
	["{ field: tags.count, glob: '1*' }", "wrong_type", ".glob"],
]);
test("glob is what its definition says, at any length of the pattern", () => {
	const text = (letters: string[]) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 8 });
	fc.assert(
		fc.property(text(["a", "b", "*", "?", "😀"]), text(["a", "b", "😀"]), fc.nat({ max: 70 }), (pattern, given, more) => {
			expect(globMatcher(pattern)(given)).toBe(naiveGlob(pattern, given));
			const pad = "x".repeat(more);
			expect(globMatcher(pad + pattern)(pad + given)).toBe(naiveGlob(pattern, given));
		}),
		{ numRuns: 2_000 },
	);
});
test("glob in words", () => {
	expect(wordsOf("{ field: currency, glob: 'E*' }", { currency: "GBP" })).toEqual([
		"currency 'GBP' does not match 'E*'",
		"currency GBP not allowed",
	]);
	const hidden = wordsOf("{ field: note, glob: '*secret*' }", { note: "a secret" }, "deny");
	expect(hidden[0]).toBe("note (string, length 8, digest digest-8) matches what is not allowed");
});

table("before and after", [
	["{ field: currency, before: 2026-11-22 }", { currency: "2026-11-21" }, true],
	["{ field: currency, before: 2026-11-22 }", { currency: "2026-11-22" }, false],
	["{ field: currency, after: 2026-11-22 }", { currency: "2026-11-22" }, false],
	["{ field: currency, after: 2026-11-22 }", { currency: "2026-11-22T00:00:00.000000001Z" }, true],
	["{ field: currency, before: '2026-11-22T10:00:00Z' }", { currency: "2026-11-22T11:30:00+02:00" }, true],
	["{ field: currency, after: '2026-11-22T10:00:00Z' }", { currency: "2026-11-22T11:30:00+02:00" }, false],
	["{ field: currency, after: '2026-11-22T10:00:00Z' }", { currency: "2026-11-22T05:30:00-05:00" }, true],
	["{ field: currency, before: '2026-11-22T10:00:00Z' }", { currency: "2026-11-22T15:29:59+05:30" }, true],
	["{ field: currency, before: '2026-11-22T10:00:00Z' }", { currency: "2026-11-22T15:30:00+05:30" }, false],
	["{ field: currency, after: '2026-11-22T10:00:00Z' }", { currency: "2026-11-22T04:30:01-05:30" }, true],
	["{ field: currency, after: '2026-11-22T10:00:00Z' }", { currency: "2026-11-23T09:59:00+23:59" }, false],
	["{ field: currency, before: '2026-11-22T10:00:00.25Z' }", { currency: "2026-11-22T10:00:00.2Z" }, true],
	["{ field: currency, after: '2026-11-22T10:00:00.25Z' }", { currency: "2026-11-22T10:00:00.2Z" }, false],
	["{ field: currency, before: 2024-03-01 }", { currency: "2024-02-29" }, true],
	["{ field: currency, after: 2024-02-29 }", { currency: "2024-03-31" }, true],
	["{ field: currency, before: 2000-03-01 }", { currency: "2000-02-29" }, true],
	["{ field: currency, before: 2026-11-22 }", { currency: "1900-02-29" }, null],
	["{ field: currency, before: 2026-11-22 }", { currency: "yesterday" }, null],
	["{ field: currency, before: 2026-11-22 }", { currency: "2026-2-1" }, null],
	["{ field: currency, before: 2026-11-22 }", { currency: "2026-02-29" }, null],
	["{ field: currency, before: 2026-11-22 }", { currency: "2026-02-01T10:00:00" }, null],
	["{ field: currency, before: 2026-11-22 }", { currency: " 2026-02-01" }, null],
	["{ field: currency, before: 2026-11-22 }", { currency: 1_700_000_000 }, null],
	["{ field: currency, before: 2026-11-22 }", { currency: null }, null],
	["{ field: currency, before: 2026-11-22 }", { currency: "" }, null],
	["{ field: currency, before: 2026-11-22 }", { currency: [["2026-11-21"]] }, null],
	["{ field: currency, before: 2026-11-22 }", {}, null],
	["{ field: currency, before: 2026-11-22, default: 2026-11-21 }", {}, true],
	["{ field: tags, before: 2026-11-22 }", { tags: ["2026-11-21", "2026-11-23"] }, false, true],
	["{ field: tags, before: 2026-11-22, match: all }", { tags: ["2026-11-21", "2026-11-23"] }, false],
	["{ field: tags, before: 2026-11-22, match: any }", { tags: ["2026-11-21", "2026-11-23"] }, true],
	["{ field: tags, before: 2026-11-22 }", { tags: ["2026-11-21", "x"] }, null, true],
	["{ field: tags, after: 2026-11-22 }", { tags: [] }, null, false],
	["{ field: tags, after: 2026-11-22, allow_empty: true }", {}, true, false],
]);
mistakeTable("before and after", [
	["{ field: currency, before: tomorrow }", "not_a_time", ".before"],
	["{ field: currency, after: 2026-13-01 }", "not_a_time", ".after"],
	["{ field: currency, after: 2026 }", "not_a_time", ".after"],
	["{ field: currency, after: '' }", "not_a_time", ".after"],
	["{ field: currency, after: [2026-11-22] }", "not_a_time", ".after"],
	["{ field: order.total, after: 2026-11-22 }", "wrong_type", ".after"],
]);
test("times are read as the platform reads them, where it reads them strictly", () => {
	fc.assert(
		fc.property(fc.date({ min: new Date("0000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }), (date) => {
			const instant = readInstant(date.toISOString());
			expect(instant === null ? null : instant.seconds * 1_000 + instant.nanos / 1e6).toBe(date.getTime());
		}),
	);
	for (const text of [
		"2026-11-22T24:00:00Z",
		"2026-11-22T10:60:00Z",
		"2026-11-22T10:00:60Z",
		"2026-11-22 10:00:00Z",
		"2026-11-22T10:00Z",
		"2026-11-22Z",
	])
		expect(readInstant(text)).toBe(null);
	for (const text of [
		"2026-11-22T10:00:00+24:00",
		"2026-11-22T10:00:00+05:60",
		"2026-11-22T10:00:00.Z",
		"2026-00-10",
		"2026-01-00",
		"+02026-01-01",
		"2026-01-01\n",
	])
		expect(readInstant(text)).toBe(null);
});
test("times in words", () => {
	expect(wordsOf("{ field: currency, before: 2026-11-22 }", { currency: "2026-11-23" })).toEqual([
		"currency '2026-11-23' not before 2026-11-22",
		"currency 2026-11-23 not before 2026-11-22",
	]);
	expect(wordsOf("{ field: currency, before: 2026-11-22 }", { currency: "soon" })[0]).toBe("currency cannot be compared");
	expect(wordsOf("{ field: note, after: 2026-11-22 }", { note: "2026-11-23" }, "deny")[0]).toBe(
		"note (string, length 10, digest digest-10) after 2026-11-22",
	);
});

table("how long a text is, in characters", [
	["{ field: currency.length, eq: 0 }", { currency: "" }, true],
	["{ field: currency.length, eq: 3 }", { currency: "EUR" }, true],
	["{ field: currency.length, eq: 1 }", { currency: "😀" }, true],
	["{ field: currency.length, eq: 3 }", { currency: "a😀b" }, true],
	["{ field: currency.length, eq: 2 }", { currency: "\u{10000}\u{10ffff}" }, true],
	["{ field: currency.length, eq: 3 }", { currency: "\ud7ff\ue000x" }, true],
	["{ field: currency.length, eq: 3 }", { currency: "\uffffxx" }, true],
	["{ field: currency.length, eq: 2 }", { currency: "x\ud83d" }, true],
	["{ field: currency.length, lte: 9 }", { currency: [["x"]] }, null],
	["{ field: currency.length, lte: 9 }", { currency: 7 }, null],
	["{ field: currency.length, lte: 9 }", { currency: null }, null],
	["{ field: currency.length, lte: 9 }", {}, null],
	["{ field: tags.length, lte: 1 }", { tags: ["😀", "ab"] }, false, true],
]);

table("lt, lte, gt and gte", [
	["{ field: amount, lt: 2 }", { amount: 1.9 }, true],
	["{ field: amount, lt: 2 }", { amount: 2 }, false],
	["{ field: amount, lte: 2 }", { amount: 2 }, true],
	["{ field: amount, lte: 2 }", { amount: 2.1 }, false],
	["{ field: amount, gt: 2 }", { amount: 2.1 }, true],
	["{ field: amount, gt: 2 }", { amount: 2 }, false],
	["{ field: amount, gte: 2 }", { amount: 2 }, true],
	["{ field: amount, gte: 2 }", { amount: 1.9 }, false],
]);

test("orders and equality in words", () => {
	expect(wordsOf("{ field: amount, lte: 2 }", { amount: 3 })).toEqual(["amount 3 over limit 2", "amount 3 over limit 2"]);
	expect(wordsOf("{ field: currency, not_in: [EUR] }", { currency: "EUR" })[0]).toBe("currency 'EUR' in blocklist");
	expect(wordsOf("{ field: currency, ne: EUR }", { currency: "EUR" })[0]).toBe("currency 'EUR' is not allowed");
	expect(wordsOf("{ field: currency, exists: false }", { currency: "EUR" })[0]).toBe("currency must be left out");
	expect(wordsOf("{ field: currency, exists: true }", {})[0]).toBe("currency is missing");
});

table("exists", [
	["{ field: currency, exists: true }", { currency: "EUR" }, true],
	["{ field: currency, exists: true }", {}, false],
	["{ field: currency, exists: true }", { currency: null }, null],
	["{ field: currency, exists: false }", { currency: "EUR" }, false],
	["{ field: currency, exists: false }", {}, true],
	["{ field: currency, exists: false }", { currency: null }, null],
	["{ field: order.total, exists: true }", { order: { total: 0 } }, true],
	["{ field: order.total, exists: false }", { order: {} }, true],
	["{ field: order.total, exists: false }", { order: "x" }, null],
	["{ field: tags, exists: true }", { tags: ["a"] }, true],
]);

table("parts of the time, which is a Sunday, 10 o'clock in UTC", [
	["{ field: time.hour, eq: 10 }", {}, true],
	["{ field: time.hour, lte: 9 }", {}, false],
	["{ field: time.minute, eq: 0 }", {}, true],
	["{ field: time.weekday, in: [sat, sun] }", {}, true],
	["{ field: time.weekday, eq: mon }", {}, false],
	["{ field: time.date, eq: 2026-11-22 }", {}, true],
	["{ field: time.date, after: 2026-11-22 }", {}, false],
]);

table("what is derived from no text, or from one of another form", [
	["{ field: to.domain, in: [acme.com] }", { to: [["a@acme.com"]] }, null],
	["{ field: to.domain, in: [acme.com] }", { to: "acme.com" }, null],
	["{ field: to.local, eq: a }", { to: [["a@acme.com"]] }, null],
	["{ field: to.local, eq: a }", { to: "a" }, null],
	["{ field: to.local, eq: a }", { to: null }, null],
	["{ field: currency.domain, in: [acme.com] }", { currency: [["https://acme.com/"]] }, null],
	["{ field: currency.host, eq: acme.com }", { currency: [["https://acme.com/"]] }, null],
	["{ field: currency.scheme, eq: https }", { currency: [["https://acme.com/"]] }, null],
	["{ field: currency.scheme, eq: https }", { currency: "https" }, null],
	["{ field: currency.path, eq: / }", { currency: [["https://acme.com/"]] }, null],
	["{ field: currency.path, eq: / }", { currency: "/" }, null],
	["{ field: currency.path, eq: / }", { currency: null }, null],
]);

table("subdomains", [
	["{ field: to.domain, in: ['*.acme.com'] }", { to: "a@x.acme.com" }, true],
	["{ field: to.domain, in: ['*.acme.com'] }", { to: "a@x.y.acme.com" }, true],
	["{ field: to.domain, in: ['*.acme.com'] }", { to: "a@acme.com" }, false],
	["{ field: to.domain, in: ['*.acme.com'] }", { to: "a@xacme.com" }, false],
	// A name that has no wildcard stands for nothing below any part of it.
	["{ field: to.domain, in: [acme.com] }", { to: "a@x.me.com" }, false],
	["{ field: to.domain, in: [acme.com] }", { to: "a@x.acme.com" }, false],
	["{ field: to.domain, in: [acme.com, '*.b.cc'] }", { to: "a@x.me.com" }, false],
	["{ field: to.domain, not_in: [acme.com, '*.b.cc'] }", { to: "a@x.me.com" }, true],
	["{ field: to.domain, in: ['*.acme.com'] }", { to: "a@x.acme.com.evil.com" }, false],
	["{ field: to.domain, in: ['*.acme.com', acme.com] }", { to: "a@acme.com" }, true],
	["{ field: to.domain, not_in: ['*.acme.com'] }", { to: "a@x.y.acme.com" }, false],
	["{ field: to.domain, in: ['*.x.acme.com', '*.b.cc'] }", { to: "a@acme.com", cc: "a@y.b.cc" }, false, true],
]);

table("cidr and not_cidr", [
	["{ field: currency, cidr: 10.0.0.0/8 }", { currency: "10.255.0.1" }, true],
	["{ field: currency, cidr: 10.0.0.0/8 }", { currency: "11.0.0.1" }, false],
	["{ field: currency, not_cidr: 10.0.0.0/8 }", { currency: "11.0.0.1" }, true],
	["{ field: currency, not_cidr: 10.0.0.0/8 }", { currency: "::ffff:10.0.0.1" }, false],
	["{ field: currency, cidr: 10.0.0.0/8 }", { currency: "::ffff:a00:1" }, true],
	["{ field: currency, cidr: 10.0.0.0/8 }", { currency: "0:0:0:0:0:FFFF:10.0.0.1" }, true],
	["{ field: currency, cidr: '::ffff:10.0.0.0/104' }", { currency: "10.0.0.1" }, true],
	["{ field: currency, cidr: [192.168.0.0/16, 10.1.2.0/23] }", { currency: "10.1.3.255" }, true],
	["{ field: currency, cidr: [192.168.0.0/16, 10.1.2.0/23] }", { currency: "10.1.4.0" }, false],
	["{ field: currency, cidr: 10.0.0.1/32 }", { currency: "10.0.0.1" }, true],
	["{ field: currency, cidr: 0.0.0.0/0 }", { currency: "203.0.113.7" }, true],
	["{ field: currency, cidr: 0.0.0.0/0 }", { currency: "2001:db8::1" }, false],
	["{ field: currency, cidr: '::/0' }", { currency: "203.0.113.7" }, false],
	["{ field: currency, cidr: '2001:db8::/33' }", { currency: "2001:0DB8:7fff::1" }, true],
	["{ field: currency, cidr: '2001:db8::/33' }", { currency: "2001:db8:8000::1" }, false],
	// What is no mapped address is no IPv4 address, however much of it looks like one.
	["{ field: currency, cidr: 10.0.0.0/8 }", { currency: "2001:db8:0:0:0:ffff:a00:1" }, false],
	["{ field: currency, cidr: 10.0.0.0/8 }", { currency: "0:0:0:0:1:ffff:a00:1" }, false],
	["{ field: currency, cidr: 10.0.0.0/8 }", { currency: "::a00:1" }, false],
	["{ field: currency, cidr: '2001:db8::/96' }", { currency: "203.0.113.7" }, false],
	["{ field: currency, cidr: '2001:db8::/96' }", { currency: "2001:db8::203.0.113.7" }, true],
	["{ field: currency, cidr: '2001:db8::ffff:0:0/96' }", { currency: "203.0.113.7" }, false],
	["{ field: currency, cidr: '2001:db8::a00:0/112' }", { currency: "10.0.0.1" }, false],
	["{ field: currency, cidr: '::ffff:0:0/96' }", { currency: "203.0.113.7" }, true],
	["{ field: currency, cidr: '1:2:3:4:5:6:7:0/128' }", { currency: "1:2:3:4:5:6:7::" }, true],
	["{ field: currency, cidr: '::2:3:4:5:6:7:8/128' }", { currency: "0:2:3:4:5:6:7:8" }, true],
	["{ field: currency, cidr: 'f000::/4' }", { currency: "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255" }, true],
	["{ field: currency, cidr: 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.254/127' }", { currency: "ffff::" }, false],
	["{ field: currency, cidr: 0.0.0.0/0 }", { currency: "127.1" }, null],
	["{ field: currency, cidr: 0.0.0.0/0 }", { currency: "010.0.0.1" }, null],
	["{ field: currency, not_cidr: 10.0.0.0/8 }", { currency: "0x0a.0.0.1" }, null],
	["{ field: currency, not_cidr: 10.0.0.0/8 }", { currency: "167772161" }, null],
	["{ field: currency, not_cidr: 10.0.0.0/8 }", { currency: "10.0.0.1:80" }, null],
	["{ field: currency, not_cidr: 10.0.0.0/8 }", { currency: "10。0。0。1" }, null],
	["{ field: currency, cidr: '::/0' }", { currency: "fe80::1%eth0" }, null],
	["{ field: currency, cidr: 0.0.0.0/0 }", { currency: 167_772_161 }, null],
	["{ field: currency, cidr: 0.0.0.0/0 }", { currency: "" }, null],
	["{ field: currency, cidr: 0.0.0.0/0 }", {}, null],
	["{ field: currency, cidr: 10.0.0.0/8, default: 10.0.0.1 }", {}, true],
	["{ field: tags, cidr: 10.0.0.0/8 }", { tags: ["10.0.0.1", "11.0.0.1"] }, false, true],
	["{ field: tags, cidr: 10.0.0.0/8, match: all }", { tags: ["10.0.0.1", "11.0.0.1"] }, false],
	["{ field: tags, not_cidr: 10.0.0.0/8, match: any }", { tags: ["10.0.0.1", "11.0.0.1"] }, true],
	["{ field: tags, cidr: 10.0.0.0/8 }", { tags: ["10.0.0.1", "x"] }, null, true],
	["{ field: tags, not_cidr: 10.0.0.0/8 }", { tags: [] }, null, false],
	["{ field: tags, cidr: 10.0.0.0/8, allow_empty: true }", {}, true, false],
	["{ field: request.ip, cidr: 203.0.113.0/24 }", {}, true],
]);
mistakeTable("cidr", [
	["{ field: currency, cidr: 10.0.0.1 }", "not_a_range", ".cidr"],
	["{ field: currency, cidr: 10.0.0.1/8 }", "not_a_range", ".cidr"],
	["{ field: currency, cidr: 10.0.0.0/33 }", "not_a_range", ".cidr"],
	["{ field: currency, cidr: 10.0.0.0/08 }", "not_a_range", ".cidr"],
	["{ field: currency, cidr: '::ffff:0:0/95' }", "not_a_range", ".cidr"],
	["{ field: currency, cidr: '2001:db8::/129' }", "not_a_range", ".cidr"],
	["{ field: currency, not_cidr: [10.0.0.0/8, 127.1/8] }", "not_a_range", ".not_cidr[1]"],
	["{ field: currency, cidr: [] }", "empty_operand", ".cidr"],
	["{ field: currency, cidr: 7 }", "not_a_range", ".cidr"],
	["{ field: tags.count, cidr: 10.0.0.0/8 }", "wrong_type", ".cidr"],
]);
test.each([
	":",
	":::",
	"1::2::3",
	"1:2:3:4:5:6:7",
	"1:2:3:4:5:6:7:8:9",
	"1:2:3:4:5:6:7::8:9",
	"12345::",
	":1::2",
	"1::2:",
	"::1.2.3",
	"1.2.3.4::",
	"::1.2.3.4:5",
	"::01.2.3.4",
	"::g",
	"1.2.3.256",
	"1.2.3",
	"1.2.3.4.5",
	"1.2.3.",
	" 1.2.3.4",
	"1.2.3.4\n",
	"[::1]",
	"::1/128",
])("%j is no address", (text) => {
	expect(readIpAddress(text)).toBe(null);
	expect(readIpRange(`${text}/0`)).toBe(null);
});
test("addresses in words", () => {
	expect(wordsOf("{ field: currency, cidr: 10.0.0.0/8 }", { currency: "11.0.0.1" })).toEqual([
		"currency '11.0.0.1' not in allowlist",
		"currency 11.0.0.1 not allowed",
	]);
	expect(wordsOf("{ field: currency, not_cidr: 10.0.0.0/8 }", { currency: "10.0.0.1" })[0]).toBe(
		"currency '10.0.0.1' in blocklist",
	);
	expect(wordsOf("{ field: note, not_cidr: 10.0.0.0/8 }", { note: "10.0.0.1" })[0]).not.toContain("10.0.0.1");
	expect(wordsOf("{ field: currency, not_cidr: 10.0.0.0/8 }", { currency: "127.1" })[0]).toBe("currency cannot be compared");
});
