/** What CEL lowers to, what is refused and where, and that no text whatever makes the lowering throw. */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/contract/json.ts";
import type { ConditionDocument, QuantifiedDocument, TestDocument } from "../../src/contract/role-document.ts";
import { lowerCel } from "../../src/policy/cel/lower-cel.ts";
import { guardsOf, mail, verdictOf } from "./support.ts";

function conditionOf(text: string): ConditionDocument | string {
	const lowered = lowerCel(text);
	return lowered.ok ? lowered.condition : lowered.message;
}

function placeOf(text: string): string {
	const lowered = lowerCel(text);
	return lowered.ok ? "accepted" : `${lowered.line}:${lowered.column} ${lowered.message}`;
}

/** That a field is there, and indeterminate where what it is in is missing. */
const exists = (field: string, parent: string): ConditionDocument => ({
	any: [
		{ field, exists: true },
		{
			all: [
				{ field: parent, exists: false },
				{ field: parent, eq: { field: parent } },
			],
		},
	],
});
const ALWAYS = { field: "agent.name", exists: true };
const NEVER = { field: "agent.name", exists: false };

describe("an expression lowers to", () => {
	test.each<[string, ConditionDocument]>([
		// fields
		["urgent", { field: "urgent", eq: true }],
		["flags['urgent']", { field: "flags.urgent", eq: true }],
		["flags[0]", { field: "flags[0]", eq: true }],
		["input.to.domain == 'acme.com'", { field: "input.to.domain", eq: "acme.com" }],
		["to . domain\n==\n'acme.com' // only us", { field: "to.domain", eq: "acme.com" }],
		["items[0].sku == 'a'", { field: "items[0].sku", eq: "a" }],
		["items[0u]['sku'] == 'a'", { field: "items[0].sku", eq: "a" }],
		["order['ship-to'] == 'a'", { field: "order.ship-to", eq: "a" }],
		["agent.labels.team == 'support'", { field: "agent.labels.team", eq: "support" }],
		["agent.labels['team'] == 'support'", { field: "agent.labels.team", eq: "support" }],
		["rate.per_day <= 500", { field: "rate.per_day", lte: 500 }],
		["sum.amount.per_day < 1000", { field: "sum.amount.per_day", lt: 1_000 }],
		[
			"time.hour >= 9 && time.weekday in ['mon', 'tue']",
			{
				all: [
					{ field: "time.hour", gte: 9 },
					{ field: "time.weekday", in: ["mon", "tue"] },
				],
			},
		],
		["dyn(amount) > 5", { field: "amount", gt: 5 }],
		["a[999999] == 1", { field: "a[999999]", eq: 1 }],
		[`${"a.".repeat(127)}bb == 1`, { field: `${"a.".repeat(127)}bb`, eq: 1 }],
		// sizes
		[`a${" ".repeat(256)}== 1`, { field: "a", eq: 1 }],
		[`a == '${"x ".repeat(200)}'`, { field: "a", eq: "x ".repeat(200) }],
		[new Array(70).fill("(a)").join(" && "), { all: new Array(70).fill({ field: "a", eq: true }) }],
		// comparisons, with a constant on either side
		["a == 1", { field: "a", eq: 1 }],
		["a != 1", { field: "a", ne: 1 }],
		["a < 1", { field: "a", lt: 1 }],
		["a <= 1", { field: "a", lte: 1 }],
		["a > 1", { field: "a", gt: 1 }],
		["a >= 1", { field: "a", gte: 1 }],
		["1 == a", { field: "a", eq: 1 }],
		["1 < a", { field: "a", gt: 1 }],
		["1 <= a", { field: "a", gte: 1 }],
		["1 > a", { field: "a", lt: 1 }],
		["1 >= a", { field: "a", lte: 1 }],
		["a == true", { field: "a", eq: true }],
		["a == null", { field: "a", eq: null }],
		["a == b", { field: "a", eq: { field: "b" } }],
		["a <= order.total", { field: "a", lte: { field: "order.total" } }],
		["amount >= rate.per_day", { field: "rate.per_day", lte: { field: "amount" } }],
		["a == order.rate.b", { field: "a", eq: { field: "order.rate.b" } }],
		["a == ''", { field: "a.length", eq: 0 }],
		["input.agent == ''", { field: "input.agent.length", eq: 0 }],
		["a != ''", { field: "a.length", gt: 0 }],
		// numbers
		["a == 1u", { field: "a", eq: 1 }],
		["a == 0x10", { field: "a", eq: 16 }],
		["a == -1.5e2", { field: "a", eq: -150 }],
		["-(1) < a", { field: "a", gt: -1 }],
		["a == -(1)", { field: "a", eq: -1 }],
		["a == -0.0", { field: "a", eq: 0 }],
		["a == 9007199254740991", { field: "a", eq: 9_007_199_254_740_991 }],
		// texts
		["a == r'\\d'", { field: "a", eq: "\\d" }],
		["a == '\\u00e9\\n'", { field: "a", eq: "é\n" }],
		["a == '!!--(((['", { field: "a", eq: "!!--((([" }],
		["a.startsWith('x')", { field: "a", starts_with: "x" }],
		["a.endsWith('x')", { field: "a", ends_with: "x" }],
		["a.contains('x')", { field: "a", contains: "x" }],
		["a.matches('^x+$')", { field: "a", matches: "^x+$" }],
		["matches(a, '^x+$')", { field: "a", matches: "^x+$" }],
		["a.contains(b)", { field: "a", contains: { field: "b" } }],
		["a.startsWith(b)", { field: "a", starts_with: { field: "b" } }],
		// membership
		["a in [1, 'b', true, null]", { field: "a", in: [1, "b", true, null] }],
		["!(a in ['b'])", { not: { field: "a", in: ["b"] } }],
		["'x' in tags", { field: "tags", match: "any", eq: "x" }],
		["a in tags", { field: "a", in: { field: "tags" } }],
		// connectives
		[
			"a && b && c",
			{
				all: [
					{ field: "a", eq: true },
					{ field: "b", eq: true },
					{ field: "c", eq: true },
				],
			},
		],
		[
			"a || (b || c)",
			{
				any: [
					{ field: "a", eq: true },
					{ field: "b", eq: true },
					{ field: "c", eq: true },
				],
			},
		],
		["!a", { not: { field: "a", eq: true } }],
		["!(!(a))", { field: "a", eq: true }],
		[
			"a && (b || !c)",
			{ all: [{ field: "a", eq: true }, { any: [{ field: "b", eq: true }, { not: { field: "c", eq: true } }] }] },
		],
		[
			"a ? b : c",
			{
				any: [
					{
						all: [
							{ field: "a", eq: true },
							{ field: "b", eq: true },
						],
					},
					{ all: [{ not: { field: "a", eq: true } }, { field: "c", eq: true }] },
					{ all: [{ field: "a", eq: true }, { not: { field: "a", eq: true } }] },
				],
			},
		],
		[
			"!a ? b : c",
			{
				any: [
					{
						all: [{ not: { field: "a", eq: true } }, { field: "b", eq: true }],
					},
					{
						all: [
							{ field: "a", eq: true },
							{ field: "c", eq: true },
						],
					},
					{ all: [{ not: { field: "a", eq: true } }, { field: "a", eq: true }] },
				],
			},
		],
		// constants
		["1 != 2 && 'a' != 'b' && true != false", ALWAYS],
		["3 in [1, 2] || 'a' in ['b'] || 0 in [1]", NEVER],
		["true ? true : a", ALWAYS],
		["false ? a : b", { field: "b", eq: true }],
		[
			"true ? a || b : c",
			{
				any: [
					{ field: "a", eq: true },
					{ field: "b", eq: true },
				],
			},
		],
		["true", ALWAYS],
		["1 < 2 && 'a' == 'a' && 2.0 == 2 && 3 in [1, 2, 3] && null == null", ALWAYS],
		["1 > 2 || !true", NEVER],
		["1 <= 2 && 2 <= 2 && 2 >= 2 && 3 >= 2 && 2.5 > 2", ALWAYS],
		["2 < 2 || 2 > 2 || 3 <= 2 || 2 >= 3 || 2 != 2 || 2 == 3", NEVER],
		["dyn(a)", { field: "a", eq: true }],
		["dyn(a) == 1", { field: "a", eq: 1 }],
		["a == 1 && true", { field: "a", eq: 1 }],
		["a == 1 && false", NEVER],
		["a == 1 || 1 != 1", { field: "a", eq: 1 }],
		["true ? a : b", { field: "a", eq: true }],
		// has
		["has(input.cc)", { field: "input.cc", exists: true }],
		["has(agent.labels.team)", { field: "agent.labels.team", exists: true }],
		["has(order.note)", exists("order.note", "order")],
		["has(input.order.note)", exists("input.order.note", "input.order")],
		["items.exists(i, has(i.of.more.note))", { field: "items", some: exists("of.more.note", "of.more") }],
		["items.exists(i, has(i.of.note))", { field: "items", some: exists("of.note", "of") }],
		["items.exists(i, has(order.note))", { field: "items", some: exists("input.order.note", "input.order") }],
		["items.exists(i, has(input.order.note))", { field: "items", some: exists("input.order.note", "input.order") }],
		["items.exists(i, has(agent.labels.team))", { field: "items", some: { field: "agent.labels.team", exists: true } }],
		// lists of objects
		["items.exists(i, urgent)", { field: "items", some: { field: "input.urgent", eq: true } }],
		["orders.exists(o, tags.all(o, o == 'a'))", { field: "orders", some: { field: "input.tags", match: "all", eq: "a" } }],
		["items.exists(i, i.price > 10)", { field: "items", some: { field: "price", gt: 10 } }],
		[
			"items.all(i, i.price > 10 && i.sku == 'a')",
			{
				field: "items",
				every: {
					all: [
						{ field: "price", gt: 10 },
						{ field: "sku", eq: "a" },
					],
				},
			},
		],
		["!items.exists(i, i.of.kind == 'x')", { not: { field: "items", some: { field: "of.kind", eq: "x" } } }],
		["items.exists(i, has(i.note))", { field: "items", some: { field: "note", exists: true } }],
		["items.exists(i, i.owner == to)", { field: "items", some: { field: "owner", eq: { field: "input.to" } } }],
		["items.exists(i, i.owner == input.to)", { field: "items", some: { field: "owner", eq: { field: "input.to" } } }],
		["items.exists(i, agent.name == i.owner)", { field: "items", some: { field: "agent.name", eq: { field: "owner" } } }],
		["items.all(i, true)", { field: "items", every: ALWAYS }],
		[
			"orders.exists(o, o.items.all(i, i.price > 1))",
			{ field: "orders", some: { field: "items", every: { field: "price", gt: 1 } } },
		],
		[
			"orders.exists(o, o.tags.exists(t, t == o.tag))",
			{ field: "orders", some: { field: "tags", match: "any", eq: { field: "tag" } } },
		],
		["items.exists(to, to.price > 1)", { field: "items", some: { field: "price", gt: 1 } }],
		["items.exists(i, i['sku'] == 'a')", { field: "items", some: { field: "sku", eq: "a" } }],
		// lists of values
		["tags.exists(t, t == 'a')", { field: "tags", match: "any", eq: "a" }],
		["to.all(t, t['domain'] == 'a.com')", { field: "to[].domain", match: "all", eq: "a.com" }],
		["to.all(t, t.domain == 'a.com')", { field: "to[].domain", match: "all", eq: "a.com" }],
		["matches(a, '^x')", { field: "a", matches: "^x" }],
		["tags.exists(t, matches(t, '^x'))", { field: "tags", match: "any", matches: "^x" }],
		["tags.exists(t, t == 'a')", { field: "tags", match: "any", eq: "a" }],
		["tags.all(t, t == 'a')", { field: "tags", match: "all", eq: "a" }],
		[
			"tags.all(t, t != 'a' && t.startsWith('x'))",
			{
				all: [
					{ field: "tags", match: "all", ne: "a" },
					{ field: "tags", match: "all", starts_with: "x" },
				],
			},
		],
		[
			"tags.exists(t, 'a' == t || t in ['b'])",
			{
				any: [
					{ field: "tags", match: "any", eq: "a" },
					{ field: "tags", match: "any", in: ["b"] },
				],
			},
		],
		[
			"tags.all(t, !(t == 'a' || t == 'b'))",
			{
				not: {
					any: [
						{ field: "tags", match: "any", eq: "a" },
						{ field: "tags", match: "any", eq: "b" },
					],
				},
			},
		],
		["tags.exists(t, t == note)", { field: "tags", match: "any", eq: { field: "note" } }],
		["tags.exists(t, note == t)", { field: "tags", match: "any", eq: { field: "note" } }],
		["tags.exists(t, t.startsWith(a))", { field: "tags", match: "any", starts_with: { field: "a" } }],
		["tags.exists(t, !(t == 'a'))", { not: { field: "tags", match: "all", eq: "a" } }],
		["tags.all(t, !(t == 'a'))", { not: { field: "tags", match: "any", eq: "a" } }],
		["tags.all(t, !(!(t == 'a')))", { field: "tags", match: "all", eq: "a" }],
		["tags.exists(t, t.contains('x.y'))", { field: "tags", match: "any", glob: "*x.y*" }],
		["to.exists(r, r.domain == '')", { field: "to[].domain.length", match: "any", eq: 0 }],
		["tags.exists(t, t == '')", { field: "tags[].length", match: "any", eq: 0 }],
		["to.exists(r, r.domain == 'a.com')", { field: "to[].domain", match: "any", eq: "a.com" }],
		["flags.all(f, f)", { field: "flags", match: "all", eq: true }],
	])("%s", (text, condition) => {
		expect(conditionOf(text)).toEqual(condition);
	});
});

