/** What a role is refused for when it is applied: each mistake by its code, at its place, and nothing but it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ROLE_LIMITS } from "../../src/contract/role-document.ts";
import { compileRole } from "../../src/policy/compile-role.ts";
import { readDomain } from "../../src/policy/domain-name.ts";
import { readEmailAddress } from "../../src/policy/email-address.ts";
import { listNames } from "../../src/policy/named-conditions.ts";
import { parseRoleSource } from "../../src/policy/parse-role.ts";
import { readHost } from "../../src/policy/url.ts";
import { mistakes, mistakeTable } from "./condition-tables.ts";
import { allActions, roleText } from "./support.ts";

const PARCEL = "shop.parcel.send";

mistakeTable("fields", [
	["{ field: 'a b', exists: true }", "field_syntax", ".field"],
	["{ field: input, exists: true }", "field_syntax", ".field"],
	["{ field: 'input[0]', exists: true }", "field_syntax", ".field"],
	["{ field: 'input[0].amount', exists: true }", "field_syntax", ".field"],
	["{ field: __proto__, exists: true }", "field_syntax", ".field"],
	["{ field: extra.constructor.name, exists: true }", "field_syntax", ".field", PARCEL],
	["{ field: extra.prototype, exists: true }", "field_syntax", ".field", PARCEL],
	["{ field: .order, exists: true }", "field_syntax", ".field"],
	["{ field: order..total, exists: true }", "field_syntax", ".field"],
	["{ field: order., exists: true }", "field_syntax", ".field"],
	["{ field: '[0].total', exists: true }", "field_syntax", ".field"],
	["{ field: 'items[01].sku', exists: true }", "field_syntax", ".field"],
	["{ field: 'items[-1].sku', exists: true }", "field_syntax", ".field"],
	["{ field: 'items[x].sku', exists: true }", "field_syntax", ".field"],
	["{ field: 'items[1000000].sku', exists: true }", "field_syntax", ".field"],
	["{ field: 'items[0]x.sku', exists: true }", "field_syntax", ".field"],
	["{ field: 'items[0.sku', exists: true }", "field_syntax", ".field"],
	["{ field: 'items]0[.sku', exists: true }", "field_syntax", ".field"],
	["{ field: sum, lte: 3 }", "field_syntax", ".field"],
	["{ field: sum.input.per_day, lte: 3 }", "field_syntax", ".field"],
	["{ field: 'sum.order.total.per_day[0]', lte: 3 }", "field_syntax", ".field"],
	["{ field: 'rate[0].per_day', lte: 3 }", "field_syntax", ".field"],
	["{ field: 'agent.labels[0]', eq: a }", "field_syntax", ".field"],
	["{ field: sum.per_day, lte: 3 }", "field_syntax", ".field"],
	["{ field: 'sum[].order.per_day', lte: 3 }", "field_syntax", ".field"],
	["{ field: 'sum.order.total[0]', lte: 3 }", "field_syntax", ".field"],
	["{ field: sum.order.total.per_year, lte: 3 }", "unknown_field", ".field"],
	["{ field: sum.nothing.per_day, lte: 3 }", "unknown_field", ".field"],
	["{ field: sum.currency.per_day, lte: 3 }", "wrong_type", ".field"],
	["{ field: sum.extra.a.per_day, starts_with: a }", "wrong_type", ".starts_with", PARCEL],
	["{ field: rate.per_year, lte: 3 }", "unknown_field", ".field"],
	["{ field: rate.per_day.more, lte: 3 }", "unknown_field", ".field"],
	["{ field: time.second, lte: 3 }", "unknown_field", ".field"],
	["{ field: time.hour.more, lte: 3 }", "unknown_field", ".field"],
	["{ field: agent.owner, eq: a }", "unknown_field", ".field"],
	["{ field: agent.ip, eq: a }", "unknown_field", ".field"],
	["{ field: agent.name.first, eq: a }", "unknown_field", ".field"],
	["{ field: agent.labels, eq: a }", "unknown_field", ".field"],
	["{ field: agent.labels.a.b, eq: a }", "unknown_field", ".field"],
	["{ field: agent.name.a, exists: true }", "unknown_field", ".field"],
	["{ field: request.name, eq: a }", "unknown_field", ".field"],
	["{ field: request.ip.v4, eq: a }", "unknown_field", ".field"],
	["{ field: request, exists: true }", "unknown_field", ".field"],
	["{ field: time, exists: true }", "unknown_field", ".field"],
	["{ field: rate, exists: true }", "unknown_field", ".field"],
	["{ field: action.name, eq: a }", "unknown_field", ".field"],
	["{ field: order.nothing, eq: a }", "unknown_field", ".field"],
	["{ field: items.price, lte: 3 }", "unknown_field", ".field"],
	["{ field: 'order[].total', lte: 3 }", "unknown_field", ".field"],
	["{ field: 'parts[].tags', contains: a }", "nested_list", ".field", PARCEL],
	["{ field: amount, exists: 1 }", "operand_type", ".exists"],
]);

mistakeTable("conditions on elements", [
	["{ field: nothing, some: { field: a, eq: 1 } }", "unknown_field", ".field"],
	["{ field: rate.per_day, some: { field: a, eq: 1 } }", "wrong_type", ".field"],
	["{ field: items.count, some: { field: a, eq: 1 } }", "wrong_type", ".field"],
	["{ field: tags, every: { field: a, eq: 1 } }", "wrong_type", ".field"],
	["{ field: items, every: { field: colour, eq: a } }", "unknown_field", ".every.field"],
	["{ field: items, none: { field: rate.per_day, lte: 3 } }", "not_here", ".none.field"],
	["{ field: items, some: { field: currency, exists: true } }", "unknown_field", ".some.field"],
	["{ field: items, some: { field: colour, eq: a, default: b } }", "unknown_field", ".some.field"],
	["{ field: parts, some: { field: pieces, every: { field: price, lte: 3 } } }", "unknown_field", ".some.every.field", PARCEL],
	["{ field: parts, some: { field: tags, every: { field: a, eq: 3 } } }", "wrong_type", ".some.field", PARCEL],
]);

mistakeTable("counters", [
	["{ field: rate.per_day, starts_with: a }", "wrong_type", ".starts_with"],
	["{ field: rate.per_day, lte: { field: amount } }", "operand_type", ".lte"],
	["{ field: rate.per_day, lte: -1 }", "operand_type", ".lte"],
	["{ field: rate.per_day, lte: 1.5 }", "operand_type", ".lte"],
	["{ field: rate.per_day, in: [1, 1.5] }", "operand_type", ".in[1]"],
	["{ field: rate.per_day, eq: '1' }", "operand_type", ".eq"],
	["{ field: rate.per_day, eq: -1 }", "operand_type", ".eq"],
	["{ field: rate.per_day, in: [0, -1] }", "operand_type", ".in[1]"],
	["{ field: rate.per_day, lte: 3, default: 0 }", "not_here", ".default"],
	["{ field: rate.per_day, lte: 3, match: any }", "not_here", ".match"],
	["{ field: rate.per_day, lte: 3, allow_empty: true }", "not_here", ".allow_empty"],
	["{ field: rate.per_day, in: [3], ci: true }", "not_here", ".ci"],
	["{ field: sum.order.total.per_day, lte: 3, default: -1 }", "operand_type", ".default"],
	["{ field: sum.order.total.per_day, lte: 3, default: '1' }", "operand_type", ".default"],
	["{ field: rate.per_day, lte: 3, by: nothing }", "unknown_field", ".by"],
	["{ field: rate.per_day, lte: 3, by: time.hour }", "wrong_type", ".by"],
	["{ field: rate.per_day, lte: 3, by: rate.per_day }", "wrong_type", ".by"],
	["{ field: amount, lte: 3, by: currency }", "not_here", ".by"],
]);

mistakeTable("what stands on the other side", [
	["{ field: currency, eq: { list: names } }", "operand_type", ".eq"],
	["{ field: currency, in: { list: names } }", "unknown_list", ".in.list"],
	["{ field: currency, in: { list: 7 } }", "operand_type", ".in"],
	["{ field: currency, eq: { field: 7 } }", "operand_type", ".eq"],
	["{ field: currency, eq: { field: note, list: names } }", "operand_type", ".eq"],
	["{ field: currency, eq: { colour: note } }", "operand_type", ".eq"],
	["{ field: currency, eq: {} }", "operand_type", ".eq"],
	["{ field: currency, glob: { field: note } }", "operand_type", ".glob.field"],
	["{ field: extra.a, lte: { field: service } }", "wrong_type", ".lte.field", PARCEL],
	["{ field: currency, eq: { field: nothing } }", "unknown_field", ".eq.field"],
	["{ field: amount, lte: { field: rate.per_day } }", "wrong_type", ".lte.field"],
	["{ field: currency, eq: { field: order.total } }", "wrong_type", ".eq.field"],
	["{ field: tags, contains: { field: 'parts[].tags' } }", "nested_list", ".contains.field", PARCEL],
	["{ field: sender, eq: { field: service } }", "wrong_type", ".eq.field", PARCEL],
	["{ field: service, eq: { field: sender } }", "wrong_type", ".eq.field", PARCEL],
	["{ field: sender.domain, eq: { field: url.host } }", "wrong_type", ".eq.field", PARCEL],
	["{ field: sender.domain, eq: { field: sender } }", "wrong_type", ".eq.field", PARCEL],
	["{ field: copies, in: { field: receivers } }", "covers_itself", ".in.field", PARCEL],
	["{ field: sender, eq: a, default: b }", "not_an_address", ".eq", PARCEL],
	["{ field: sender.domain, eq: a.com, default: '*.a.com' }", "operand_type", ".default", PARCEL],
	["{ field: sender, eq: a@b.cc, default: b }", "operand_type", ".default", PARCEL],
]);

mistakeTable("values that no field can have", [
	["{ field: url.scheme, eq: 'https://' }", "not_a_scheme", ".eq", PARCEL],
	["{ field: url.scheme, eq: 1x }", "not_a_scheme", ".eq", PARCEL],
	["{ field: url.host, eq: 'a b' }", "not_a_host", ".eq", PARCEL],
	["{ field: url.host, eq: '2001:DB8::1' }", "not_a_host", ".eq", PARCEL],
	["{ field: url.host, in: [acme.com, '*.acme'] }", "not_a_domain", ".in[1]", PARCEL],
	["{ field: sender, eq: '*@acme.com' }", "not_an_address", ".eq", PARCEL],
	["{ field: sender, eq: 7 }", "operand_type", ".eq", PARCEL],
	["{ field: sender.domain, eq: acme }", "not_a_domain", ".eq", PARCEL],
	["{ field: sender.domain, in: [acme.com, '*.'] }", "not_a_domain", ".in[1]", PARCEL],
	["{ field: sender.local, eq: 7 }", "operand_type", ".eq", PARCEL],
	["{ field: sender.local, in: [a.b+c, a@acme.com] }", "not_a_local_part", ".in[1]", PARCEL],
	["{ field: sender.local, eq: büro }", "not_a_local_part", ".eq", PARCEL],
	["{ field: service, eq: '' }", "empty_operand", ".eq", PARCEL],
	["{ field: service, eq: [a] }", "operand_type", ".eq", PARCEL],
	["{ field: extra.a, eq: [a] }", "operand_type", ".eq", PARCEL],
	["{ field: extra.a, in: [a, { b: c }] }", "operand_type", ".in[1]", PARCEL],
	["{ field: service, eq: null }", "operand_type", ".eq", PARCEL],
	["{ field: service, in: a }", "operand_type", ".in", PARCEL],
	["{ field: service, in: [] }", "empty_operand", ".in", PARCEL],
	["{ field: service, in: [a, 7] }", "operand_type", ".in[1]", PARCEL],
	["{ field: weight, contains: a }", "wrong_type", ".contains", PARCEL],
	["{ field: weights, contains: a }", "operand_type", ".contains", PARCEL],
	["{ field: weight, lte: '1' }", "operand_type", ".lte", PARCEL],
	["{ field: weight, lte: .inf }", "inexact_number", ".lte", PARCEL],
]);

mistakeTable("parts of a text that no value of the field has", [
	["{ field: sender, ends_with: '@bücher.de' }", "never_found", ".ends_with", PARCEL],
	["{ field: sender, starts_with: 'Boss <boss@' }", "never_found", ".starts_with", PARCEL],
	['{ field: sender, contains: "a\'b c" }', "never_found", ".contains", PARCEL],
	["{ field: sender, glob: '*%*@acme.com' }", "never_found", ".glob", PARCEL],
	["{ not: { field: sender, ends_with: [acme.com, '@bücher.de'] } }", "never_found", ".not.ends_with[1]", PARCEL],
	["{ field: 'receivers[]', ends_with: '@ácme.com' }", "never_found", ".ends_with", PARCEL],
	["{ field: sender, ends_with: '@acme_corp.com' }", "never_found", ".ends_with", PARCEL],
	["{ field: sender, contains: 'boss@acme@' }", "never_found", ".contains", PARCEL],
	["{ field: sender, glob: '*@acme_*' }", "never_found", ".glob", PARCEL],
	["{ field: sender, matches: '@bücher\\.de$' }", "never_found", ".matches", PARCEL],
	["{ field: sender.domain, matches: '(^|\\.)(bücher|acme)\\.de$' }", "never_found", ".matches", PARCEL],
	["{ field: url.host, matches: '^\\Qbücher\\E[.]' }", "never_found", ".matches", PARCEL],
	["{ field: sender.local, ends_with: '@' }", "never_found", ".ends_with", PARCEL],
	["{ field: sender.local, starts_with: 'büro' }", "never_found", ".starts_with", PARCEL],
	["{ field: sender.domain, ends_with: '@acme.com' }", "never_found", ".ends_with", PARCEL],
	["{ field: sender.domain, ends_with: '*.acme.com' }", "never_found", ".ends_with", PARCEL],
	["{ field: sender.domain, contains: bücher }", "never_found", ".contains", PARCEL],
	["{ field: sender.domain, contains_any: [acme, 'a_b'] }", "never_found", ".contains_any[1]", PARCEL],
	["{ field: sender.domain, glob: '*.bücher.de' }", "never_found", ".glob", PARCEL],
	["{ field: sender.domain, glob: '*@acme.com' }", "never_found", ".glob", PARCEL],
	["{ field: url.host, starts_with: 'https://acme' }", "never_found", ".starts_with", PARCEL],
	["{ field: url.host, ends_with: 'acme.com/' }", "never_found", ".ends_with", PARCEL],
	["{ field: url.host, contains: 'bücher' }", "never_found", ".contains", PARCEL],
	["{ field: url.host, starts_with: '[2001:' }", "never_found", ".starts_with", PARCEL],
	["{ field: url.scheme, starts_with: 'http:' }", "never_found", ".starts_with", PARCEL],
	["{ field: url.scheme, glob: '*:' }", "never_found", ".glob", PARCEL],
	[`{ cel: 'sender.endsWith("@bücher.de")' }`, "never_found", ".cel.ends_with", PARCEL],
]);

describe("no part that a value may have is refused", () => {
	const local = fc
		.stringMatching(/^[A-Za-z0-9#$&'*+\-/=?^_`{|}~.]{1,20}$/)
		.filter((text) => readEmailAddress(`${text}@a.bc`) !== null);
	const domain = fc.domain().filter((text) => readDomain(text) !== null);
	const host = fc.oneof(
		domain,
		fc.ipV4(),
		fc.ipV6().filter((text) => readHost(text) !== null),
	);
	const address = fc.tuple(local, domain).map(([before, after]) => `${before}@${after}`);
	const kinds: [field: string, values: fc.Arbitrary<string>][] = [
		["sender", address],
		["sender.local", local],
		["sender.domain", domain],
		["url.host", host],
		["url.scheme", fc.constantFrom("http", "https", "ws", "wss", "ftp")],
	];
	test.each(kinds)("of %s", (field, values) => {
		const cut = fc.tuple(values, fc.nat(), fc.nat()).map(([text, from, length]) => {
			const start = from % text.length;
			return text.slice(start, start + 1 + (length % (text.length - start)));
		});
		const operators = fc.constantFrom("starts_with", "ends_with", "contains", "glob");
		fc.assert(
			fc.property(cut, operators, (part, operator) => {
				expect(mistakes(`{ field: ${field}, ${operator}: ${JSON.stringify(part)} }`, PARCEL)).toEqual([]);
			}),
		);
	});
});

mistakeTable("parts of the time", [
	["{ field: time.hour, lte: 24 }", "operand_type", ".lte"],
	["{ field: time.hour, gte: -1 }", "operand_type", ".gte"],
	["{ field: time.hour, eq: 1.5 }", "operand_type", ".eq"],
	["{ field: time.hour, between: [0, 24] }", "operand_type", ".between"],
	["{ field: time.minute, lte: 60 }", "operand_type", ".lte"],
	["{ field: time.minute, gte: -1 }", "operand_type", ".gte"],
	["{ field: time.minute, in: [0, 0.5] }", "operand_type", ".in"],
	["{ field: time.weekday, eq: monday }", "operand_type", ".eq"],
	["{ field: time.weekday, in: [mon, Tue] }", "operand_type", ".in"],
	["{ field: time.date, eq: 2026-1-1 }", "operand_type", ".eq"],
	["{ field: time.date, eq: 2026-01-01T00 }", "operand_type", ".eq"],
]);

mistakeTable("windows of time", [
	["{ during: always }", "type", ".during"],
	["{ during: [mon] }", "type", ".during"],
	["{ during: {} }", "required", ".during"],
	["{ during: { days: mon, until: '09:00' } }", "unknown_key", ".during.until"],
	["{ during: { from: '09:00' } }", "required", ".during"],
	["{ during: { to: '09:00' } }", "required", ".during"],
	["{ during: { days: mon, from: '09:00' } }", "required", ".during"],
	["{ during: { from: '9:00', to: '10:00' } }", "format", ".during.from"],
	["{ during: { from: '09:00', to: '24:01' } }", "format", ".during.to"],
	["{ during: { from: 9, to: '10:00' } }", "format", ".during.from"],
	["{ during: { from: ['09:00'], to: '10:00' } }", "format", ".during.from"],
	["{ during: { from: '09:00', to: '09:00' } }", "empty", ".during.to"],
	["{ during: { from: '24:00', to: '00:00' } }", "empty", ".during.to"],
	["{ during: { days: [[mon]] } }", "format", ".during.days[0]"],
	["{ during: { days: [] } }", "empty", ".during.days"],
	["{ during: { days: someday } }", "format", ".during.days"],
	["{ during: { days: 1 } }", "format", ".during.days"],
	["{ during: { days: [mon, 2] } }", "format", ".during.days[1]"],
	["{ during: { days: [mon, wed-] } }", "format", ".during.days[1]"],
]);

const nested = (depth: number) => `${"{ not: ".repeat(depth - 1)}{ field: amount, eq: 1 }${" }".repeat(depth - 1)}`;
const joined = (word: string, depth: number) =>
	`${`{ ${word}: [`.repeat(depth - 1)}{ field: amount, eq: 1 }${"] }".repeat(depth - 1)}`;
mistakeTable("forms of conditions", [
	["true", "type", ""],
	["[amount]", "type", ""],
	["{ all: { field: amount, eq: 1 } }", "type", ".all"],
	["{ any: [] }", "empty", ".any"],
	["{ any: [7] }", "type", ".any[0]"],
	["{ not: [] }", "type", ".not"],
	["{ use: 7 }", "type", ".use"],
	["{ use: nothing }", "unknown_name", ".use"],
	["{ cel: '' }", "type", ".cel"],
	["{ cel: 7 }", "type", ".cel"],
	["{ cel: 'amount +' }", "cel", ".cel"],
	[`{ cel: "amount == ${" ".repeat(ROLE_LIMITS.celCharacters)}1" }`, "too_large", ".cel"],
	["{ some: { field: sku, eq: a } }", "required", ""],
	["{ field: 7, some: { field: sku, eq: a } }", "type", ".field"],
	["{ field: items, some: { field: sku, eq: a }, allow_empty: 1 }", "type", ".allow_empty"],
	["{ field: items, some: { field: sku, eq: a }, match: any }", "mixed_condition", ".match"],
	["{ field: 7, eq: 1 }", "type", ".field"],
	[`{ field: ${"a".repeat(257)}, eq: 1 }`, "too_large", ".field"],
	[`{ field: ${"a".repeat(256)}, eq: 1 }`, "unknown_field", ".field"],
	["{ field: amount }", "required", ""],
	["{ eq: 1 }", "required", ""],
	["{ field: amount, eq: 1, lte: 2 }", "mixed_condition", ".lte"],
	["{ field: amount, eq: 1, colour: 2 }", "unknown_key", ".colour"],
	["{ field: amount, colour: 2 }", "unknown_operator", ".colour"],
	["{ all: [{ field: amount, eq: 1 }], field: amount }", "mixed_condition", ".field"],
	["{ all: [{ field: amount, eq: 1 }], colour: 1 }", "unknown_key", ".colour"],
	["{ field: amount, eq: 1, allow_empty: 1 }", "type", ".allow_empty"],
	["{ field: amount, eq: 1, ci: 1 }", "type", ".ci"],
	["{ field: amount, lte: 1, ci: true }", "not_here", ".ci"],
	["{ field: amount, eq: 1, match: some }", "not_allowed", ".match"],
	["{ field: amount, eq: 1, match: [all] }", "not_allowed", ".match"],
	["{ field: amount, eq: 1, by: 7 }", "type", ".by"],
	["{ field: amount, eq: 1, default: { a: 1 } }", "type", ".default"],
	["{ field: amount, eq: 1, default: [[1]] }", "type", ".default"],
	["{ field: amount, eq: 1, default: [1, [2], 3] }", "type", ".default"],
	["{ field: amount, eq: 1, default: null }", "operand_type", ".default"],
	["{ field: amount, exists: true, default: 1 }", "mixed_condition", ".default"],
	[nested(ROLE_LIMITS.conditionDepth + 1), "too_deep", ".not".repeat(ROLE_LIMITS.conditionDepth)],
	[joined("all", ROLE_LIMITS.conditionDepth + 1), "too_deep", ".all[0]".repeat(ROLE_LIMITS.conditionDepth)],
	[joined("any", ROLE_LIMITS.conditionDepth + 1), "too_deep", ".any[0]".repeat(ROLE_LIMITS.conditionDepth)],
]);

test("fields at the limits of their form are taken", () => {
	expect(mistakes("{ field: 'items[999999].sku', eq: a }")).toEqual([]);
	expect(mistakes("{ field: 'items[].sku', eq: a }")).toEqual([]);
	expect(mistakes("{ field: 'extra.a[][10][0].b', eq: a }", PARCEL)).toEqual([]);
	expect(mistakes("{ field: input.rate, lte: 3 }")).toEqual([]);
	expect(mistakes("{ field: sum.input.rate.per_day, lte: 3 }")).toEqual([]);
	expect(mistakes("{ field: 'sum.items[].price.per_day', lte: 3 }")).toEqual([]);
});

test("counters may be asked for none", () => {
	for (const one of ["eq: 0", "in: [0, 1]", "lte: 0", "between: [0, 0]"])
		expect([one, mistakes(`{ field: rate.per_day, ${one} }`)]).toEqual([one, []]);
});

test("patterns at the limits are taken", () => {
	const pattern = "a".repeat(ROLE_LIMITS.patternCharacters);
	expect(mistakes(`{ field: currency, glob: ${pattern} }`)).toEqual([]);
	expect(mistakes(`{ field: currency, matches: ${pattern} }`)).toEqual([]);
});

test("conditions at the limits are taken", () => {
	expect(mistakes(nested(ROLE_LIMITS.conditionDepth))).toEqual([]);
	expect(mistakes("{ field: amount, eq: 1, default: [1, 2] }")).toEqual([]);
	expect(mistakes("{ field: items, some: { field: sku, eq: a }, allow_empty: true }")).toEqual([]);
	expect(mistakes(joined("all", ROLE_LIMITS.conditionDepth))).toEqual([]);
	expect(mistakes(`{ cel: "${"amount == 1 || ".repeat(272)}amount == ${"1".padStart(6, "0")}" }`)).toEqual([]);
	for (const taken of [
		"{ field: note, eq: a, ci: true }",
		"{ field: amount, eq: 1, match: all }",
		"{ during: { from: '22:00', to: '00:00' } }",
		"{ during: { from: '24:00', to: '06:00' } }",
		"{ during: { from: '00:00', to: '24:00' } }",
		"{ during: { days: [mon, wed-fri] } }",
	])
		expect([taken, mistakes(taken)]).toEqual([taken, []]);
});

test.each([
	...["{ field: time.hour, in: [0, 23] }", "{ field: time.hour, between: [0, 23] }", "{ field: time.hour, exists: true }"],
	...["{ field: time.minute, in: [0, 59] }", "{ field: time.minute, lt: 59 }", "{ field: time.weekday, in: [mon, sun] }"],
	...[
		"{ field: time.date, eq: '2026-11-22' }",
		"{ field: time.date, before: '2026-11-22' }",
		"{ field: time.date, exists: true }",
	],
	...["{ field: order.total, lte: { field: amount } }", "{ field: amount, lte: { field: order.total } }"],
	...["{ field: agent.name, eq: { field: note } }", "{ field: note, eq: { field: agent.name } }"],
	...["{ field: note, eq: { field: currency }, default: a }", "{ field: sum.order.total.per_day, lte: 0.5, default: 0 }"],
])("%s is taken", (condition) => {
	expect(mistakes(condition)).toEqual([]);
});

test.each([
	...[
		"{ field: extra.a, lte: { field: weight } }",
		"{ field: weight, lte: { field: extra.a } }",
		"{ field: extra.a, eq: { field: extra.b } }",
	],
	...[
		"{ field: parts, some: { field: input.inserts, some: { field: size, gt: 3 } } }",
		"{ field: time.hour, lte: { field: weight } }",
	],
	...["{ field: sender, in: { field: receivers } }", "{ field: address.city, eq: { field: address.domain } }"],
	...[
		"{ field: parts, some: { field: pieces, every: { field: count, lte: 3 } } }",
		"{ field: extra.list, some: { field: a, eq: 1 } }",
		"{ field: sender, matches: '^[^ü@]+@acme\\.com$' }",
		"{ field: sender.domain, matches: '^[a-zü-]+\\.\\pL+$' }",
		"{ field: service, matches: bücher }",
		"{ field: sender, glob: '*@*.acme.com' }",
	],
])("%s of a parcel is taken", (condition) => {
	expect(mistakes(condition, PARCEL)).toEqual([]);
});

test("a strange key is an operator where there is a field and no operator yet, else a key", () => {
	const found = (condition: string) => mistakes(condition).map((one) => (one as string[]).slice(0, 2).join(" "));
	expect(found("{ colour: 2 }").sort()).toEqual(["required guards[0].when", "unknown_key guards[0].when.colour"]);
	expect(found("{ field: amount, colour: 2, size: 3 }")).toEqual([
		"unknown_operator guards[0].when.colour",
		"unknown_operator guards[0].when.size",
	]);
	expect(found("{ eq: 1, colour: 2 }").sort()).toEqual(["required guards[0].when", "unknown_key guards[0].when.colour"]);
});

/** All findings of a role whose guards, and what stands beside them, are these. */
function findings(rest: string, scope = '["**"]') {
	const parsed = parseRoleSource(roleText(rest).replace('["**"]', scope), { format: "yaml", file: "role.yaml" });
	if (!parsed.ok) return parsed.problems.map(({ code, path }) => [code, path]);
	const [role] = parsed.documents;
	if (role === undefined) throw new Error("no document");
	const compiled = compileRole(role.document, 1, allActions, role.position);
	return (compiled.ok ? compiled.warnings : compiled.problems).map(({ code, path }) => [code, path]);
}

