import { describe, expect, test } from "vitest";
import type { Json } from "../../src/contract/json.ts";
import { mergePatch } from "../../src/policy/merge-patch.ts";

describe("RFC 7396, appendix A", () => {
	test.each<[Json, Json, Json]>([
		[{ a: "b" }, { a: "c" }, { a: "c" }],
		[{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
		[{ a: "b" }, { a: null }, {}],
		[{ a: "b", b: "c" }, { a: null }, { b: "c" }],
		[{ a: ["b"] }, { a: "c" }, { a: "c" }],
		[{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
		[{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
		[{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
		[
			["a", "b"],
			["c", "d"],
			["c", "d"],
		],
		[{ a: "b" }, ["c"], ["c"]],
		[{ a: "foo" }, null, null],
		[{ a: "foo" }, "bar", "bar"],
		[{ e: null }, { a: 1 }, { e: null, a: 1 }],
		[[1, 2], { a: "b", c: null }, { a: "b" }],
		[{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
		[{ a: { b: "c", d: "e" } }, { a: { b: "x" } }, { a: { b: "x", d: "e" } }],
		[{ a: { b: { c: 0, d: 1 } } }, { a: { b: { d: null }, e: 2 } }, { a: { b: { c: 0 }, e: 2 } }],
		[
			{ a: 0, b: "" },
			{ a: { c: 1 }, b: { c: 1 } },
			{ a: { c: 1 }, b: { c: 1 } },
		],
	])("%j and %j make %j", (target, patch, wanted) => {
		const before = JSON.stringify(target);
		expect(JSON.parse(JSON.stringify(mergePatch(target, patch)))).toEqual(wanted);
		expect(JSON.stringify(target)).toBe(before);
	});

	test("a key of a prototype stays a key", () => {
		const merged = mergePatch({}, JSON.parse('{"__proto__":{"admin":true}}') as Json);
		expect(({} as Record<string, unknown>)["admin"]).toBe(undefined);
		expect(Object.keys(merged as object)).toEqual(["__proto__"]);
	});
});