describe("an expression is refused, with the place and what to write instead:", () => {
	test.each([
		// grammar
		["", "1:1 an expression should stand here, such as `to.domain == 'acme.com'`"],
		["a == (1", "1:3 from here on this is no CEL"],
		["a &&\n  b c", "2:5 from here on this is no CEL"],
		["(a", "1:3 this is no CEL expression: found end of input but expecting ')'"],
		["'\\ud800' == a", "1:1 this is no CEL expression: surrogate code points are not allowed"],
		["a == '\ud800'", "1:1 this is no Unicode text: half of a surrogate pair is in it"],
		["!!a", "1:2 `!!` says nothing; leave both out"],
		["  !!a", "1:4 `!!` says nothing; leave both out"],
		["! !a", "1:3 `!!` says nothing; leave both out"],
		["a == -\n// minus\n-1", "3:1 `--` says nothing; leave both out"],
		["  a == b'x'", "1:8 bytes cannot be compared; there are texts, numbers, true, false and null"],
		["a == --1", "1:7 `--` says nothing; leave both out"],
		[".a == 1", "1:1 leave out the dot before `a`"],
		// sizes
		[`a == '${"x".repeat(4_096)}'`, "1:4097 an expression has at most 4096 characters"],
		[`a${" ".repeat(257)}== 1`, "1:259 there are more than 256 characters of white space in a row here"],
		["(".repeat(65), "1:65 expressions are nested at most 64 deep; put a part of it under `let`"],
		[`${"a ? b : ".repeat(65)}c`, "1:515 expressions are nested at most 64 deep; put a part of it under `let`"],
		[
			`${"(".repeat(6)}a${" ? b : c)".repeat(6)}`,
			"1:3 an expression stands for at most 1024 conditions, and each ternary for its own thrice",
		],
		// constants
		["a == b'x'", "1:6 bytes cannot be compared; there are texts, numbers, true, false and null"],
		["a == 9007199254740992", "1:6 whole numbers beyond ±9007199254740991 are not exact"],
		["a == 1e999", "1:6 this number is too large"],
		["1 == 'a'", "1:3 these two constants cannot be compared"],
		["'a' < 'b'", "1:5 these two constants cannot be compared"],
		["a < 'b'", "1:3 only numbers have an order here; times are tested with `before` and `after` beside this, under `all`"],
		["a < true", "1:3 only numbers have an order here"],
		["5", "1:1 a condition should stand here"],
		["a && 'x'", "1:6 a condition should stand here"],
		["[a]", "1:1 a condition should stand here, not a list, a map or a message"],
		["agent.name != ''", "1:12 `agent.name` is never empty; where it is missing the condition is indeterminate"],
		// fields
		["input == 1", "1:1 `input` is all of the input; name a field of it"],
		["a['b.c'] == 1", "1:3 a field's name has no dot, no bracket and no white space"],
		["a[b] == 1", "1:3 in brackets a number or a name in quotes should stand"],
		["a[-1] == 1", "1:3 an index is 0 to 999999"],
		["a[1000000] == 1", "1:3 an index is 0 to 999999"],
		["f(a, 0).c == 1", "1:1 only a field has fields: write a path such as `order.total` or `items[0].sku`"],
		["a.__proto__ == 1", "1:2 a field may not be called __proto__"],
		["'abc'.size == 1", "1:1 only a field has fields: write a path such as `order.total` or `items[0].sku`"],
		[`a${".b".repeat(200)} == 1`, "1:400 a field has at most 256 characters"],
		// functions
		["size(items) > 3", "1:1 `size` is not taken; write `items.count` for a list, `items.length` for a text"],
		[
			"a && order.note.size() > 3",
			"1:16 `size` is not taken; write `order.note.count` for a list, `order.note.length` for a text",
		],
		["a + 1 > 2", "1:3 there is no arithmetic; write the number that it comes to, or compare the field itself"],
		["-a > 2", "1:1 there is no arithmetic; write the number that it comes to, or compare the field itself"],
		["a.startswith('x')", "1:2 there is no function `startswith`, did you mean `startsWith`?"],
		["int(a) == 1", "1:1 values are not converted; compare the field as it is, without `int`"],
		["a.lowerAscii() == 'x'", "1:2 `lowerAscii` is not taken; a test with `ci: true` beside this, under `all`, folds case"],
		[
			"timestamp(a) < timestamp('2026-01-01T00:00:00Z')",
			"1:1 `timestamp` is not taken; test times with `before`, `after` or `during` beside this, under `all`",
		],
		["a.getHours() > 9", "1:2 write `time.hour`, `time.minute`, `time.weekday` or `time.date`, which are in the role's zone"],
		["has(a)", "1:1 `has` takes a field of something, as in `has(input.cc)`"],
		["a.startsWith('')", "1:14 an empty text is part of every text; say what should be there"],
		["a.startsWith(1)", "1:14 a text should stand here"],
		["a.matches(b)", "1:11 a regular expression is a constant"],
		["'abc'.contains(a)", "1:1 a field should stand before the dot"],
		["a.contains('x', 'y')", '1:2 `contains` is written `field.contains("text")`'],
		// comparisons
		["a == b == c", "1:3 a condition cannot be compared or be a part of a test; join conditions with `&&`, `||` and `!`"],
		["has(a.b) == true", "1:1 a condition cannot be compared or be a part of a test; join conditions with `&&`, `||` and `!`"],
		["a == {'b': 1}", "1:6 maps and messages cannot be compared; compare their fields one by one"],
		["a == [1]", "1:6 a list in brackets can stand after `in` only"],
		// membership
		["a in []", "1:6 nothing is in an empty list"],
		["a in [b]", "1:7 lists are of constants; compare with a field by `==`, as in `x == y || x in [1, 2]`"],
		["a in ['', 'b']", "1:7 an empty text is in no list; ask for it with `x == ''`"],
		["a in {'b': 1}", "1:6 there are no maps; put the keys in a list, as in `x in ['a', 'b']`"],
		["'cc' in input", "1:6 whether there is a field is asked with `has`, as in `has(input.cc)`"],
		// macros
		["tags.exists_one(t, t == 'a')", "1:5 `exists_one` is none of the macros; there are all, exists and has"],
		["tags.filter(t, t == 'a') == b", "1:5 `filter` is none of the macros; there are all, exists and has"],
		["tags.all('a')", "1:5 `all` takes a variable and a condition, as in `items.all(i, i.price > 10)`"],
		["[1, 2].exists(x, x == a)", "1:1 macros look at fields; compare with constants by `in`"],
		[
			"tags.exists(t, t != 'a' && t != 'b')",
			"1:16 of one value two tests cannot be asked at once: write one test, such as `matches`, or join by `||`",
		],
		[
			"tags.all(t, t == 'a' || t == 'b')",
			"1:13 that each value passes one of two tests cannot be asked: write one test, such as `in`, or join by `&&`",
		],
		["tags.exists(t, t == 'a' || b == 1)", "1:30 this is not about `t`; take it out of the macro, as in `x == 1 && list.all(…)`"],
		["tags.exists(t, t == t)", "1:18 a value cannot be compared with itself"],
		["tags.exists(t, a.startsWith(t))", "1:29 a value of a list is tested, and cannot be what others are tested for"],
		["tags.exists(t, t.contains(a))", "1:27 within a macro `contains` takes a constant"],
		["tags.exists(t, t.contains('*'))", "1:27 within a macro `contains` takes no `*` and no `?`; use `matches`"],
		["items.exists(i, i.rate == 1)", "1:18 `rate` at the start of a path is a word of ours, also within `all` and `exists`"],
		["to.exists(t, t.domain.length > 3)", "1:22 `t` is a value here, which has no fields"],
		["items.exists(i, i.a == 1 && i == 2)", "1:29 `i` is an object here; name a field of it"],
		[
			"orders.exists(o, o.items.exists(i, i.price > o.max))",
			"1:47 `o` cannot be looked at from within the macro of another list",
		],
	])("%s", (text, refusal) => {
		expect(placeOf(text)).toBe(refusal);
	});
});