describe("conditions by name", () => {
	const guard = "  - { id: g, action: mail.send, when: { use: a } }\n";

	test("that stand for themselves are each told, and not who takes them", () => {
		const circle = "let: { a: { use: b }, b: { not: { use: c } }, c: { any: [{ use: b }] }, d: { use: d } }\n";
		expect(findings(guard + circle)).toEqual([
			["circular", "let.b"],
			["circular", "let.c"],
			["circular", "let.d"],
		]);
	});

	test("may not come to too much, however they are nested", () => {
		const doubled = (levels: number) =>
			`let:\n${Array.from({ length: levels }, (_, i) => {
				const inner = i === 0 ? "{ field: subject, eq: a }" : `{ use: ${"abcdefgh"[levels - i]} }`;
				return `  ${"abcdefgh"[levels - 1 - i]}: { all: [${new Array(8).fill(inner).join(", ")}] }\n`;
			}).join("")}`;
		expect(ROLE_LIMITS.conditionsPerGuard).toBeLessThan(8 ** 5);
		expect(findings(guard + doubled(2))).toEqual([]);
		for (const levels of [5, 6, 7]) expect(findings(guard + doubled(levels))).toEqual([["too_large", "guards[0].when"]]);
		const any = (count: number) =>
			`  - { id: g, action: mail.send, when: { any: [${new Array(count).fill("{ field: subject, eq: a }").join(", ")}] } }\n`;
		expect(findings(any(ROLE_LIMITS.conditionsPerGuard - 1))).toEqual([]);
		expect(findings(any(ROLE_LIMITS.conditionsPerGuard))).toEqual([["too_large", "guards[0].when"]]);
	});

	test("that nothing takes are told, as are lists", () => {
		const rest =
			"let: { a: { use: b }, b: { field: subject, in: { list: own } }, c: { field: subject, eq: a } }\nlists: { own: [x], other: [y] }\n";
		expect(findings(guard + rest)).toEqual([
			["unused_name", "let.c"],
			["unused_name", "lists.other"],
		]);
	});

	test("the lists that a role takes from elsewhere are those of all its conditions, less its own", () => {
		const parsed = parseRoleSource(
			roleText(
				"  - { id: g, action: mail.send, when: { all: [{ use: a }, { field: to, not_in: { list: known } }, { field: subject, eq: { field: body } }, { field: subject, eq: null }] } }\n" +
					"  - { id: h, action: mail.send, effect: deny }\n" +
					"let: { a: { field: attachments, some: { field: name, in: { list: names } } }, b: { field: subject, in: { list: own } } }\nlists: { own: [x] }\n",
			),
			{ format: "yaml", file: "role.yaml" },
		);
		if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
		const [role] = parsed.documents;
		expect([...listNames(role?.document as Parameters<typeof listNames>[0])].sort()).toEqual(["known", "names"]);
	});
});

