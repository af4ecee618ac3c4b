/** What an action's schema says of a field, by whatever form it says it, decides how the field is read. */
import { describe, expect, test } from "vitest";
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import type { JsonObject } from "../../src/contract/json.ts";
import { canonicalInput } from "../../src/policy/canonical-input.ts";
import { compileRole } from "../../src/policy/compile-role.ts";
import type { CompiledTest } from "../../src/policy/compiled-role.ts";
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
		$defs: { address: ADDRESS, "a/b": ADDRESS, "c d": ADDRESS, loop: { anyOf: [{ $ref: "#/$defs/loop" }] } },
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
		},
		additionalProperties: false,
	},
};

function compiled(when: string) {
	const parsed = parseRoleSource(roleText(`  - { id: g, action: crm.put, when: ${when} }\n`), { format: "yaml" });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const [role] = parsed.documents;
	if (role === undefined) throw new Error("no document");
	const result = compileRole(role.document, 1, [definition], role.position);
	return result.ok ? (result.compiled.guards[0]?.when as CompiledTest) : result.problems.map(({ code }) => code);
}

describe("an address", () => {
	test.each(["ref", "slash", "blank", "all", "maybe", "counted", "never", "patterned.x1", "rest.any"])(
		"stands at %s",
		(field) => {
			expect(compiled(`{ field: ${field}, eq: A@ACME.com }`)).toMatchObject({ operand: "A@acme.com", field: { reads: "email" } });
			expect(compiled(`{ field: ${field}, eq: acme }`)).toEqual(["not_an_address"]);
		},
	);

	test.each(["elsewhere", "nowhere", "loop", "'pair[0]'", "open.b"])("does not stand at %s", (field) => {
		const test = compiled(`{ field: ${field}, eq: A@ACME.com }`) as CompiledTest;
		expect([test.operand, "reads" in test.field]).toEqual(["A@ACME.com", false]);
	});

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

	test("on how many values a list has counts none where it is left out, and nothing where it cannot be", () => {
		const role = guardsOf("  - { id: g, action: crm.put, when: { field: deep.b.list.count, lte: 5 } }\n", [definition]);
		const when = (deep: JsonObject[string]) => uncheckedVerdictOf(role, "crm.put", { deep }).facts[0]?.when;
		expect([when({ b: { list: ["a"] } }), when({ b: {} }), when({})]).toEqual([true, true, true]);
		expect([when("text"), when(["b"]), when({ b: "text" }), when({ b: { list: null } })]).toEqual([null, null, null, null]);
	});
});
