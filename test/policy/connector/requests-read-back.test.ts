/** A request of an SDK is read as what the upstream would take it for, or refused: constants, headers, bodies of every form. */
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { buildRequest } from "../../../src/policy/connector/build-request.ts";
import { type IncomingRequest, readRequest, readSegments } from "../../../src/policy/connector/read-request.ts";
import { connectorText, definitionsOf, type HttpDefinition } from "./connectors.ts";

const definitions = definitionsOf(
	connectorText(`  - name: crm.search
    method: GET
    path: /{kind}/{id}/search
    query: { v: { const: "2" }, limit: limit, deep: { field: filter, style: deep } }
    headers: { X-Version: { const: "7" }, X-Count: count, X-Dry-Run: dry }
    input:
      type: object
      properties:
        kind: { enum: [users, teams] }
        id: { type: integer }
        limit: { type: integer }
        filter: { type: object, properties: { since: { type: integer }, tags: { type: array, items: { type: string } }, any: {}, mixed: { type: [integer, boolean] } } }
        count: { type: integer }
        dry: { type: boolean }
      required: [kind, id]
  - name: crm.renamed
    method: POST
    path: /renamed
    body: { format: form, fields: { Amount: amount, Items: items } }
    input: { type: object, properties: { amount: { type: integer }, items: { type: array, items: { type: boolean } } } }
  - name: crm.text
    method: POST
    path: /text
    body: { format: text, field: text }
    input: { type: object, properties: { text: { type: string } }, required: [text] }
  - name: crm.json
    method: POST
    path: /json
    headers: { X-Key: key }
    input: { type: object, properties: { a: {}, key: { type: string } } }
  - name: crm.fields
    method: POST
    path: /fields
    body: { fields: { A: a, B: b } }
    input: { type: object, properties: { a: {}, b: {} } }
  - name: crm.wrapped
    method: POST
    path: /wrapped
    body: { wrap: it }
    input: { type: object, properties: { a: {} } }
  - name: crm.crossed
    method: PUT
    path: /crossed/{id}
    body: { fields: { id: other, Own: id2 } }
    input: { type: object, properties: { id: { type: string }, other: {}, id2: {} } }
  - name: crm.form
    method: POST
    path: /form
    body: { format: form }
    input: { type: object, properties: { metadata: { type: object, additionalProperties: { type: string } }, either: { anyOf: [{ type: array, items: { type: integer } }, { type: object }] }, words: { type: [integer, string] }, list: { type: array, items: { type: string } } } }
  - name: crm.whole
    method: POST
    path: /whole
    body: { field: all }
    input: { type: object, properties: { all: {} } }
`),
);
const named = (name: string) => definitions.find((definition) => definition.name === name) as HttpDefinition;
const plain = (value: Json): Json => JSON.parse(JSON.stringify(value));

function read(name: string, path: string, more: Partial<IncomingRequest> = {}) {
	const definition = named(name);
	const result = readRequest(definition, {
		method: definition.http.method,
		segments: readSegments(path) as string[],
		query: [],
		header: () => null,
		body: null,
		...more,
	});
	return result.ok ? plain(result.input) : result.problems.map(({ path: field, code }) => `${field} ${code}`);
}
const headersOf = (headers: Record<string, string>) => (name: string) => headers[name] ?? null;

