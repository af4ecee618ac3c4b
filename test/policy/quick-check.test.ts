/** The quick check and the library never differ on what is valid. */
import { Validator } from "@cfworker/json-schema";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/contract/json.ts";
import { mailActions } from "../../src/contract/mail-actions.ts";
import { patternFormat } from "../../src/policy/pattern-format.ts";
import { quickCheck } from "../../src/policy/quick-check.ts";

const scalar = fc.oneof(
	fc.constantFrom<Json>(null, true, false, 0, 1, -1, 1.5, 1e21, "", "a", "ab", "😀", "a😀", "\u0000", "A1"),
	fc.integer(),
	fc.string({ unit: "grapheme", maxLength: 4 }),
);
const names = fc.constantFrom("a", "b", "c", "toString", "length");
const value = fc.letrec<{ any: Json }>((tie) => ({
	any: fc.oneof(
		{ maxDepth: 3 },
		scalar,
		fc.array(tie("any"), { maxLength: 4 }),
		fc.dictionary(names, tie("any"), { maxKeys: 4 }),
	),
})).any;

const bounds = fc.integer({ min: 0, max: 4 });
const type = fc.constantFrom("null", "boolean", "string", "number", "integer", "array", "object");
const schema = fc.letrec<{ any: Json }>((tie) => ({
	any: fc.oneof(
		{ maxDepth: 3 },
		fc.boolean(),
		fc.record(
			{
				type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
				enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }),
				const: scalar,
				minLength: bounds,
				maxLength: bounds,
				minItems: bounds,
				maxItems: bounds,
				minimum: fc.integer({ min: -2, max: 2 }),
				maximum: fc.integer({ min: -2, max: 2 }),
				pattern: fc.constantFrom("^a", "[0-9]", "^.$", "^$"),
				items: tie("any"),
				anyOf: fc.array(tie("any"), { minLength: 1, maxLength: 3 }),
				allOf: fc.array(tie("any"), { minLength: 1, maxLength: 2 }),
				properties: fc.dictionary(names, tie("any"), { maxKeys: 3 }),
				required: fc.uniqueArray(names, { maxLength: 2 }),
				additionalProperties: tie("any"),
				description: fc.constant("words"),
			},
			{ requiredKeys: [] },
		),
	),
})).any as fc.Arbitrary<Json>;

function libraryAccepts(wanted: Json, input: Json): boolean {
	return new Validator(wanted as never, "2020-12").validate(input).valid;
}

describe("the quick check", () => {
	test("accepts just what the library accepts", () => {
		fc.assert(
			fc.property(schema, value, (wanted, input) => {
				const check = quickCheck(wanted);
				if (check) expect(check(input)).toBe(libraryAccepts(wanted, input));
			}),
			{ numRuns: 20_000 },
		);
	});

	test("accepts just what the library accepts, one keyword at a time", () => {
		const schemas: Json[] = [
			true,
			false,
			{},
			...["null", "boolean", "string", "number", "integer", "array", "object"].map((one) => ({ type: one })),
			{ type: ["string", "null"] },
			{ type: ["integer", "array", "object"] },
			{ enum: [1, "a", null, true] },
			{ enum: [] },
			{ const: 1 },
			{ const: null },
			{ anyOf: [{ type: "string" }, { const: 1 }] },
			{ allOf: [{ type: "string" }, { minLength: 2 }] },
			{ items: { type: "string" } },
			{ items: false },
			...[0, 1, 2].flatMap((bound): Json[] => [
				{ minItems: bound },
				{ maxItems: bound },
				{ minLength: bound },
				{ maxLength: bound },
			]),
			...[-1, 0, 1, 1.5].flatMap((bound): Json[] => [{ minimum: bound }, { maximum: bound }]),
			{ pattern: "^a" },
			{ format: patternFormat("^a") },
			{ properties: { a: { type: "number" } } },
			{ properties: { a: { type: "number" } }, additionalProperties: false },
			{ properties: { a: true }, additionalProperties: { type: "string" } },
			{ additionalProperties: { type: "string" } },
			{ additionalProperties: false },
			{ required: ["a"] },
			{ required: ["a", "b"] },
			{ required: ["toString"] },
			{ type: "object", properties: { a: { type: "string" } }, required: ["a"], title: "words", default: 1 },
		];
		const values: Json[] = [null, true, false, 0, 1, -1, 1.5, 2, "", "a", "b", "ab", "abc", "😀", "a😀"];
		values.push("\u{10000}", "\u{103ff}b", "\ue000", [], [1], ["a"], ["a", 1], [1, "a"], ["a", "b"], [1, 2, 3], [[]]);
		values.push({}, { a: 1 }, { a: "x" }, { b: 1 }, { b: "x" }, { a: 1, b: "x" }, { a: 1, b: 2 }, { a: {}, c: [] });
		for (const wanted of schemas) {
			const check = quickCheck(wanted);
			for (const input of values) expect([wanted, input, check?.(input)]).toEqual([wanted, input, libraryAccepts(wanted, input)]);
		}
	});

	test("covers the built-in actions, so that the library is not on their path", () => {
		for (const { input_schema } of mailActions) expect(quickCheck(withoutFormats(input_schema))).toBeTypeOf("function");
	});

	test.each([
		["a keyword that it does not know", { type: "string", format: "uri" }],
		["one inside", { properties: { a: { not: { type: "string" } } } }],
		["a reference", { $ref: "#/$defs/a", $defs: { a: true } }],
		["a list of objects to choose from", { enum: [{ a: 1 }] }],
		["a type that there is not", { type: "text" }],
		["one of several types that there is not", { type: ["string", "text"] }],
		["a list of objects and others to choose from", { enum: [1, { a: 1 }] }],
		["values to choose from that are no list", { enum: "ab" }],
		["an object that is wanted", { const: { a: 1 } }],
		["alternatives of which it does not know one", { anyOf: [{ type: "string" }, { not: {} }] }],
		["alternatives that are no list", { anyOf: { type: "string" } }],
		["schemas by place", { items: [{ type: "string" }] }],
		["elements that it does not know", { items: { not: {} } }],
		["other fields that it does not know", { additionalProperties: { not: {} } }],
		["fields that are no schemas by name", { properties: [] }],
		["fields that must be there, by what is no list", { required: "a" }],
		["a bound that is none", { minLength: "1" }],
		["a pattern that is none", { pattern: 7 }],
		["a format that is none", { format: 7 }],
		["a format that was never made", { format: "hivekey-pattern:^never$" }],
		["a keyword by the name of what all objects have", { toString: true }],
		["what is no schema", 7],
		["nothing", null],
	])("leaves %s to the library", (_, wanted) => {
		expect(quickCheck(wanted as Json)).toBe(null);
	});
});

/** As input-validator.ts puts an address's grammar in the place of the format. */
function withoutFormats(node: Json): Json {
	if (Array.isArray(node)) return node.map(withoutFormats);
	if (typeof node !== "object" || node === null) return node;
	return Object.fromEntries(
		Object.entries(node)
			.filter(([key]) => key !== "format")
			.map(([key, member]) => [key, withoutFormats(member)]),
	);
}
