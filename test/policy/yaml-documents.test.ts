/** YAML that can be read in one way only: what comes out, what is refused, and where it stands. */
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/contract/json.ts";
import { readYamlDocuments } from "../../src/policy/yaml-documents.ts";

function read(text: string): { values: Json[] } | string[] {
	const result = readYamlDocuments(text, undefined);
	if (!result.ok) return result.problems.map(({ line, column, code, path }) => `${line}:${column} ${code} ${path}`.trimEnd());
	return { values: result.documents.map(({ value }) => JSON.parse(JSON.stringify(value)) as Json) };
}

describe("a value", () => {
	test.each<[string, Json]>([
		["x", "x"],
		["'7'", "7"],
		["yes", "yes"],
		["NO", "NO"],
		["on", "on"],
		["true", true],
		["False", false],
		["~", null],
		["null", null],
		["", null],
		["7", 7],
		["+7", 7],
		["-7", -7],
		["007", 7],
		["-0", 0],
		["0.1", 0.1],
		[".5", 0.5],
		[".55", 0.55],
		["12.25", 12.25],
		["5.", 5],
		["1e3", 1000],
		["1.5E+3", 1500],
		["+1.5e-1", 0.15],
		["0x1F", 31],
		["0o17", 15],
		["0x1FFFFFFFFFFFFF", 9007199254740991],
		["1_000", "1_000"],
		["0b11", "0b11"],
		["12:30", "12:30"],
		["2026-11-22", "2026-11-22"],
		["2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"],
		["=", "="],
		["|\n  a\n  b\n", "a\nb\n"],
		['"a\\u00e4\\n"', "aä\n"],
		["[a, ~, [1], {}]", ["a", null, [1], {}]],
		["{ a: { b: c }, '1': d, ? e : f, g }", { a: { b: "c" }, "1": "d", e: "f", g: null }],
	])("%s is %j", (text, value) => {
		expect(read(`a: ${text}`)).toEqual({ values: [{ a: value }] });
	});

	test("of zero has no sign", () => {
		const result = readYamlDocuments("-0", undefined);
		expect(result.ok && Object.is(result.documents[0]?.value, 0)).toBe(true);
	});

	test.each([
		["9007199254740993", "inexact_number"],
		["0x20000000000000", "inexact_number"],
		["0o400000000000000001", "inexact_number"],
		["0.1234567890123456789", "inexact_number"],
		["1e400", "inexact_number"],
		["-.inf", "inexact_number"],
		[".nan", "inexact_number"],
		["!!int 7", "yaml_tag"],
		["!x [a]", "yaml_tag"],
		["!!set { a }", "yaml_tag"],
		["!!binary aGk=", "yaml_tag"],
		["*b", "unknown_alias"],
		["[", "yaml_syntax"],
		["{ a: 1", "yaml_syntax"],
		["'", "yaml_syntax"],
		['"\\q"', "yaml_syntax"],
		["b: c", "yaml_syntax"],
		['"b"#c', "yaml_syntax"],
	])("%s is refused: %s", (text, code) => {
		expect([read(`a: ${text}`)].flat().join()).toContain(` ${code}`);
	});
});

describe("a key", () => {
	test.each([
		["a: 1\na: 2", ["2:1 duplicate_key a"]],
		["a: 1\n'a': 2\n\"\\x61\": 3", ["2:1 duplicate_key a", "3:1 duplicate_key a"]],
		["{ toString: 1, hasOwnProperty: 2, valueOf: 3 }", { values: [{ toString: 1, hasOwnProperty: 2, valueOf: 3 }] }],
		["a: { constructor: 1 }", ["1:6 forbidden_key a.constructor"]],
		["[{ prototype: 1 }, { __proto__: 1 }]", ["1:4 forbidden_key [0].prototype", "1:22 forbidden_key [1].__proto__"]],
		["a: 1\n<<: { b: 2 }", ["2:1 merge_key <<"]],
		["a: 1\n'<<': { b: 2 }", ["2:1 merge_key <<"]],
		["7: a", ["1:1 yaml_key"]],
		["true: a", ["1:1 yaml_key"]],
		["~: a", ["1:1 yaml_key"]],
		["a: { ? { b: c } : d }", ["1:8 yaml_key a"]],
		["!x a: b", ["1:4 yaml_key"]],
		["&x a: b\nc: { *x : d }", ["2:6 yaml_key c"]],
	])("of %s", (text, wanted) => {
		expect(read(text)).toEqual(wanted);
	});
});

