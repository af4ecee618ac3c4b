/** From an input to its request and back: the same input, or no request at all. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "../../support/seeded-laws.ts";
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { canonicalInput } from "../../../src/policy/canonical-input.ts";
import { AddressIndex } from "../../../src/policy/connector/address-index.ts";
import { buildRequest, queryText, type WireRequest } from "../../../src/policy/connector/build-request.ts";
import { type IncomingRequest, readPairs, readRequest, readSegments } from "../../../src/policy/connector/read-request.ts";
import { parseStrictJsonText } from "../../../src/policy/strict-json.ts";
import { connectorText, definitionsOf, type HttpDefinition } from "./connectors.ts";

const definitions = definitionsOf(
	connectorText(`  - name: crm.ticket.update
    method: PUT
    path: /tickets/{id}/t-{tag}.json
    query: { notify: notify, n: limit, ids: { field: ids }, csv: { field: csv, style: comma }, br: { field: br, style: brackets }, created: { field: created, style: deep } }
    headers: { If-Match: version }
    input: &input
      type: object
      properties:
        id: { type: integer }
        tag: { type: string }
        notify: { type: boolean }
        limit: { type: number }
        ids: { type: array, items: { type: integer } }
        csv: { type: array, items: { type: string } }
        br: { type: array, items: { type: string } }
        created: { type: object, properties: { gte: { type: integer }, in: { type: array, items: { type: string } } }, additionalProperties: false }
        version: { type: string }
        subject: { type: string }
        nested: {}
  - name: crm.ticket.wrapped
    method: PATCH
    path: /tickets/{id}
    body: { wrap: ticket, fields: { Subject: subject, Nested: nested } }
    input: { type: object, properties: { id: { type: string }, subject: { type: string }, nested: {} } }
  - name: crm.file.put
    method: PUT
    path: /files/{path*}
    body: { format: text, field: text }
    input: { type: object, properties: { path: { type: string }, text: { type: string } }, required: [text] }
  - name: crm.branch.put
    method: POST
    path: /branches/{name+}/protection
    body: { field: rules }
    input: { type: object, properties: { name: { type: string }, rules: {} }, required: [rules] }
  - name: crm.charge.create
    method: POST
    path: /charges
    body: { format: form }
    input:
      type: object
      properties:
        amount: { type: integer }
        live: { type: boolean }
        metadata: { type: object, additionalProperties: { type: string } }
        items: { type: array, items: { type: object, properties: { price: { type: string }, quantity: { type: integer } }, additionalProperties: false } }
        expand: { type: array, items: { type: string } }
  - name: crm.me.get
    method: GET
    path: /users/me
  - name: crm.user.get
    method: GET
    path: /users/{name}
    input: { type: object, properties: { name: { type: string } } }
`),
);
const index = new AddressIndex(definitions);
const named = (name: string) => definitions.find((definition) => definition.name === name) as HttpDefinition;

/** The request as it would come in again. */
function incoming({ method, path, query, headers, body }: WireRequest): IncomingRequest {
	const segments = readSegments(path.slice("/v2".length));
	const pairs = readPairs(queryText(query));
	if (segments === null || pairs === null) throw new Error(`cannot be read: ${path}?${queryText(query)}`);
	return { method, segments, query: pairs, header: (name) => headers[name] ?? null, body: bodyOf(body) };
}

function bodyOf(body: WireRequest["body"]): IncomingRequest["body"] {
	if (body === null) return null;
	if (body.content_type.startsWith("text/")) return { text: body.text };
	if (body.content_type.includes("form")) return { form: readPairs(body.text) ?? [] };
	const parsed = parseStrictJsonText(body.text);
	if (!parsed.ok) throw new Error(parsed.problem.message);
	return { json: parsed.value };
}

/** Without the prototypes that plain literals have and read values lack. */
const plain = (value: Json): Json => JSON.parse(JSON.stringify(value));

const key = fc
	.string({ minLength: 1, maxLength: 6, unit: "binary" })
	.filter((text) => !/[[\]]|^(__proto__|constructor|prototype)$/.test(text));
const text = fc.string({ maxLength: 12, unit: "binary" });
const json = fc
	.jsonValue({ maxDepth: 3 })
	.map(
		(value) =>
			JSON.parse(
				JSON.stringify(value, (name, one) => (name === "__proto__" ? undefined : Object.is(one, -0) ? 0 : one)) ?? "null",
			) as Json,
	);
