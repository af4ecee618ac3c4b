import { describe, expect, test } from "vitest";
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import type { Json } from "../../src/contract/json.ts";
import { canonicalInput } from "../../src/policy/canonical-input.ts";
import { mailActions } from "./mail-actions.ts";
import { mail } from "./support.ts";

const send = mailActions.find(({ name }) => name === "mail.send") as ActionDefinition;
const problems = (input: Json, definition = send) => {
	const result = canonicalInput(definition, input);
	return result.ok ? [] : result.problems;
};

function definitionOf(input_schema: ActionDefinition["input_schema"]): ActionDefinition {
	return { ...send, input_schema, limits: [] };
}

describe("canonical input", () => {
	test("writes domains in lower case, keeps local parts and all else", () => {
		expect(canonicalInput(send, mail(["A.b@ACME.Com", "c@acme.com"], { cc: "D@Sub.ACME.com", body: "A@B.CC ﬁ" }))).toEqual({
			ok: true,
			input: { to: ["A.b@acme.com", "c@acme.com"], subject: "Hi", body: "A@B.CC ﬁ", cc: "D@sub.acme.com" },
		});
	});

	test("leaves what it was given alone", () => {
		const input = mail(["A@ACME.com"]);
		canonicalInput(send, input);
		expect(input.to).toEqual(["A@ACME.com"]);
		const canonical = mail(["A@acme.com"], { body: "A@B.CC" });
		const result = canonicalInput(send, canonical);
		expect(result.ok && result.input).toBe(canonical);
	});

	test.each([
		["Jordan <a@acme.com>"],
		['"a"@acme.com'],
		["a@[127.0.0.1]"],
		["a@acme.com,e@gmail.com"],
		["a@acme.com\r\nBcc: e@gmail.com"],
		["a@localhost"],
		["=?utf-8?q?a?=@acme.com "],
	])("refuses %j and says what to put", (text) => {
		for (const [input, path] of [
			[mail(text), "to"],
			[mail(["a@acme.com", text]), "to[1]"],
			[mail("a@acme.com", { cc: [text] }), "cc[0]"],
			[mail("a@acme.com", { reply_to: text }), "reply_to"],
		] as const) {
			const found = problems(input);
			expect(found).toMatchObject([{ path, code: "not_an_address" }]);
			expect(found[0]?.message).toContain("put the bare address");
			expect(JSON.stringify(found)).not.toContain("gmail");
		}
	});

	test("tells all problems at once, and quotes no value", () => {
		const found = problems({ to: ["a@acme.com", "SECRET"], subject: `SECRET\n${"x".repeat(2_000)}`, cc: 7, extra: "SECRET" });
		expect(found.map(({ path, code }) => [path, code]).sort()).toEqual([
			["body", "required"],
			["cc", "type"],
			["extra", "unknown_field"],
			["subject", "format"],
			["subject", "too_long"],
			["to[1]", "not_an_address"],
		]);
		expect(JSON.stringify(found)).not.toContain("SECRET");
	});

	test.each([[null], [[]], ["x"], [7], [true]])("takes objects only: %j", (input) => {
		expect(problems(input as Json)).toMatchObject([{ path: "", code: "type" }]);
		expect(problems(input as Json, definitionOf({}))).toMatchObject([{ path: "", code: "type" }]);
	});

	test("counts what is sent under the names of a limit, each once, and nothing else", () => {
		const limits = [{ fields: ["toString", "a", "b"], max_values: 2, message: "two at most" }];
		const definition = { ...definitionOf({ type: "object" }), limits };
		const limited = (input: Json) => problems(input, definition).map(({ path, code }) => `${path} ${code}`);
		expect(limited({ a: ["x", "y"], c: ["x", "y", "z"] })).toEqual([]);
		expect(limited({ a: "x", b: ["y"] })).toEqual([]);
		expect(limited({ a: ["x"], b: ["y", "z"] })).toEqual(["b too_many_values"]);
		expect(limited({ a: [], b: ["x", "y", "z"] })).toEqual(["b too_many_values"]);
		expect(limited({ a: ["x", "y", "z"], b: "x" })).toEqual(["a too_many_values"]);
		expect(problems({ a: ["x", "y", "z"] }, { ...definition, limits: [...limits, ...limits] }).length).toBe(2);
	});

	test("takes at most 50 addresses over all fields", () => {
		const list = (count: number) => Array.from({ length: count }, (_, i) => `a${i}@acme.com`);
		expect(problems(mail(list(30), { cc: list(19), reply_to: "r@acme.com" }))).toEqual([]);
		expect(problems(mail(list(30), { cc: list(20), bcc: "r@acme.com" }))).toMatchObject([
			{ path: "bcc", code: "too_many_values" },
		]);
		expect(problems(mail(list(51))).length).toBeGreaterThan(0);
	});
});