describe("lists of a role", () => {
	test.each([
		["time.weekday", "[sat, sun]", []],
		["time.weekday", "[saturday, sunday]", [["operand_type", "guards[0].when.in.list"]]],
		["time.hour", "[0, 24]", [["operand_type", "guards[0].when.in.list"]]],
		["time.date", "['2026-12-24']", []],
	])("beside %s hold what it can be: %s", (field, items, wanted) => {
		const guard = `  - { id: g, action: mail.send, effect: deny, when: { field: ${field}, in: { list: l } } }\n`;
		expect(findings(`${guard}lists: { l: ${items} }\n`)).toEqual(wanted);
	});

	test("that do not fit the field are told once, with the item", () => {
		const parsed = parseRoleSource(
			roleText("  - { id: g, action: mail.send, when: { field: to.domain, in: { list: l } } }\nlists: { l: [a.com, 'b c'] }\n"),
			{ format: "yaml", file: "role.yaml" },
		);
		if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
		const [role] = parsed.documents;
		const compiled = role === undefined ? null : compileRole(role.document, 1, allActions, role.position);
		expect(compiled !== null && !compiled.ok && compiled.problems).toMatchObject([
			{
				code: "not_a_domain",
				path: "guards[0].when.in.list",
				message: expect.stringMatching(/^the list `l` does not fit here, item 2: /),
			},
		]);
	});
});

describe("guards without effect", () => {
	test("for actions that no connector has, and for such as the scope does not grant", () => {
		expect(findings("  - { id: g, action: 'shop.nothing.*', effect: deny }\n")).toEqual([["empty_pattern", "guards[0].action"]]);
		expect(findings("  - { id: g, action: [mail.send, 'shop.order.*'], effect: deny }\n", "[mail.send]")).toEqual([
			["guard_not_granted", "guards[0].action[1]"],
		]);
		expect(findings("  - { id: g, action: shop.list, effect: deny }\n", "[mail.send]")).toEqual([
			["guard_not_granted", "guards[0].action"],
		]);
	});
});
