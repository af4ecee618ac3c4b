/** The quick check and the library never differ on what is valid. */
import { Validator } from "@cfworker/json-schema";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/contract/json.ts";
import { mailActions } from "../../src/contract/mail-actions.ts";
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

	test("covers the built-in actions, so that the library is not on their path", () => {
		for (const { input_schema } of mailActions) expect(quickCheck(withoutFormats(input_schema))).toBeTypeOf("function");
	});

	test.each([
		["a keyword that it does not know", { type: "string", format: "uri" }],
		["one inside", { properties: { a: { not: { type: "string" } } } }],
		["a reference", { $ref: "#/$defs/a", $defs: { a: true } }],
		["a list of objects to choose from", { enum: [{ a: 1 }] }],
		["a type that there is not", { type: "text" }],
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