describe("addresses wherever a schema puts them", () => {
	const address: Json = { type: "string", format: "email" };
	const schemas: [string, Json, (value: string) => Json, string][] = [
		["a reference", { $ref: "#/$defs/a" }, (value) => value, "x"],
		["a list", { type: "array", items: address }, (value) => [value], "x[0]"],
		["a prefix", { type: "array", prefixItems: [{ type: "number" }, address] }, (value) => [1, value], "x[1]"],
		["an object", { type: "object", properties: { y: address } }, (value) => ({ y: value }), "x.y"],
		["names by pattern", { type: "object", patternProperties: { "^m": address } }, (value) => ({ m1: value }), "x.m1"],
		["all other names", { type: "object", additionalProperties: address }, (value) => ({ any: value }), "x.any"],
		["all of", { allOf: [address, { maxLength: 100 }] }, (value) => value, "x"],
		["one of", { oneOf: [address, { type: "number" }] }, (value) => value, "x"],
		["beside a pattern", { type: "string", format: "email", pattern: "." }, (value) => value, "x"],
	];
	for (const [name, x, wrap, path] of schemas) {
		// A new one in each test: what is made of a schema is kept as long as its definition.
		const definition = () =>
			definitionOf({
				type: "object",
				$defs: { a: address },
				properties: { x },
				required: ["x"],
				additionalProperties: false,
			});
		test(`${name}: canonical`, () => {
			expect(canonicalInput(definition(), { x: wrap("A@ACME.com") })).toEqual({ ok: true, input: { x: wrap("A@acme.com") } });
		});
		test(`${name}: refused`, () => {
			for (const text of ['"a b"@acme.com', "eve%gmail.com@acme.com"])
				expect(problems({ x: wrap(text) }, definition())).toMatchObject([{ path, code: "not_an_address" }]);
		});
	}

	test("nothing is no address, and nothing is wrong with it", () => {
		const definition = definitionOf({
			type: "object",
			properties: { x: { anyOf: [address, { type: "null" }] }, y: { type: "array", items: address } },
		});
		expect(canonicalInput(definition, { x: null, y: ["A@B.CC"] })).toEqual({ ok: true, input: { x: null, y: ["A@b.cc"] } });
		expect(problems({ x: null, y: ["b"] }, definition)).toMatchObject([{ path: "y[0]", code: "not_an_address" }]);
	});

	test("an address that a pattern beside refuses is an address", () => {
		const definition = definitionOf({
			type: "object",
			properties: { x: { ...address, pattern: "^boss@" } },
		});
		expect(problems({ x: "a@acme.com" }, definition)).toMatchObject([{ path: "x", code: "format" }]);
	});

	test("a name with the signs of a pointer is that name", () => {
		const definition = definitionOf({ type: "object", properties: { "a/b~c": address, "a~1b": address } });
		const found = problems({ "a/b~c": "x", "a~1b": "x" }, definition);
		expect(found.map(({ path, code }) => [path, code])).toEqual([
			["a/b~c", "not_an_address"],
			["a~1b", "not_an_address"],
		]);
	});

	const open = { type: "object" } as const;
	test.each<[string, ActionDefinition["input_schema"], (value: string) => Json]>([
		["a field", { ...open, properties: { const: address } }, (value) => ({ const: value })],
		["one of several schemas", { ...open, properties: { x: { allOf: [true, address] } } }, (value) => ({ x: value })],
		["one of several choices", { ...open, properties: { x: { anyOf: [false, address] } } }, (value) => ({ x: value })],
		["a place", { ...open, properties: { x: { prefixItems: [address] } } }, (value) => ({ x: [value] })],
		["a field by pattern", { ...open, patternProperties: { default: address } }, (value) => ({ default: value })],
		[
			"a definition",
			{ ...open, $defs: { enum: address }, properties: { x: { $ref: "#/$defs/enum" } } },
			(value) => ({ x: value }),
		],
		[
			"a definition of an older draft",
			{ ...open, definitions: { examples: address }, properties: { x: { $ref: "#/definitions/examples" } } },
			(value) => ({ x: value }),
		],
		[
			"a dependent schema",
			{ ...open, dependentSchemas: { type: { properties: { x: address } } } },
			(value) => ({ type: 1, x: value }),
		],
		[
			"a dependent schema of an older draft",
			{ ...open, dependencies: { required: { properties: { x: address } } } },
			(value) => ({ required: 1, x: value }),
		],
	])("under a name that is a keyword elsewhere: %s", (_name, schema, wrap) => {
		const definition = definitionOf(schema);
		expect(canonicalInput(definition, wrap("a@acme.com")).ok).toBe(true);
		for (const bad of ['"a b"@acme.com', "a@[127.0.0.1]", "eve%gmail.com@acme.com"])
			expect([bad, canonicalInput(definition, wrap(bad)).ok]).toEqual([bad, false]);
	});

	test("what a schema says besides of an address is still asked for", () => {
		const definition = definitionOf({
			...open,
			properties: { x: { ...address, allOf: [{ maxLength: 10 }, { pattern: "^a" }] } },
		});
		expect(["a@acme.com", "ab@acme.com", "b@acme.com", '"a"@b.cc'].map((x) => canonicalInput(definition, { x }).ok)).toEqual([
			true,
			false,
			false,
			false,
		]);
	});

	test("data to choose from is not taken for a schema", () => {
		const values: Json[] = [{ format: "email" }, { pattern: "^a" }, "A@B.CC"];
		const definition = definitionOf({ ...open, properties: { x: { enum: values } } });
		for (const x of values) expect(canonicalInput(definition, { x })).toEqual({ ok: true, input: { x } });
		expect(problems({ x: "a@b.cc" }, definition)).toMatchObject([{ path: "x", code: "not_allowed" }]);
	});

	test("a text that may be something else stays what it is", () => {
		const definition = definitionOf({
			type: "object",
			properties: { x: { anyOf: [address, { type: "string", pattern: "^#" }] } },
		});
		expect(canonicalInput(definition, { x: "#general" })).toEqual({ ok: true, input: { x: "#general" } });
		expect(canonicalInput(definition, { x: "A@B.CC" })).toEqual({ ok: true, input: { x: "A@b.cc" } });
		expect(problems({ x: "general" }, definition).length).toBeGreaterThan(0);
	});

	test("data in a schema is not taken for a schema", () => {
		const definition = definitionOf({
			type: "object",
			properties: { x: { const: { format: "email" } }, format: { type: "string" } },
		});
		expect(canonicalInput(definition, { x: { format: "email" }, format: "A@B.CC" })).toEqual({
			ok: true,
			input: { x: { format: "email" }, format: "A@B.CC" },
		});
	});
});