describe("a file", () => {
	test.each([
		["a: 1\n---\n- b\n...\n---\nc", [{ a: 1 }, ["b"], "c"]],
		["%TAG ! tag:x\n---\na: 1", [{ a: 1 }]],
		["---\n---\na: 1\n---\n# nothing\n---\n~\n---\n", [{ a: 1 }, null]],
		['---\n""\n---\n', [""]],
		["# first\na: 1", [{ a: 1 }]],
	])("of the documents in %j", (text, values) => {
		expect(read(text)).toEqual({ values });
	});

	test.each([
		["", ["1:1 no_document"]],
		["# nothing\n", ["1:1 no_document"]],
		["---\n---\n", ["1:1 no_document"]],
		["--- !!null\n", ["1:11 yaml_tag"]],
		["\ufeffa: 1", ["1:1 byte_order_mark"]],
		["%YAML 1.2\n---\na: 1", ["1:1 yaml_directive"]],
		["%YAML 1.1\n---\na: 1", ["1:1 yaml_directive"]],
		["a: 1\n...\n%YAML 1.1\n---\nb: 1", ["3:1 yaml_directive"]],
	])("%j is refused", (text, wanted) => {
		const found = read(text);
		expect(Array.isArray(found) && found.map((one) => one.replace(/^\d+:\d+ /, ""))).toEqual(
			wanted.map((one) => one.replace(/^\d+:\d+ /, "")),
		);
	});

	test("has each document's own text, and knows where everything stands", () => {
		const text = "a: &x { b: [1, 2] }\n---\nc: [d]\ne: { f: g }\n";
		const result = readYamlDocuments(text, "f.yaml");
		if (!result.ok) throw new Error(JSON.stringify(result.problems));
		const [first, second] = result.documents;
		expect([first?.source, second?.source]).toEqual(["a: &x { b: [1, 2] }\n", "---\nc: [d]\ne: { f: g }\n"]);
		const at = (path: string, what?: "value" | "key") => {
			const place = second?.position(path, what);
			return place === null || place === undefined ? null : `${place.file} ${place.line}:${place.column}`;
		};
		expect(["c", "c[0]", "e.f", "e.f.x", "e.h", "h", ""].map((path) => at(path))).toEqual([
			"f.yaml 3:4",
			"f.yaml 3:5",
			"f.yaml 4:9",
			"f.yaml 4:9",
			"f.yaml 4:4",
			"f.yaml 3:1",
			"f.yaml 3:1",
		]);
		expect(["c", "e.f", "c[0]", "e.h"].map((path) => at(path, "key"))).toEqual([
			"f.yaml 3:1",
			"f.yaml 4:6",
			"f.yaml 3:5",
			"f.yaml 4:4",
		]);
	});

	test("tells at most 200 mistakes, in the order of the file", () => {
		const found = read(`a: [\n${"  !x b,\n".repeat(300)}]`) as string[];
		expect([found.length, found[0], found[199]]).toEqual([200, "2:6 yaml_tag a[0]", "201:6 yaml_tag a[199]"]);
	});
});