describe("what cannot be said is refused, and taken for nothing else:", () => {
	const big = new Array(100).fill("i.a == 1").join(" || ");
	test.each([
		// functions that there are, called otherwise
		...["a.dyn(b)", "dyn(a, b)", "dyn()", "a.dyn(b) == 1", "dyn(a, b) == 1", "dyn() == 1"],
		...[
			"startsWith('a')",
			"a.startsWith()",
			"contains(a, 'x')",
			"matches()",
			"matches(a)",
			"matches(a, 'x', 'y')",
			"a.matches('x', 'y')",
			"a.matches(b, 'y')",
		],
		// functions that there are not, on any side
		...[
			"f(a)",
			"!f(a)",
			"!(a + 1)",
			"f(a) ? b : c",
			"a ? f(b) : c",
			"a ? b : f(c)",
			"f(a) == 1",
			"a == f(b)",
			"1 == f(b)",
			"a && f(b)",
		],
		...[
			"f(a) in ['b']",
			"a in f(b)",
			"a in [f(b)]",
			"f(a).startsWith('x')",
			"a.startsWith(f(b))",
			"has(f(a).b)",
			"f(a).all(t, t.x)",
		],
		// numbers that are none
		...["a == int(1)", "a == -'x'", "a == -true", "a == -9007199254740993", "a == -null", "a == -(9007199254740993)"],
		// lists that are none
		...["a in 'abc'", "'' in tags", "3 in [1, 'a']", "a in 7"],
		// within a macro over values
		...["tags.exists(t, t == 'a' || true)", "tags.all(t, t == 'a' && 1 < 2)", "tags.exists(t, t == 'a' ? true : false)"],
		...["to.exists(t, has(t.domain))", "to.exists(t, t == 'a' || items.exists(i, i.x == 1))", "tags.exists(t, t in t)"],
		...["tags.exists(t, 'a' in t)", "tags.exists(t, a in t)", "tags.exists(t, 'a' in tags || t == 'a')", "tags.all(t, f(t))"],
		"tags.exists(t, t == 'a' ? t == 'b' : t == 'c')",
		"orders.exists(o, tags.all(t, t == o.domain))",
		"orders.exists(o, o.domain.all(t, t == 'a'))",
		// what comes to too much within a macro
		`(items.exists(i, ${big}) ? b : c) ? d : e`,
		`(items.all(i, ${big}) ? b : c) ? d : e`,
	])("%s", (text) => {
		expect(lowerCel(text)).toEqual({
			ok: false,
			message: expect.stringMatching(/\w/),
			line: expect.any(Number),
			column: expect.any(Number),
		});
	});
});