describe("the address, the query and the headers", () => {
	test("are read by their types, and constants stay out of the input", () => {
		expect(
			read("crm.search", "/users/7/search", {
				query: [
					["v", "2"],
					["limit", "-3"],
					["deep[since]", "5"],
					["deep[tags][]", "a"],
					["deep[tags][]", "b"],
				],
				header: headersOf({ "x-version": "9", "x-count": "12", "x-dry-run": "false" }),
			}),
		).toEqual({ kind: "users", id: 7, limit: -3, filter: { since: 5, tags: ["a", "b"] }, count: 12, dry: false });
	});

	test.each<[string, string, Partial<IncomingRequest>, string[]]>([
		["a constant with another value", "/users/7/search", { query: [["v", "3"]] }, ["v not_allowed"]],
		[
			"a constant with two values",
			"/users/7/search",
			{
				query: [
					["v", "2"],
					["v", "3"],
				],
			},
			["v not_allowed"],
		],
		["a header that is no number", "/users/7/search", { header: headersOf({ "x-count": "a" }) }, ["count type"]],
		["a header that is no truth value", "/users/7/search", { header: headersOf({ "x-dry-run": "yes" }) }, ["dry type"]],
		["a part of the address that is no number", "/users/x/search", {}, ["id not_in_a_path"]],
		["a part of the address that is missing", "/users", {}, ["id not_in_a_path"]],
		["a parameter that is none", "/users/7/search", { query: [["limit[]", "1"]] }, ["limit[] unknown_parameter"]],
		["two mistakes", "/users/x/search", { query: [["limit", "a"]] }, ["id not_in_a_path", "limit type"]],
		["a body where none is", "/users/7/search", { body: { json: {} } }, [" body"]],
		[
			"a parameter with a long name, told no further than its beginning",
			"/users/7/search",
			{ query: [["x".repeat(65), "1"]] },
			[`${"x".repeat(64)} unknown_parameter`],
		],
		[
			"a field in brackets with a long name",
			"/users/7/search",
			{ query: [[`deep[${"x".repeat(65)}`, "1"]] },
			[`deep[${"x".repeat(59)} form`],
		],
		["a list by a name", "/users/7/search", { query: [["deep[tags][x]", "1"]] }, ["deep[tags] form"]],
		["a list by a number that has two spellings", "/users/7/search", { query: [["deep[tags][01]", "1"]] }, ["deep[tags] form"]],
		["a list by a number and more", "/users/7/search", { query: [["deep[tags][1x]", "1"]] }, ["deep[tags] form"]],
		["a list by a great number", "/users/7/search", { query: [["deep[tags][100000]", "1"]] }, ["deep[tags] form"]],
		[
			"a list by a number and a name",
			"/users/7/search",
			{
				query: [
					["deep[tags][0]", "1"],
					["deep[tags][x]", "1"],
				],
			},
			["deep[tags] form"],
		],
		[
			"a field that is a value and has fields",
			"/users/7/search",
			{
				query: [
					["deep[any]", "1"],
					["deep[any][x]", "1"],
				],
			},
			["deep[any][x] form"],
		],
		[
			"a field that has fields and is a value",
			"/users/7/search",
			{
				query: [
					["deep[any][x]", "1"],
					["deep[any]", "1"],
				],
			},
			["deep[any] form"],
		],
		["a number of a field that is none", "/users/7/search", { query: [["deep[since]", "1.5"]] }, ["deep[since] form"]],
		["a text where a list is", "/users/7/search", { query: [["deep[tags]", "a"]] }, ["deep[tags] form"]],
		["a name with half a bracket", "/users/7/search", { query: [["deep[tags", "a"]] }, ["deep[tags form"]],
		[
			"brackets beyond the cap",
			"/users/7/search",
			{ query: [[`deep${"[a]".repeat(16)}`, "a"]] },
			[`deep${"[a]".repeat(16)} form`],
		],
	])("%s is refused", (_what, path, more, problems) => {
		const found = read("crm.search", path, more);
		expect(found).toEqual(problems);
	});

	test("brackets at the cap, and what may be of several types, are taken", () => {
		const deep = read("crm.search", "/users/7/search", {
			query: [
				[`deep[any]${"[a]".repeat(14)}`, "text"],
				["deep[mixed]", "12"],
			],
		}) as { filter: JsonObject };
		expect(deep.filter["mixed"]).toBe(12);
		expect(JSON.stringify(deep.filter["any"])).toContain('"text"');
		expect(read("crm.search", "/users/7/search", { query: [["deep[mixed]", "true"]] })).toMatchObject({
			filter: { mixed: true },
		});
		expect(read("crm.search", "/users/7/search", { query: [["deep[mixed]", "x"]] })).toMatchObject({ filter: { mixed: "x" } });
		expect(read("crm.search", "/users/7/search", { query: [["deep[any]", "12"]] })).toMatchObject({ filter: { any: "12" } });
	});
});

