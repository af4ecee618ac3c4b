/** What an action's schema says of a field, by whatever form it says it, decides how the field is read. */
import { describe, expect, test } from "vitest";
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import { canonicalInput } from "../../src/policy/canonical-input.ts";
import { compileRole } from "../../src/policy/compile-role.ts";
import type { CompiledInputField, CompiledTest } from "../../src/policy/compiled-role.ts";
import { loadRole } from "../../src/policy/load-role.ts";
import { parseRoleSource } from "../../src/policy/parse-role.ts";
import { guardsOf, roleText, uncheckedVerdictOf, verdictOf } from "./support.ts";

const ADDRESS: JsonObject = { type: "string", format: "email" };
const REF: JsonObject = { $ref: "#/$defs/address" };
const definition: ActionDefinition = {
	name: "crm.put",
	description: "Put.",
	connector: "crm",
	human_names: {},
	covers: {},
	defaults: {},
	time_limit_ms: 1_000,
	logged: [],
	input_schema: {
		type: "object",
		$defs: {
			address: ADDRESS,
			"a/b": ADDRESS,
			"c d": ADDRESS,
			"e~1f": ADDRESS,
			"100%": ADDRESS,
			loop: { anyOf: [{ $ref: "#/$defs/loop" }] },
			tree: { type: "object", properties: { owner: REF, next: { $ref: "#/$defs/tree" } }, additionalProperties: false },
		},
		properties: {
			ref: REF,
			slash: { $ref: "#/$defs/a~1b" },
			blank: { $ref: "#/$defs/c%20d" },
			all: { allOf: [{ type: "string" }, { format: "email" }] },
			maybe: { anyOf: [REF, { type: "null" }] },
			counted: { oneOf: [{ type: "number" }, ADDRESS] },
			never: { anyOf: [false, REF] },
			either: { anyOf: [REF, { type: "string" }] },
			several: { type: "array", items: { anyOf: [REF, { type: "string" }] } },
			elsewhere: { $ref: "https://schemas.example/address" },
			nowhere: { $ref: "#/$defs/nothing" },
			loop: { $ref: "#/$defs/loop" },
			pair: { type: "array", prefixItems: [{ type: "string" }, ADDRESS] },
			patterned: { type: "object", patternProperties: { "^x": ADDRESS }, additionalProperties: false },
			rest: { type: "object", additionalProperties: ADDRESS },
			closed: { type: "object", properties: { a: { type: "string" } }, additionalProperties: false },
			open: { type: "object", properties: { a: { type: "string" } }, additionalProperties: true },
			deep: { type: "object", properties: { b: { type: "object", properties: { list: { type: "array" } } } } },
			narrow: { type: ["string", "number"], allOf: [{ type: "string" }] },
			whole: { type: "integer" },
			listed: { enum: ["a", 1, null] },
			constant: { const: "a" },
			tilde: { $ref: "#/$defs/e~01f" },
			percent: { $ref: "#/$defs/100%" },
			self: { $ref: "#" },
			again: { $recursiveRef: "#" },
			tree: { $ref: "#/$defs/tree" },
			inherited: { $ref: "#/$defs/toString" },
			through: { $ref: "#/$defs/address/type/length" },
			cases: {
				type: "object",
				properties: { a: { type: "string" } },
				if: { properties: { a: { const: "x" } } },
				// biome-ignore lint/suspicious/noThenProperty: this is JSON Schema's own word
				then: { properties: { yes: ADDRESS } },
				else: { properties: { no: ADDRESS } },
				dependentSchemas: { a: { properties: { hence: ADDRESS } } },
			},
			left: { type: "object", unevaluatedProperties: ADDRESS },
			leftOpen: { type: "object", properties: { a: { type: "string" } }, unevaluatedProperties: true },
			bare: { type: "object", additionalProperties: false },
			both: { type: "object", properties: { x1: { maxLength: 9 } }, patternProperties: { "^x": ADDRESS } },
			numbers: { type: "array", items: { type: "integer" } },
			mixed: { type: ["array", "string"], items: { type: "number" } },
			anything: { type: "array" },
			texts: { anyOf: [ADDRESS, { type: "array", items: { type: "string" } }] },
			addresses: { anyOf: [ADDRESS, { type: "array", items: ADDRESS }] },
			people: { type: ["array", "string"], items: ADDRESS },
			tuple: { type: "array", items: [{ type: "string" }, ADDRESS] },
			more: { type: "array", prefixItems: [{ type: "number" }], unevaluatedItems: ADDRESS },
			rows: { type: "array", additionalItems: ADDRESS },
			nothingElse: { oneOf: [{ type: "number" }, { type: "null" }] },
			noText: { anyOf: [false] },
			twoTypes: { allOf: [{ type: ["string", "number"] }, { type: ["number", "null"] }] },
			oneType: { allOf: [{}, { type: "number" }] },
			anyType: { anyOf: [{}, { type: "number" }] },
			flags: { enum: [true, { a: 1 }] },
			chosen: { enum: [["a"], ["a", "b"]] },
			nullish: { const: null },
			untyped: { properties: { domain: { type: "string" } } },
			sorted: { type: "object", patternProperties: { "^x": { type: "string" } }, additionalProperties: { type: "number" } },
			wrapped: { allOf: [{ type: "object" }] },
			formatOnly: { format: "email" },
			free: true,
			wholes: { type: ["integer", "null"] },
			odd: { $ref: "x/$defs/address" },
		},
		additionalProperties: false,
	},
};