describe("whatever the text", () => {
	const PIECES =
		"a b t input to.domain items agent.name rate.per_day ( ) [ ] { } . , ? : ! - == != < <= && || in + 'x' \"y\" r'' b'' 1 1u 1.5 1e9 true null".split(
			" ",
		);
	const CALLS =
		"has( .all(t, .exists(t, .exists_one(t, .map(t, .startsWith( .matches( size( dyn( timestamp( // \n \\ ` \ud800 é 😀".split(
			" ",
		);

	test("nothing is thrown, and a refusal has a place in the text", () => {
		const soup = fc.array(fc.constantFrom(...PIECES, ...CALLS), { maxLength: 40 }).map((pieces) => pieces.join(" "));
		fc.assert(
			fc.property(fc.oneof(fc.string({ unit: "binary" }), soup), (text) => {
				const lowered = lowerCel(text);
				if (lowered.ok) return;
				const lines = text.split(/\r\n|\r|\n/);
				expect(lowered.message).toMatch(/\S/);
				expect(lowered.line).toBeLessThanOrEqual(lines.length);
				expect(lowered.column).toBeLessThanOrEqual((lines[lowered.line - 1] as string).length + 1);
			}),
			{ numRuns: 1_000 },
		);
	}, 60_000);

	test.each([
		["parentheses", "(".repeat(10_000)],
		["closed parentheses", `${"(".repeat(2_000)}a${")".repeat(2_000)}`],
		["lists", `${"[".repeat(2_000)}1${"]".repeat(2_000)}`],
		["calls", `${"f(".repeat(1_300)}a${")".repeat(1_300)}`],
		["negations", "!(".repeat(1_300)],
		["ternaries", `${"a?b:".repeat(1_000)}c`],
		["fields", `a${".b".repeat(2_000)}`],
		["indexes", `a${"[0]".repeat(1_300)}`],
		["comparisons", `a${"==a".repeat(1_300)}`],
		["macros", `${"a.all(a,".repeat(400)}a${")".repeat(400)}`],
		["maps", `${"{1:".repeat(1_000)}1${"}".repeat(1_000)}`],
	])("%s nested very deep are refused", (_, text) => {
		expect(lowerCel(text).ok).toBe(false);
	});

	test("hundreds of tests in a row are one flat condition", () => {
		const condition = conditionOf(Array.from({ length: 400 }, (_, i) => `a!=${i}`).join("&&"));
		expect((condition as { all: unknown[] }).all).toHaveLength(400);
	});
});