const inputs: Record<string, fc.Arbitrary<JsonObject>> = {
	"crm.ticket.update": fc.record(
		{
			id: fc.maxSafeInteger(),
			tag: fc.oneof({ weight: 4, arbitrary: fc.stringMatching(/^[a-z .%?#&=+]{1,8}$/) }, text),
			notify: fc.boolean(),
			limit: fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0),
			ids: fc.array(fc.maxSafeInteger()),
			csv: fc.array(fc.stringMatching(/^[a-z &=%+]{1,5}$/)),
			br: fc.array(text),
			created: fc.record({ gte: fc.nat(), in: fc.array(text, { minLength: 1 }) }, { requiredKeys: [] }),
			version: fc.stringMatching(/^[!-~]{1,5}$/),
			subject: text,
			nested: json,
		},
		{ requiredKeys: ["id", "tag"] },
	),
	"crm.ticket.wrapped": fc.record({ id: text, subject: text, nested: json }, { requiredKeys: ["id"] }),
	"crm.file.put": fc.record({
		path: fc.oneof(
			text,
			fc.array(text).map((parts) => parts.join("/")),
		),
		text,
	}),
	"crm.branch.put": fc.record({ name: fc.oneof(text, fc.constantFrom("feature/x", "../x", "a//b", ".")), rules: json }),
	"crm.charge.create": fc.record(
		{
			amount: fc.nat(),
			live: fc.boolean(),
			metadata: fc.dictionary(key, text, { maxKeys: 4 }),
			items: fc.array(fc.record({ price: text, quantity: fc.nat() }, { requiredKeys: ["price"] })),
			expand: fc.array(text),
		},
		{ requiredKeys: [] },
	),
	"crm.user.get": fc.record({ name: fc.oneof(text, fc.constantFrom("me", "%6de", "me/", "..", "a%2fb", "m\u0435")) }),
};

describe("an input that is sent comes back as it went, under its own action", () => {
	test.each(Object.keys(inputs))("%s", (name) => {
		const definition = named(name);
		let sent = 0;
		fc.assert(
			fc.property(inputs[name] as fc.Arbitrary<JsonObject>, (raw) => {
				const checked = canonicalInput(definition, raw);
				if (!checked.ok) return;
				// What is an input can be sent.
				const built = buildRequest(definition.http, checked.input);
				if (!built.ok) throw new Error(JSON.stringify(built.problem));
				sent++;
				const back = incoming(built.request);
				expect(index.find(back.method, back.segments)?.name).toBe(name);
				const read = readRequest(definition, back);
				expect(read).toMatchObject({ ok: true });
				const wanted = plain(checked.input);
				expect(plain(read.ok ? read.input : {})).toEqual(wanted);
			}),
			{ numRuns: 400 },
		);
		expect(sent).toBeGreaterThan(50);
	});
});

describe("every address stays below the base, whatever the values", () => {
	test.each(["crm.user.get", "crm.file.put", "crm.branch.put", "crm.ticket.wrapped"])("%s", (name) => {
		const { http } = named(name);
		const field = http.path.flatMap((segment) => ("field" in segment ? [segment.field] : []))[0] as string;
		const hostile = fc.oneof(
			text,
			fc.stringMatching(/^[./\\%2ef@?#;:a]{1,12}$/),
			fc.constantFrom("..", "%2e%2e", "..\\..", "//evil.example", "@evil.example", "a?x=1", "a#b"),
		);
		fc.assert(
			fc.property(hostile, (value) => {
				const built = buildRequest(http, { [field]: value, text: "", rules: 1 });
				if (!built.ok) return;
				const url = new URL(`https://api.example.com${built.request.path}`);
				expect(url.host).toBe("api.example.com");
				// What a URL parser makes of it is what was built: nothing was resolved, cut or escaped anew.
				expect(url.pathname).toBe(built.request.path);
				expect(url.search + url.hash).toBe("");
				expect(url.pathname.startsWith("/v2/")).toBe(true);
			}),
			{ numRuns: 1_000 },
		);
	});
});

test("the path, query, headers and body of one call", () => {
	const built = buildRequest(named("crm.ticket.update").http, {
		id: 7,
		tag: "a b",
		notify: true,
		ids: [1, 2],
		csv: ["x", "y z"],
		br: ["q"],
		created: { gte: 5 },
		version: "W/1",
		subject: "Ä",
	});
	expect(built).toEqual({
		ok: true,
		request: {
			method: "PUT",
			path: "/v2/tickets/7/t-a%20b.json",
			query: [
				["notify", "true"],
				["ids", "1"],
				["ids", "2"],
				["csv", "x,y z"],
				["br[]", "q"],
				["created[gte]", "5"],
			],
			headers: { "if-match": "W/1" },
			body: { content_type: "application/json", text: '{"subject":"Ä"}' },
		},
	});
});

test.each<[string, JsonObject, string]>([
	["crm.branch.put", { name: "feature/x", rules: 1 }, "/v2/branches/feature%2Fx/protection"],
	["crm.file.put", { path: "a b/c'd", text: "" }, "/v2/files/a%20b/c%27d"],
	["crm.user.get", { name: "(me)*!" }, "/v2/users/%28me%29%2A%21"],
	["crm.me.get", {}, "/v2/users/me"],
])("the address of %s with %j is %s, and it comes back", (name, input, path) => {
	const built = buildRequest(named(name).http, input);
	if (!built.ok) throw new Error(JSON.stringify(built.problem));
	expect(built.request.path).toBe(path);
	const back = incoming(built.request);
	expect(index.find(back.method, back.segments)?.name).toBe(name);
	const read = readRequest(named(name), back);
	expect(plain(read.ok ? read.input : {})).toEqual(input);
});

test.each<[string, JsonObject, string]>([
	["crm.user.get", { name: "me" }, "other_action"],
	["crm.user.get", { name: "" }, "not_in_a_path"],
	["crm.file.put", { path: "a//b", text: "" }, "not_in_a_path"],
	["crm.file.put", { path: "a/", text: "" }, "not_in_a_path"],
	["crm.branch.put", { name: "a/./b", rules: 1 }, "not_in_a_path"],
	["crm.ticket.update", { id: 1, tag: "t", csv: ["a", "b,c"] }, "not_in_a_query"],
	["crm.ticket.update", { id: 1, tag: "t", csv: ["a", ""] }, "not_in_a_query"],
	["crm.ticket.update", { id: 1, tag: "t", csv: [""] }, "not_in_a_query"],
	["crm.user.get", { name: "a/b" }, "not_in_a_path"],
	["crm.user.get", { name: ".." }, "not_in_a_path"],
	["crm.user.get", { name: "a\\b" }, "not_in_a_path"],
	["crm.user.get", { name: "a\u0000b" }, "not_in_a_path"],
	["crm.file.put", { path: "a/../b", text: "" }, "not_in_a_path"],
	["crm.file.put", { path: "/etc", text: "" }, "not_in_a_path"],
	["crm.branch.put", { name: "x/..", rules: 1 }, "not_in_a_path"],
	["crm.ticket.update", { id: 1, tag: "t", csv: ["a,b"] }, "not_in_a_query"],
	["crm.ticket.update", { id: 1, tag: "t", ids: [] }, "not_in_a_query"],
	["crm.ticket.update", { id: 1, tag: "t", version: "a\r\nX-Evil: 1" }, "not_in_a_header"],
	["crm.ticket.update", { id: 1, tag: "t", version: " a" }, "not_in_a_header"],
	["crm.charge.create", { metadata: {} }, "not_in_a_form"],
])("%s refuses %j: %s", (name, input, code) => {
	const built = buildRequest(named(name).http, input);
	expect(built.ok ? built.request : built.problem.code).toBe(code);
});

test.each<[string, JsonObject, string, string]>([
	["crm.user.get", { name: "a/b" }, "name", "not_in_a_path"],
	["crm.user.get", { name: "me" }, "", "other_action"],
	["crm.file.put", { path: "a/../b", text: "" }, "path", "not_in_a_path"],
	["crm.ticket.update", { id: 1, tag: "t", csv: ["a,b"] }, "csv", "not_in_a_query"],
	["crm.ticket.update", { id: 1, tag: "t", version: "a\r\nX-Evil: 1" }, "version", "not_in_a_header"],
	["crm.charge.create", { metadata: {} }, "metadata", "not_in_a_form"],
])("%s with %j is no input, though its schema takes it: %s %s", (name, input, path, code) => {
	expect(canonicalInput(named(name), input)).toMatchObject({ ok: false, problems: [{ path, code }] });
});

describe("a request of an SDK", () => {
	const read = (name: string, more: Partial<IncomingRequest> & { path: string }) => {
		const definition = named(name);
		return readRequest(definition, {
			method: definition.http.method,
			segments: readSegments(more.path) as string[],
			query: [],
			header: () => null,
			body: null,
			...more,
		});
	};

	test("a comma parts the values of a list that is written with commas, and of no other", () => {
		const query = readPairs("csv=a,b&br[]=a,b&br[]=c") ?? [];
		const result = read("crm.ticket.update", { path: "/tickets/1/t-a.json", query });
		expect(plain(result.ok ? result.input : {})).toEqual({ id: 1, tag: "a", csv: ["a", "b"], br: ["a,b", "c"] });
	});

	test("a form is read by the types of its schema", () => {
		const form = readPairs(
			"amount=100&live=true&metadata[order]=17&items[0][price]=p&items[0][quantity]=2&expand[]=a&expand[]=b",
		);
		expect(
			plain((read("crm.charge.create", { path: "/charges", body: { form: form ?? [] } }) as { input: JsonObject }).input),
		).toEqual({
			amount: 100,
			live: true,
			metadata: { order: "17" },
			items: [{ price: "p", quantity: 2 }],
			expand: ["a", "b"],
		});
	});

	test.each<[string, string, Parameters<typeof read>[1], string]>([
		["a parameter that the action lacks", "crm.user.get", { path: "/users/jo", query: [["x", "1"]] }, "unknown_parameter"],
		[
			"a parameter that stands twice",
			"crm.ticket.update",
			{
				path: "/tickets/1/t-a.json",
				query: [
					["n", "1"],
					["n", "2"],
				],
			},
			"repeated",
		],
		["a number that is none", "crm.ticket.update", { path: "/tickets/1/t-a.json", query: [["n", "0x10"]] }, "type"],
		["a part of the address without the text around it", "crm.ticket.update", { path: "/tickets/1/x-a.json" }, "not_in_a_path"],
		["an address that is too short", "crm.ticket.wrapped", { path: "/tickets" }, "not_in_a_path"],
		["a number that is not exact", "crm.ticket.update", { path: "/tickets/9007199254740993/t-a.json" }, "not_in_a_path"],
		[
			"a field of the address in the body",
			"crm.ticket.update",
			{ path: "/tickets/1/t-a.json", body: { json: { id: 2 } } },
			"unknown_field",
		],
		[
			"more beside what is wrapped",
			"crm.ticket.wrapped",
			{ path: "/tickets/1", body: { json: { ticket: {}, admin: true } } },
			"body",
		],
		["a body where none is", "crm.user.get", { path: "/users/jo", body: { json: {} } }, "body"],
		["JSON where a form is", "crm.charge.create", { path: "/charges", body: { json: {} } }, "body"],
		[
			"a name of a form that stands twice",
			"crm.charge.create",
			{
				path: "/charges",
				body: {
					form: [
						["amount", "1"],
						["amount", "2"],
					],
				},
			},
			"form",
		],
		[
			"a name that reaches a prototype",
			"crm.charge.create",
			{ path: "/charges", body: { form: [["metadata[__proto__]", "1"]] } },
			"form",
		],
	])("%s is refused", (_name, action, request, code) => {
		const result = read(action, request);
		expect(result.ok ? result.input : result.problems.map((problem) => problem.code)).toEqual([code]);
	});

	test.each<[string, string[]]>([
		["/", []],
		["/a", ["a"]],
		["/a/", ["a", ""]],
		["/a%2Fb/%20%C3%a4", ["a/b", " ä"]],
		["/...", ["..."]],
	])("the path %s is %j", (path, segments) => {
		expect(readSegments(path)).toEqual(segments);
	});

	test.each([
		...[
			"",
			"a",
			"a/b",
			"?",
			"//",
			"/a//",
			"/.",
			"/a/.",
			"/a%2f",
			"/%2fa",
			"/a%2f%2fb",
			"/a%2f.%2fb",
			"/a\\b",
			"/a\u007f",
			"/%ff",
		],
		...["/a/../b", "/%2e%2e/x", "/a%5cb", "/a//b", "/%zz", "/a%00", "/x%2f..%2fy", "//evil.example"],
	])("the path %s is none", (path) => {
		expect(readSegments(path)).toBeNull();
	});

	test.each<[string, [string, string][] | null]>([
		["", []],
		["&", []],
		[
			"a=1&&b=2&",
			[
				["a", "1"],
				["b", "2"],
			],
		],
		["a", [["a", ""]]],
		["a=", [["a", ""]]],
		["=a", [["", "a"]]],
		["a=b=c", [["a", "b=c"]]],
		["a+b=c+%2B+d", [["a b", "c + d"]]],
		["a%5B%5D=%C3%a4", [["a[]", "ä"]]],
		["%zz=1", null],
		["a=%zz", null],
		["a=1&b=%ff", null],
		["%", null],
	])("the query %j is %j", (text, pairs) => {
		expect(readPairs(text)).toEqual(pairs);
	});

	test("an escaped slash is part of a value where the action has one, and no address elsewhere", () => {
		const segments = readSegments("/branches/feature%2Fx/protection") as string[];
		expect(index.find("POST", segments)?.name).toBe("crm.branch.put");
		expect(index.find("GET", readSegments("/users/a%2Fb") as string[])).toBeNull();
		expect(index.find("GET", readSegments("/users/%6de") as string[])?.name).toBe("crm.me.get");
	});
});