function compiled(when: string, more = "") {
	const parsed = parseRoleSource(roleText(`  - { id: g, action: crm.put, when: ${when} }\n${more}`), { format: "yaml" });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const [role] = parsed.documents;
	if (role === undefined) throw new Error("no document");
	const result = compileRole(role.document, 1, [definition], role.position);
	return result.ok ? (result.compiled.guards[0]?.when as CompiledTest) : result.problems.map(({ code }) => code);
}

describe("an address", () => {
	test.each([
		"ref",
		"slash",
		"blank",
		"tilde",
		"percent",
		"self.ref",
		"again.ref",
		"tree.owner",
		"tree.next.next.owner",
		"cases.yes",
		"cases.no",
		"cases.hence",
		"left.any",
		"'pair[1]'",
		"'tuple[1]'",
		"'more[1]'",
		"rows",
		"both.x1",
		"both.x2",
		"addresses",
		"all",
		"maybe",
		"counted",
		"never",
		"patterned.x1",
		"rest.any",
	])("stands at %s", (field) => {
		expect(compiled(`{ field: ${field}, eq: A@ACME.com }`)).toMatchObject({ operand: "A@acme.com", field: { reads: "email" } });
		expect(compiled(`{ field: ${field}, eq: acme }`)).toEqual(["not_an_address"]);
	});

	test.each(["texts", "people"])("may stand at %s, and so may other texts", (field) => {
		const test = compiled(`{ field: ${field}, eq: A@ACME.com }`) as CompiledTest;
		expect([field, test.operand, (test.field as CompiledInputField).reads]).toEqual([field, "A@acme.com", undefined]);
		expect(compiled(`{ field: ${field}, eq: acme }`)).toMatchObject({ operand: "acme" });
	});

	test.each(["elsewhere", "odd", "nowhere", "inherited", "through", "loop", "'pair[0]'", "open.b", "leftOpen.b", "anything"])(
		"does not stand at %s",
		(field) => {
			const test = compiled(`{ field: ${field}, eq: A@ACME.com }`) as CompiledTest;
			expect([test.operand, "reads" in test.field]).toEqual(["A@ACME.com", false]);
		},
	);

	describe("that may stand beside any text is compared in the form that the input has it in", () => {
		const whens = [
			"{ field: either, eq: Boss@ACME.com }",
			"{ field: either, in: [x, Boss@ACME.com] }",
			"{ field: either, in: { list: people } }",
			"{ field: either, eq: Boss@ACME.com, ci: true }",
			"{ field: 'several[]', in: { list: people } }",
			`{ cel: 'either == "Boss@ACME.com"' }`,
			`{ not: { field: either, ne: Boss@ACME.com } }`,
			"{ field: several, eq: Boss@ACME.com }",
			"{ field: several, contains: Boss@ACME.com }",
			"{ field: several, contains_any: { list: people } }",
		];
		const value = (when: string, text: string): JsonObject =>
			when.includes("several") ? { several: ["x", text] } : { either: text };
		test.each(whens)("%s", (when) => {
			const guard = `  - { id: g, action: crm.put, when: ${when}, effect: deny, otherwise: allow }\nlists: { people: [y, Boss@ACME.com] }\n`;
			const role = guardsOf(guard, [definition]);
			for (const text of ["Boss@acme.com", "Boss@ACME.com", "Boss@Acme.Com"])
				expect([text, verdictOf(role, "crm.put", value(when, text)).verdict]).toEqual([text, "deny"]);
			for (const text of ["Boss@acme.org", "Boss"])
				expect([text, verdictOf(role, "crm.put", value(when, text)).verdict]).toEqual([text, "allow"]);
		});

		const parts = [
			["ends_with: '@ACME.com'", "ends_with: '@acme.com'"],
			["starts_with: 'boss@ACME'", "starts_with: boss@acme"],
			["contains: '@Acme'", "contains: '@acme'"],
			["contains_any: [x@y, '@ACME.com']", "contains_any: [x@y, '@acme.com']"],
			["contains_any: { list: people }", "contains_any: { list: domains }"],
			["glob: '*@ACME.com'", "glob: '*@acme.com'"],
			["matches: '@ACME\\.com$'", "matches: '@acme\\.com$'"],
			["matches: '@[A-Z]+\\.com$'", "matches: '^(?P<L>\\pL+)@\\S+$'"],
		];
		const lists = "lists: { people: [x@y, '@ACME.com'], domains: [x@y, '@acme.com'] }\n";
		const guard = (test: string) =>
			`  - { id: g, action: crm.put, when: { field: either, ${test} }, effect: deny, otherwise: allow }\n${lists}`;
		test.each(parts)("so a part with capitals, %s, is refused, and %s or folding case finds it", (capitals, lower) => {
			expect(compiled(`{ field: either, ${capitals} }`, lists)).toEqual(["capital_letters"]);
			for (const one of [lower, `${capitals}, ci: true`]) {
				const role = guardsOf(guard(one as string), [definition]);
				for (const text of ["boss@acme.com", "boss@ACME.com"])
					expect([one, text, verdictOf(role, "crm.put", { either: text }).verdict]).toEqual([one, text, "deny"]);
				const other = one?.includes("pL") ? "boss" : "boss@b.org";
				expect([one, verdictOf(role, "crm.put", { either: other }).verdict]).toEqual([one, "allow"]);
			}
		});

		test.each([
			`{ cel: 'either.endsWith("@ACME.com")' }`,
			`{ cel: 'either.matches("@ACME")' }`,
			`{ not: { field: either, contains: ACME } }`,
			"{ any: [{ field: either, glob: '*@ACME.com' }] }",
			"{ field: 'several[]', ends_with: '@ACME.com' }",
			"{ field: 'several[]', match: any, starts_with: [boss, BOSS] }",
		])("also by %s", (when) => {
			expect(compiled(when)).toEqual(["capital_letters"]);
		});

		test("and a list in which capitals turn up later is compared with nothing", () => {
			const parsed = parseRoleSource(roleText(guard("contains_any: { list: domains }")), { format: "yaml" });
			const document = parsed.ok ? parsed.documents[0]?.document : undefined;
			if (document === undefined) throw new Error("no document");
			const result = compileRole(document, 1, [definition]);
			if (!result.ok) throw new Error("not compiled");
			const role = loadRole({ ...result.compiled, lists: { domains: ["@ACME.com"] } });
			expect(verdictOf(role, "crm.put", { either: "boss@b.org" })).toMatchObject({
				verdict: "deny",
				reason_code: "guard_indeterminate",
			});
		});

		test("and what is no address as it is written", () => {
			expect(compiled("{ field: either, eq: Some TEXT }")).toMatchObject({ operand: "Some TEXT" });
			expect(compiled("{ field: open.b, eq: A@ACME.com }")).toMatchObject({ operand: "A@ACME.com" });
		});
	});

	test("is written in one form wherever it stands, and nothing else is", () => {
		const input = {
			ref: "A@ACME.com",
			maybe: "A@ACME.com",
			counted: "A@ACME.com",
			open: { b: "A@ACME.com" },
			rest: { any: "A@ACME.com" },
		};
		expect(canonicalInput(definition, input)).toEqual({
			ok: true,
			input: {
				ref: "A@acme.com",
				maybe: "A@acme.com",
				counted: "A@acme.com",
				open: { b: "A@ACME.com" },
				rest: { any: "A@acme.com" },
			},
		});
		for (const field of ["ref", "slash", "blank", "all", "maybe", "counted"])
			expect(canonicalInput(definition, { [field]: "Jo <a@acme.com>" }).ok).toBe(false);
	});
});