describe("bodies", () => {
	test.each<[string, string, IncomingRequest["body"], unknown]>([
		[
			"crm.renamed",
			"/renamed",
			{
				form: [
					["Amount", "5"],
					["Items[0]", "true"],
					["Items[1]", "false"],
				],
			},
			{ amount: 5, items: [true, false] },
		],
		[
			"crm.renamed",
			"/renamed",
			{
				form: [
					["Items[1]", "false"],
					["Items[0]", "true"],
				],
			},
			{ items: [true, false] },
		],
		["crm.renamed", "/renamed", { form: [["amount", "5"]] }, ["amount unknown_field"]],
		["crm.renamed", "/renamed", { form: [["Items[1]", "no"]] }, ["Items[1] form"]],
		["crm.form", "/form", { form: [["metadata[0]", "a"]] }, { metadata: { 0: "a" } }],
		["crm.form", "/form", { form: [["either[0]", "7"]] }, { either: [7] }],
		["crm.form", "/form", { form: [["either[x]", "7"]] }, { either: { x: "7" } }],
		["crm.form", "/form", { form: [["words", "7"]] }, { words: "7" }],
		[
			"crm.form",
			"/form",
			{
				form: [
					["list[]", "a"],
					["list[]", "b"],
				],
			},
			{ list: ["a", "b"] },
		],
		[
			"crm.form",
			"/form",
			{
				form: [
					["list[10]", "b"],
					["list[9]", "a"],
				],
			},
			{ list: ["a", "b"] },
		],
		["crm.fields", "/fields", { json: { ["x".repeat(65)]: 1 } }, [`${"x".repeat(64)} unknown_field`]],
		["crm.form", "/form", { form: [[`a[${"x".repeat(65)}`, "1"]] }, [`a[${"x".repeat(62)} form`]],
		["crm.crossed", "/crossed/7", { json: { id: 1, Own: 2 } }, { id: "7", other: 1, id2: 2 }],
		["crm.crossed", "/crossed/7", { json: { other: 1 } }, ["other unknown_field"]],
		["crm.renamed", "/renamed", { form: [["Amount", "5x"]] }, ["Amount form"]],
		["crm.renamed", "/renamed", { text: "Amount=5" }, [" body"]],
		["crm.text", "/text", { text: "" }, { text: "" }],
		["crm.text", "/text", { json: "a" }, [" body"]],
		["crm.text", "/text", { form: [["text", "a"]] }, [" body"]],
		["crm.json", "/json", { json: { a: [1] } }, { a: [1] }],
		["crm.json", "/json", { json: [1] }, [" type"]],
		["crm.json", "/json", { json: null }, [" type"]],
		["crm.json", "/json", { json: { key: "k" } }, ["key unknown_field"]],
		["crm.json", "/json", { form: [["a", "1"]] }, [" body"]],
		["crm.json", "/json", null, {}],
		["crm.fields", "/fields", { json: { A: 1, B: 2 } }, { a: 1, b: 2 }],
		["crm.fields", "/fields", { json: { a: 1 } }, ["a unknown_field"]],
		["crm.fields", "/fields", { json: { toString: 1 } }, ["toString unknown_field"]],
		["crm.wrapped", "/wrapped", { json: { it: { a: 1 } } }, { a: 1 }],
		["crm.wrapped", "/wrapped", { json: { a: 1 } }, [" body"]],
		["crm.wrapped", "/wrapped", { json: { it: { a: 1 }, a: 1 } }, [" body"]],
		["crm.wrapped", "/wrapped", { json: [] }, [" body"]],
		["crm.wrapped", "/wrapped", { json: { it: 1 } }, [" type"]],
		["crm.whole", "/whole", { json: [1, 2] }, { all: [1, 2] }],
		["crm.whole", "/whole", { json: null }, { all: null }],
	])("%s at %s of %j: %j", (name, path, body, wanted) => {
		expect(read(name, path, { body })).toEqual(wanted);
	});
});