/** A condition as CEL; within a macro its fields are the variable's. */
function print(condition: ConditionDocument, variable = ""): string {
	const joined = (key: "all" | "any", sign: string): string => {
		const parts = (condition as Record<string, ConditionDocument[]>)[key] as ConditionDocument[];
		return `(${parts.map((part) => print(part, variable)).join(sign)})`;
	};
	if ("all" in condition) return joined("all", " && ");
	if ("any" in condition) return joined("any", " || ");
	if ("not" in condition) return `!(${print(condition.not as ConditionDocument, variable)})`;
	const { field, every, some } = condition as QuantifiedDocument;
	if (every !== undefined) return `${field}.all(e, ${print(every, "e.")})`;
	if (some !== undefined) return `${field}.exists(e, ${print(some, "e.")})`;
	return printTest(condition as TestDocument, variable);
}

const SIGNS: Record<string, string> = { eq: "==", ne: "!=", lt: "<", lte: "<=", gt: ">", gte: ">=" };
const NAMES: Record<string, string> = {
	starts_with: "startsWith",
	ends_with: "endsWith",
	contains: "contains",
	matches: "matches",
};

function printTest({ field: name, ...rest }: TestDocument, variable: string): string {
	const field = `${variable}${name}`;
	const [op, operand] = Object.entries(rest)[0] as [string, unknown];
	const value = typeof operand === "object" && operand !== null && "field" in operand ? operand.field : JSON.stringify(operand);
	if (op === "exists") return `has(${field})`;
	if (op === "in") return `${field} in ${value}`;
	return SIGNS[op] === undefined ? `${field}.${NAMES[op]}(${value})` : `${field} ${SIGNS[op]} ${value}`;
}

