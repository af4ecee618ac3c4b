/** Values for bodies: such as a schema asks for, and such as nobody asks for. */
import fc from "fast-check";
import type { Schema } from "../../scripts/openapi/openapi-types.ts";
import { resolve } from "./openapi.ts";

/** How deep a value made from a schema that names itself may go. */
const MAX_DEPTH = 4;

/** Texts that parsers, stores and paths trip over. */
export const ODD_TEXTS = [
	"",
	" ",
	".",
	"..",
	"../../v1/keys",
	"%2e%2e%2f",
	"__proto__",
	"constructor",
	"toString",
	"null",
	"undefined",
	"NaN",
	"-0",
	"1e999",
	"mail.send/../x",
	"MAIL.SEND",
	"ｍail.send",
	"mаil.send",
	"'; DROP TABLE agents; --",
	"%' OR 1=1",
	"<script>alert(1)</script>",
	"=cmd|' /C calc'!A0",
	"\u0000",
	"a\u0000b",
	"\r\nx-injected: 1",
	"\u202egnp.exe",
	"\ufeff",
	"\ud83d\ude00",
	"e\u0301\u0301\u0301",
	"z".repeat(63),
	"z".repeat(64),
	"z".repeat(300),
	"𝔘".repeat(200),
	"${jndi:ldap://x}",
	"{{7*7}}",
	"act_0000000000000000000000",
	"eyJhIjoxfQ",
	"MQ",
	"jordan@acme.com",
	"a@b",
	'"a b"@acme.com',
	"0000-00-00T00:00:00Z",
	"2026-02-30T00:00:00Z",
	"9999-12-31T23:59:60Z",
];

export const oddText = fc.oneof(
	fc.constantFrom(...ODD_TEXTS),
	fc.string({ unit: "binary", maxLength: 20 }),
	fc.string({ maxLength: 20 }),
);

const oddNumber = fc.oneof(
	fc.constantFrom(0, -0, -1, 1.5, 2 ** 31, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e21, 1e308, 5e-324),
	fc.integer(),
	fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Any JSON value. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 3, arbitrary: oddText },
	{ weight: 2, arbitrary: oddNumber },
	{ weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [null], [[]], { "": null }) },
	{ weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3, stringUnit: "binary" }) },
	{ weight: 1, arbitrary: fc.array(oddText, { maxLength: 40 }) },
);

/** Values that a schema accepts, as far as it says; `format` aside. */
export function fromSchema(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
	const plain = resolve<Schema>(schema);
	if (plain.const !== undefined) return fc.constant(plain.const);
	if (Array.isArray(plain.enum)) return fc.constantFrom(...plain.enum);
	const choices = (plain.anyOf ?? plain.oneOf) as Schema[] | undefined;
	if (choices) {
		// The last ones do not name the schema itself again.
		const open = depth < MAX_DEPTH ? choices : choices.slice(-2);
		return fc.oneof(...open.map((choice) => fromSchema(choice, depth + 1)));
	}
	switch (Array.isArray(plain.type) ? plain.type[0] : plain.type) {
		case "string":
			return textFrom(plain);
		case "integer":
			return fc.integer({
				min: (plain.minimum as number) ?? -10,
				max: Math.min((plain.maximum as number) ?? 1_000, 2 ** 31 - 1),
			});
		case "number":
			return oddNumber;
		case "boolean":
			return fc.boolean();
		case "null":
			return fc.constant(null);
		case "array": {
			const minLength = (plain.minItems as number) ?? 0;
			return fc.array(fromSchema(plain.items as Schema, depth + 1), { minLength, maxLength: minLength + 2 });
		}
		case "object":
			return objectFrom(plain, depth);
		default:
			return oddValue;
	}
}

function objectFrom(schema: Schema, depth: number): fc.Arbitrary<unknown> {
	const properties = schema.properties as Record<string, Schema> | undefined;
	if (!properties) {
		const values = schema.additionalProperties;
		const value = typeof values === "object" && values !== null ? fromSchema(values as Schema, depth + 1) : oddValue;
		return fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), value, { maxKeys: 3 });
	}
	const entries = Object.entries(properties).map(([name, inner]) => [name, fromSchema(inner, depth + 1)] as const);
	return fc.record(Object.fromEntries(entries), { requiredKeys: (schema.required as string[] | undefined) ?? [] });
}

function textFrom({ pattern, format, minLength = 0, maxLength }: Schema): fc.Arbitrary<string> {
	if (format === "date-time") {
		return fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true }).map((date) => date.toISOString());
	}
	// A pattern says by itself how long its texts must at least be.
	if (typeof pattern === "string")
		return fc.stringMatching(new RegExp(pattern), typeof maxLength === "number" ? { maxLength } : {});
	const least = minLength as number;
	return fc.string({ minLength: least, maxLength: Math.max(least, Math.min((maxLength as number | undefined) ?? 40, 40)) });
}