test("a list in a form has at most 10,000 values", () => {
	const form = (count: number) => Array.from({ length: count }, (): [string, string] => ["list[]", "a"]);
	expect((read("crm.form", "/form", { body: { form: form(10_000) } }) as { list: string[] }).list.length).toBe(10_000);
	expect(read("crm.form", "/form", { body: { form: form(10_001) } })).toEqual(["list[] form"]);
});

describe("what is sent", () => {
	const sent = (name: string, input: JsonObject) => {
		const built = buildRequest(named(name).http, input);
		return built.ok ? built.request : `${built.problem.path} ${built.problem.code}`;
	};

	test("has the constants that the definition has, whatever the input", () => {
		expect(sent("crm.search", { kind: "users", id: 7 })).toMatchObject({
			path: "/v2/users/7/search",
			query: [["v", "2"]],
			headers: { "x-version": "7" },
			body: null,
		});
	});

	test.each<[string, JsonObject, string]>([
		["crm.search", { kind: "admins", id: 7 }, "kind not_in_a_path"],
		["crm.search", { kind: "users", id: 1.5 }, "id not_in_a_path"],
		["crm.search", { kind: "users" }, "id not_in_a_path"],
		["crm.search", { kind: "users", id: 7, limit: "3" }, "limit not_in_a_query"],
		["crm.search", { kind: "users", id: 7, filter: "x" }, "filter not_in_a_query"],
		["crm.search", { kind: "users", id: 7, filter: { tags: [] } }, "filter not_in_a_query"],
		["crm.search", { kind: "users", id: 7, filter: { any: null } }, "filter not_in_a_query"],
		["crm.search", { kind: "users", id: 7, filter: { any: { "a]": 1 } } }, "filter not_in_a_query"],
		["crm.search", { kind: "users", id: 7, count: "3" }, "count not_in_a_header"],
		["crm.renamed", { items: [] }, "Items not_in_a_form"],
		["crm.form", { "a[b": 1 }, "a[b not_in_a_form"],
		["crm.text", { text: 7 }, "text not_a_text"],
	])("%s refuses %j: %s", (name, input, refusal) => {
		expect(sent(name, input)).toBe(refusal);
	});

	test("goes below the base path, with the headers of the connector, an action's own before them", () => {
		const sentTo = (path: string, base: string) => {
			const [definition] = definitionsOf(
				connectorText(
					`  - { name: crm.x, method: GET, path: '${path}', headers: { X-B: { const: mine } } }\n`,
					`  base_url: ${base}\n  headers: { X-A: a, X-B: b }`,
				),
			);
			const built = buildRequest((definition as HttpDefinition).http, {});
			return built.ok ? [built.request.path, built.request.headers] : [];
		};
		const headers = { "x-a": "a", "x-b": "mine" };
		expect(sentTo("/", "https://api.example.com")).toEqual(["/", headers]);
		expect(sentTo("/", "https://api.example.com/v2/")).toEqual(["/v2", headers]);
		expect(sentTo("/x", "https://api.example.com")).toEqual(["/x", headers]);
		expect(sentTo("/x/", "https://api.example.com/v2")).toEqual(["/v2/x/", headers]);
	});

	test("bodies of every form", () => {
		const bodyOf = (name: string, input: JsonObject) => (sent(name, input) as { body: { text: string } | null }).body?.text;
		expect(bodyOf("crm.renamed", { amount: 5, items: [true, false] })).toBe("Amount=5&Items%5B0%5D=true&Items%5B1%5D=false");
		expect(bodyOf("crm.renamed", { amount: 5 })).toBe("Amount=5");
		expect(bodyOf("crm.renamed", {})).toBe("");
		expect(bodyOf("crm.text", { text: "" })).toBe("");
		for (const name of ["crm.text", "crm.whole"]) expect(sent(name, {})).toHaveProperty("body", null);
		expect(bodyOf("crm.json", { a: 1, key: "k" })).toBe('{"a":1}');
		expect(bodyOf("crm.fields", { b: 1 })).toBe('{"B":1}');
		expect(bodyOf("crm.wrapped", { a: 1 })).toBe('{"it":{"a":1}}');
		expect(bodyOf("crm.whole", { all: [1] })).toBe("[1]");
	});
});