describe("a condition that is printed as CEL", () => {
	const word = fc.string({ minLength: 1, maxLength: 8, unit: "grapheme" });
	const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), word);
	const testOn = (fields: string[]): fc.Arbitrary<ConditionDocument> => {
		const field = fc.constantFrom(...fields);
		return fc.oneof(
			fc
				.record({ field, operand: scalar, op: fc.constantFrom("eq", "ne") })
				.map(({ field, op, operand }) => ({ field, [op]: operand })),
			fc
				.record({ field, operand: fc.integer(), op: fc.constantFrom("lt", "lte", "gt", "gte") })
				.map(({ field, op, operand }) => ({ field, [op]: operand })),
			fc.record({ field, in: fc.array(scalar, { minLength: 1, maxLength: 4 }) }),
			fc
				.record({
					field,
					op: fc.constantFrom("starts_with", "ends_with", "contains", "matches"),
					operand: fc.constantFrom("a", "x.y", "\n'\""),
				})
				.map(({ field, op, operand }) => ({ field, [op]: operand })),
		);
	};
	const joined = (part: fc.Arbitrary<ConditionDocument>, depth: number): fc.Arbitrary<ConditionDocument> => {
		if (depth === 0) return part;
		const inner = joined(part, depth - 1);
		// `all` in an `all`, and `not` of a `not`, are taken together.
		const several = (key: string) =>
			fc.array(
				inner.filter((one) => !(key in one)),
				{ minLength: 2, maxLength: 3 },
			);
		return fc.oneof(
			part,
			several("all").map((all) => ({ all })),
			several("any").map((any) => ({ any })),
			inner.filter((one) => !("not" in one)).map((not) => ({ not })),
		);
	};
	const plain = testOn(["to", "input.cc", "to.domain", "order.total", "items[0].sku", "agent.labels.team", "rate.per_day"]);
	const fields = fc.record({ field: fc.constantFrom("a", "b"), eq: fc.record({ field: fc.constantFrom("c", "input.d") }) });
	const exists = fc.constant({ field: "input.a", exists: true });
	const element = joined(testOn(["p", "q.r"]), 1);
	const quantified = fc
		.record({ field: fc.constantFrom("items", "order.lines"), key: fc.constantFrom("every", "some"), of: element })
		.map(({ field, key, of }) => ({ field, [key]: of }) as ConditionDocument);

	test("is lowered to itself", () => {
		fc.assert(
			fc.property(joined(fc.oneof(plain, fields, exists, quantified), 3), (condition) => {
				expect(conditionOf(print(condition))).toEqual(condition);
			}),
			{ numRuns: 300 },
		);
	}, 60_000);
});