describe("aliases", () => {
	test("stand for what they name, as often as 32 times", () => {
		const aliases = (count: number) => `a: &x [1, { b: c }]\nd: [${new Array(count).fill("*x").join(", ")}]`;
		expect(read(aliases(2))).toEqual({
			values: [
				{
					a: [1, { b: "c" }],
					d: [
						[1, { b: "c" }],
						[1, { b: "c" }],
					],
				},
			],
		});
		const [x, y] = [[1, { b: "c" }], new Array(32).fill([1, { b: "c" }])];
		expect(read(aliases(32))).toEqual({ values: [{ a: x, d: y }] });
		expect(read(aliases(33))).toEqual([`2:${5 + 32 * 4} too_many_aliases d[32]`]);
		expect((read(aliases(40)) as string[]).length).toBe(1);
	});

	test("may be of aliases, and each counts", () => {
		const doubled = (levels: number) =>
			`a: &l0 [1]\n${Array.from({ length: levels }, (_, i) => `b${i}: &l${i + 1} [*l${i}, *l${i}]\n`).join("")}`;
		expect(read(doubled(2))).toEqual({
			values: [
				{
					a: [1],
					b0: [[1], [1]],
					b1: [
						[[1], [1]],
						[[1], [1]],
					],
				},
			],
		});
		expect([read(doubled(5))].flat().join()).toContain("too_many_aliases");
	});

	test.each([
		["a: &x [*x]", ["1:8 circular_alias a[0]"]],
		["&x a: *x", { values: [{ a: "a" }] }],
		["&x { a: { b: *x } }", ["1:14 circular_alias a.b"]],
		["a: &x [b]\nc: *x", { values: [{ a: ["b"], c: ["b"] }] }],
		["a: &x b\nc: &x d\ne: *x", { values: [{ a: "b", c: "d", e: "d" }] }],
		["a: *x\nb: &x c", ["1:4 unknown_alias a"]],
		["a: [&x b,*x]", { values: [{ a: ["b", "b"] }] }],
		["a: &x { b: c, b: d }\ne: *x", ["1:15 duplicate_key a.b", "2:4 duplicate_key e.b"]],
	])("%j", (text, wanted) => {
		expect(read(text)).toEqual(wanted);
	});

	test("say of their parts that they stand where the alias stands", () => {
		const result = readYamlDocuments("a: &x { b: c }\nd: *x\ne: f\n", undefined);
		const at = (path: string, what?: "key") => (result.ok ? result.documents[0]?.position(path, what) : null);
		expect([at("a.b"), at("d.b"), at("d.b", "key"), at("e"), at("e", "key")]).toStrictEqual([
			{ line: 1, column: 12 },
			{ line: 2, column: 4 },
			{ line: 2, column: 4 },
			{ line: 3, column: 4 },
			{ line: 3, column: 1 },
		]);
	});
});

describe("limits", () => {
	test("are 64 levels", () => {
		const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
		expect(read(nested(65))).not.toBeInstanceOf(Array);
		expect(read(nested(66))).toEqual([`1:66 too_deep ${"[0]".repeat(65)}`]);
		expect(read(`${"{ a: ".repeat(65)}b${" }".repeat(65)}`)).toEqual([`1:326 too_deep ${"a.".repeat(64)}a`]);
		expect(read(`${"{ a: ".repeat(64)}b${" }".repeat(64)}`)).not.toBeInstanceOf(Array);
	});

	test("are 20,000 values, whatever they are, and more in a list and a connector", () => {
		const values = (kind: string, count: number) => read(`kind: ${kind}\nitems: [${"~,".repeat(count - 1)}7]`);
		// The document, its kind and the list are values too; `~` is one, however it is written.
		expect(values("Role", 19_997)).toEqual({ values: [{ kind: "Role", items: [...new Array(19_996).fill(null), 7] }] });
		expect(values("Role", 20_010)).toEqual(["2:40003 too_many_values items[19997]"]);
		for (const kind of ["List", "Connector"]) expect(values(kind, 20_010)).not.toBeInstanceOf(Array);
	});
});
