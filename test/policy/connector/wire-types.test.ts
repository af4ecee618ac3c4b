/** What a text on the wire is read as: one type where the schema leaves no doubt, and a value only where there and back it is the same. */
import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/contract/json.ts";
import { type WireShape, wireShape } from "../../../src/policy/connector/wire-type.ts";
import { decodePart, encodePart, wireText, wireValue } from "../../../src/policy/connector/wire-value.ts";

const UNCLEAR: WireShape = { kind: "unclear" };
const one = (type: "string" | "integer" | "number" | "boolean", ...values: string[]): WireShape =>
	values.length === 0 ? { kind: "one", type } : { kind: "one", type, values };

test.each<[Json, WireShape]>([
	[{ type: "string" }, one("string")],
	[{ type: ["string", "null"] }, one("string")],
	[{ type: ["string", "integer"] }, UNCLEAR],
	[{ type: ["boolean", "integer"] }, UNCLEAR],
	[{ type: ["integer", "number"] }, one("number")],
	[{ anyOf: [{ type: "integer" }, { type: "number" }] }, one("number")],
	[{ anyOf: [{ type: "integer" }, { type: "boolean" }] }, UNCLEAR],
	[{}, UNCLEAR],
	[{ type: "null" }, UNCLEAR],
	[{ const: 5 }, one("integer", "5")],
	[{ const: 1.5 }, one("number", "1.5")],
	[{ const: true }, one("boolean", "true")],
	[{ const: "a" }, one("string", "a")],
	[{ const: null }, UNCLEAR],
	[{ enum: [null, "a", "b"] }, one("string", "a", "b")],
	[{ enum: [1, 1.5] }, one("number", "1", "1.5")],
	[{ enum: ["a", 1] }, UNCLEAR],
	[{ enum: [[1]] }, UNCLEAR],
	[{ enum: [{}] }, { kind: "object" }],
	[{ type: "string", enum: ["a", "b"] }, one("string", "a", "b")],
	[{ type: "string", const: "a" }, one("string", "a")],
	[{ description: "d", anyOf: [{ const: "a" }, { const: "b" }, { enum: ["b", "c"] }] }, one("string", "a", "b", "c")],
	[{ anyOf: [{ const: "a" }, { type: "string" }] }, one("string")],
	[{ anyOf: [{ enum: ["a"] }, { type: "string" }] }, one("string")],
	[{ type: "string", allOf: [{ enum: ["a"] }] }, one("string")],
	[{ type: "object" }, { kind: "object" }],
	[
		{ type: "array", items: { type: "integer" } },
		{ kind: "list", type: "integer" },
	],
	[{ type: "array" }, UNCLEAR],
	[{ type: "array", items: { type: ["string", "integer"] } }, UNCLEAR],
	[{ type: "array", items: { type: "array", items: { type: "string" } } }, UNCLEAR],
	[{ type: "array", items: { type: "object" } }, UNCLEAR],
])("%j is read as %j", (schema, shape) => {
	expect(wireShape({ type: "object", properties: { a: schema } }, "a")).toStrictEqual(shape);
});

describe("a value and its text", () => {
	test.each<[string, Parameters<typeof wireValue>[1], Json | undefined]>([
		["", "string", ""],
		["7", "string", "7"],
		["7", "integer", 7],
		["-7", "integer", -7],
		["-0", "integer", 0],
		["-0.0", "number", 0],
		["07", "integer", undefined],
		["+7", "integer", undefined],
		[" 7", "integer", undefined],
		["7.0", "integer", undefined],
		["9007199254740991", "integer", 9007199254740991],
		["9007199254740993", "integer", undefined],
		["1e3", "number", 1000],
		["1e400", "number", undefined],
		["NaN", "number", undefined],
		["0x10", "number", undefined],
		["true", "boolean", true],
		["false", "boolean", false],
		["True", "boolean", undefined],
		["1", "boolean", undefined],
	])("%j as %s is %j", (text, type, value) => {
		expect(wireValue(text, type)).toBe(value);
	});

	test.each<[Json | undefined, Parameters<typeof wireText>[1], string | null]>([
		["a", "string", "a"],
		[7, "string", null],
		["7", "integer", null],
		[7, "integer", "7"],
		[1.5, "integer", null],
		[1.5, "number", "1.5"],
		[1e21, "number", "1e+21"],
		[true, "boolean", "true"],
		["true", "boolean", null],
		[null, "string", null],
		[undefined, "string", null],
		[["a"], "string", null],
	])("%j as %s is the text %j", (value, type, text) => {
		expect(wireText(value, type)).toBe(text);
	});
});

test("everything but unreserved characters is encoded, and half a character is nothing", () => {
	expect(encodePart("AZaz09-._~")).toBe("AZaz09-._~");
	expect(encodePart("!'()* /?#[]@:&=+$,;%\"ä\u{1f600}")).toBe(
		"%21%27%28%29%2A%20%2F%3F%23%5B%5D%40%3A%26%3D%2B%24%2C%3B%25%22%C3%A4%F0%9F%98%80",
	);
	expect([encodePart("a\ud800"), encodePart("\udc00b"), decodePart("%ff"), decodePart("%")]).toEqual([null, null, null, null]);
	expect(decodePart("%C3%a4+%2f")).toBe("ä+/");
});