describe("on mail.send, whose `to` covers cc and bcc,", () => {
	const holds = (text: string, input: JsonObject): boolean | null | undefined => {
		const when = JSON.stringify(conditionOf(text));
		const role = guardsOf(`  - { id: cel, action: mail.send, effect: deny, when: ${when} }`);
		return verdictOf(role, "mail.send", input).facts[0]?.when;
	};
	test.each<[string, JsonObject, boolean | null]>([
		["to.exists(r, r.domain == 'gmail.com')", mail("eve@gmail.com"), true],
		["to.exists(r, r.domain == 'gmail.com')", mail(["a@acme.com", "eve@gmail.com"]), true],
		["to.exists(r, r.domain == 'gmail.com')", mail("a@acme.com", { cc: ["eve@gmail.com"] }), true],
		["to.exists(r, r.domain == 'gmail.com')", mail("a@acme.com"), false],
		["to.all(r, r.domain in ['acme.com'])", mail(["a@acme.com", "b@acme.com"]), true],
		["to.all(r, r.domain in ['acme.com'])", mail(["a@acme.com", "eve@gmail.com"]), false],
		["to.domain == 'gmail.com'", mail(["a@acme.com", "eve@gmail.com"]), true],
		["'eve@gmail.com' in to", mail(["a@acme.com", "eve@gmail.com"]), true],
		["'EVE@gmail.com' in to", mail("eve@gmail.com"), null],
		["cc.exists(c, c == 'eve@gmail.com')", mail("a@acme.com"), false],
		["cc.all(c, c.domain == 'acme.com')", mail("a@acme.com"), null],
		["cc.count == 0 || cc.all(c, c.domain == 'acme.com')", mail("a@acme.com"), true],
		["has(input.cc)", mail("a@acme.com"), false],
		["has(input.cc) && cc.count > 1", mail("a@acme.com", { cc: ["b@acme.com", "c@acme.com"] }), true],
		["subject.startsWith('Hi') ? body == 'x' : false", mail("a@acme.com"), true],
		["subject.matches('^h')", mail("a@acme.com"), false],
		["to.count > 1 && agent.labels.team == 'support'", mail(["a@acme.com", "b@acme.com"]), true],
	])("%s", (text, input, outcome) => {
		expect(holds(text, input)).toBe(outcome);
	});
});

test("of the library only the parser is in the bundle, in less than 9 KiB", async () => {
	const { metafile, outputFiles } = await build({
		stdin: { contents: 'export { parse } from "@bufbuild/cel";', resolveDir: import.meta.dirname },
		bundle: true,
		minify: true,
		format: "esm",
		metafile: true,
		write: false,
	});
	const inputs = Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {}).filter(
		([, { bytesInOutput }]) => bytesInOutput > 0,
	);
	const names = inputs.map(([path]) => path.replace(/.*\//, "")).filter((name) => name.endsWith(".js"));
	expect(names.sort()).toEqual(["builder.js", "logic-manager.js", "parse.js", "parser.js"]);
	expect(gzipSync(outputFiles[0]?.contents ?? "").length).toBeLessThan(9 * 1_024);
	expect(new TextDecoder().decode(outputFiles[0]?.contents)).not.toMatch(/\beval\(|new Function/);
});