describe("a condition", () => {
	test.each([
		["{ field: narrow, lte: 3 }", "wrong_type"],
		["{ field: narrow, eq: 3 }", "operand_type"],
		["{ field: whole, starts_with: a }", "wrong_type"],
		["{ field: whole, eq: a }", "operand_type"],
		["{ field: constant, lte: 1 }", "wrong_type"],
		["{ field: listed, eq: true }", "operand_type"],
		["{ field: closed.b, eq: a }", "unknown_field"],
		["{ field: patterned.y1, eq: a }", "unknown_field"],
		["{ field: 'closed[]', eq: a }", "unknown_field"],
		["{ field: whole.a, eq: a }", "unknown_field"],
		["{ field: bare.a, eq: a }", "unknown_field"],
		["{ field: tree.other, eq: a }", "unknown_field"],
		["{ field: elsewhere.a, eq: a }", "unknown_field"],
		["{ field: 'ref[0]', eq: a@b.cc }", "unknown_field"],
		["{ field: numbers, eq: a }", "operand_type"],
		["{ field: 'numbers[]', eq: a }", "operand_type"],
		["{ field: numbers, starts_with: a }", "wrong_type"],
		["{ field: mixed, eq: true }", "operand_type"],
		["{ field: nothingElse, eq: a }", "operand_type"],
		["{ field: nothingElse, eq: a@b.cc }", "operand_type"],
		["{ field: twoTypes, eq: a }", "operand_type"],
		["{ field: twoTypes, eq: null }", "operand_type"],
		["{ field: oneType, eq: a }", "operand_type"],
		["{ field: flags, eq: a }", "operand_type"],
		["{ field: flags, lte: 1 }", "wrong_type"],
		["{ field: nullish, eq: a }", "operand_type"],
		["{ field: pair, eq: true }", "operand_type"],
		["{ field: 'pair[]', eq: true }", "operand_type"],
		["{ field: sorted.x1, lte: 3 }", "wrong_type"],
		["{ field: sorted.y1, eq: a }", "operand_type"],
		["{ field: ref.count, lte: 1 }", "unknown_field"],
		["{ field: whole.length, lte: 1 }", "unknown_field"],
		["{ field: numbers.length, lte: 1 }", "unknown_field"],
	])("%s is refused: %s", (when, code) => {
		expect(compiled(when)).toEqual([code]);
	});

	test.each([
		"{ field: narrow, eq: a }",
		"{ field: whole, lte: 3 }",
		"{ field: listed, eq: 1 }",
		"{ field: listed, eq: null }",
		"{ field: listed, lte: 3 }",
		"{ field: constant, eq: b }",
		"{ field: open.b, lte: 3 }",
		"{ field: open.b.c, eq: a }",
		"{ field: elsewhere, lte: 3 }",
		"{ field: 'pair[1]', exists: true }",
		"{ field: sorted.x1, eq: a }",
		"{ field: sorted.y1, lte: 3 }",
		"{ field: wholes, lte: 3 }",
		"{ field: free.a, eq: x }",
		"{ field: wrapped.b, eq: a }",
		"{ field: formatOnly, contains: acme }",
		"{ field: mixed, eq: a }",
		"{ field: noText, eq: a }",
		"{ field: listed.length, lte: 3 }",
		"{ field: chosen.count, lte: 3 }",
		"{ field: mixed, eq: 1 }",
		"{ field: numbers.count, lte: 1 }",
		"{ field: anything, eq: true }",
		"{ field: twoTypes, eq: 1 }",
		"{ field: anyType, eq: a }",
		"{ field: oneType, eq: 1 }",
		"{ field: flags, eq: true }",
		"{ field: nullish, eq: null }",
		"{ field: leftOpen.b.c, eq: a }",
		"{ field: cases.a.length, lte: 3 }",
		"{ field: sum.numbers.per_day, lte: 3 }",
	])("%s is taken", (when) => {
		expect(compiled(when)).toMatchObject({ op: expect.any(String) });
	});

	test("on a place in a list reads that place, and the one value where no list is", () => {
		const role = guardsOf("  - { id: g, action: crm.put, when: { field: 'pair[1]', eq: b@b.cc } }\n", [definition]);
		const when = (pair: JsonObject[string]) => uncheckedVerdictOf(role, "crm.put", { pair }).facts[0]?.when;
		expect([["a", "b@b.cc"], ["b@b.cc", "a@b.cc"], ["a"], "b@b.cc", []].map(when)).toEqual([true, false, null, null, null]);
		const first = guardsOf("  - { id: g, action: crm.put, when: { field: 'pair[0]', eq: b } }\n", [definition]);
		const whenFirst = (pair: JsonObject[string]) => uncheckedVerdictOf(first, "crm.put", { pair }).facts[0]?.when;
		expect([whenFirst(["b", "a"]), whenFirst("b"), whenFirst("a")]).toEqual([true, true, false]);
	});

	test("on a field that covers others is one on all their values, unless it names a place", () => {
		const covering = { ...definition, covers: { narrow: ["constant"], pair: ["tuple"] } };
		const of = (condition: string, input: JsonObject) =>
			uncheckedVerdictOf(guardsOf(`  - { id: g, action: crm.put, when: ${condition} }\n`, [covering]), "crm.put", input).facts[0]
				?.when;
		const contains = "{ field: narrow, contains: ab }";
		expect([of(contains, { narrow: "xaby" }), of(contains, { narrow: "ab" })]).toEqual([false, true]);
		expect([of(contains, { narrow: "x", constant: "ab" }), of(contains, { narrow: "x", constant: "y" })]).toEqual([true, false]);
		expect(of("{ field: 'pair[0]', contains: ab }", { pair: ["xaby"] })).toBe(true);
		expect(of("{ field: 'pair[0]', contains: ab }", { pair: ["x"], tuple: ["xaby"] })).toBe(false);
		const list = (tuple: Json) => of("{ field: 'pair[0]', contains: ab }", { pair: ["x"], tuple });
		expect([list([["xaby"]]), list([["ab"]])]).toEqual([false, true]);
	});

	test("on a declared field of a derived one's name is one on that field, where nothing is said of texts", () => {
		const role = guardsOf("  - { id: g, action: crm.put, when: { field: untyped.domain, eq: x } }\n", [definition]);
		const when = (untyped: JsonObject[string]) => uncheckedVerdictOf(role, "crm.put", { untyped }).facts[0]?.when;
		expect([when({ domain: "x" }), when({ domain: "y" }), when("a@x")]).toEqual([true, false, null]);
	});

	test("on how many values a list has counts none where it is left out, and nothing where it cannot be", () => {
		const role = guardsOf("  - { id: g, action: crm.put, when: { field: deep.b.list.count, lte: 5 } }\n", [definition]);
		const when = (deep: JsonObject[string]) => uncheckedVerdictOf(role, "crm.put", { deep }).facts[0]?.when;
		expect([when({ b: { list: ["a"] } }), when({ b: {} }), when({})]).toEqual([true, true, true]);
		expect([when("text"), when(["b"]), when({ b: "text" }), when({ b: { list: null } })]).toEqual([null, null, null, null]);
	});
});
