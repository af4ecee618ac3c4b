/** What a connector's document comes to: how it proves itself, what its actions send where, and the bodies that are refused. */
import { describe, expect, test } from "vitest";
import type { ConnectorDocument } from "../../../src/contract/connector-document.ts";
import { connectorDefinitions, secretNames } from "../../../src/policy/connector/compile-connector.ts";
import { parseDocuments } from "../../../src/policy/parse-documents.ts";
import { connectorText, definitionsOf, faultsOf, type HttpDefinition } from "./connectors.ts";

const ME = "  - { name: crm.me.get, method: GET, path: /me }\n";

describe("how a connector proves itself", () => {
	test.each([
		["bearer: { secret: k }", { kind: "bearer", secret: { name: "k", version: 3 } }],
		["header: { name: X-Key, secret: k }", { kind: "header", secret: { name: "k", version: 3 }, name: "x-key", prefix: "" }],
		["basic: { username: u, secret: k }", { kind: "basic", secret: { name: "k", version: 3 }, username: "u" }],
		["query: { name: Key, secret: k }", { kind: "query", secret: { name: "k", version: 3 }, name: "Key" }],
		[
			"oauth2: { token_url: 'https://a.example/t', client_id: c, secret: k }",
			{ kind: "oauth2", secret: { name: "k", version: 3 }, token_url: "https://a.example/t", client_id: "c", scopes: [] },
		],
		[
			"oauth2: { token_url: 'https://a.example/t', client_id: c, secret: other, scopes: [r], audience: x }",
			{
				kind: "oauth2",
				secret: { name: "other", version: 0 },
				token_url: "https://a.example/t",
				client_id: "c",
				scopes: ["r"],
				audience: "x",
			},
		],
	])("%s", (auth, wanted) => {
		const text = connectorText(ME, `  base_url: https://api.example.com\n  auth: { ${auth} }`);
		const { documents, problems } = parseDocuments(text, { format: "yaml" });
		const [first] = documents;
		if (first?.kind !== "Connector") throw new Error(JSON.stringify(problems));
		const document = first.document as ConnectorDocument;
		const [definition] = connectorDefinitions(document, new Map([["k", 3]])) as HttpDefinition[];
		expect(definition?.http.service.auth).toEqual(wanted);
		expect(secretNames(document.http)).toEqual([wanted.secret.name]);
	});

	test("or does not", () => {
		const [definition] = definitionsOf(connectorText(ME));
		expect(definition?.http.service).not.toHaveProperty("auth");
	});
});

describe("an action", () => {
	test("that says no more than it must has what holds for all, and nothing else", () => {
		expect(definitionsOf(connectorText(ME))).toStrictEqual([
			{
				name: "crm.me.get",
				description: "",
				connector: "crm",
				input_schema: { type: "object", additionalProperties: false },
				human_names: {},
				logged: [],
				covers: {},
				defaults: {},
				time_limit_ms: 30_000,
				http: {
					service: {
						origin: "https://api.example.com",
						base_path: "/v2",
						headers: {},
						concurrency: 64,
						breaker: { failures: 20, open_ms: 30_000 },
					},
					method: "GET",
					path: [{ text: "me" }],
					query: [],
					headers: [],
					response: { max_bytes: 1_048_576 },
					retries: 0,
				},
			},
		]);
	});

	test("has what the connector says for all of its actions, or says otherwise itself", () => {
		const http = `  base_url: https://api.example.com/v2
  auth: { oauth2: { token_url: 'https://a.example/t', client_id: c, secret: k } }
  time_limit: 5s
  concurrency: 2
  breaker: { failures: 3, open_for: 1m }
  response: { max_bytes: 9, headers: [X-Total] }
  proxy: { enabled: true }`;
		const own = "  - { name: crm.own, method: GET, path: /own, time_limit: 1s, response: { max_bytes: 7, headers: [Link] } }\n";
		const [first, second] = definitionsOf(connectorText(ME + own, http)) as [HttpDefinition, HttpDefinition];
		expect(first.http.service).toStrictEqual({
			origin: "https://api.example.com",
			base_path: "/v2",
			headers: {},
			auth: { kind: "oauth2", secret: { name: "k", version: 0 }, token_url: "https://a.example/t", client_id: "c", scopes: [] },
			concurrency: 2,
			breaker: { failures: 3, open_ms: 60_000 },
			proxy: { error_style: "generic" },
		});
		expect([first.time_limit_ms, first.http.response]).toStrictEqual([5_000, { max_bytes: 9, headers: ["x-total"] }]);
		expect([second.time_limit_ms, second.http.response]).toStrictEqual([1_000, { max_bytes: 7, headers: ["link"] }]);
		const [off] = definitionsOf(connectorText(ME, http.replace("enabled: true", "enabled: false")));
		expect(off?.http.service).not.toHaveProperty("proxy");
	});

	test("has its parameters with the types of their fields, and its constants", () => {
		const [action] = definitionsOf(
			connectorText(`  - name: crm.put
    method: PUT
    path: /{n}/{s}/{e}
    query: { a: { const: 1 }, b: { const: false }, c: t, d: { field: o, style: deep }, l: l, m: { field: m, style: brackets }, w: { field: w } }
    headers: { X-A: { const: c }, X-B: { field: f }, X-C: g }
    body: { wrap: it }
    input: { type: object, properties: { n: { type: integer }, s: { type: string }, e: { enum: [x, y] }, t: { type: boolean }, o: { type: object }, l: { type: array, items: { type: number } }, m: { type: array, items: { type: string } }, w: { type: number }, f: { type: integer }, g: { type: string } } }
`),
		);
		expect(action?.http).toStrictEqual({
			...action?.http,
			path: [
				{ field: "n", type: "integer" },
				{ field: "s", type: "string" },
				{ field: "e", type: "string", values: ["x", "y"] },
			],
			query: [
				{ name: "a", const: "1" },
				{ name: "b", const: "false" },
				{ name: "c", field: "t", type: "boolean" },
				{ name: "d", field: "o", deep: true },
				{ name: "l", field: "l", type: "number", list: "repeat" },
				{ name: "m", field: "m", type: "string", list: "brackets" },
				{ name: "w", field: "w", type: "number" },
			],
			headers: [
				{ name: "x-a", const: "c" },
				{ name: "x-b", field: "f", type: "integer" },
				{ name: "x-c", field: "g", type: "string" },
			],
			body: { format: "json", content_type: "application/json", wrap: "it" },
		});
	});

	test.each([
		"allOf: [{ properties: { b: {} } }]",
		"anyOf: [{ required: [a] }, {}]",
		"oneOf: [{ required: [a] }]",
		"$ref: '#/$defs/more', $defs: { more: { properties: { b: {} } } }",
		"unevaluatedProperties: false",
		"additionalProperties: true",
	])("whose schema says by %s which fields there are takes those", (more) => {
		const input = `input: { type: object, properties: { a: {} }, ${more} }`;
		const [action] = definitionsOf(connectorText(`  - { name: crm.post, method: POST, path: /x, ${input} }\n`));
		const wanted = more.startsWith("additional") ? true : undefined;
		expect(action?.input_schema["additionalProperties"]).toBe(wanted);
	});

	const httpOf = (rest: string) => definitionsOf(connectorText(`  - { name: crm.put, path: /put, ${rest} }\n`))[0]?.http;
	const A = "input: { type: object, properties: { a: { type: string } } }";
	const B = "input: { type: object, properties: { b: { type: object } } }";
	const JSON_TYPE = { format: "json", content_type: "application/json" };

	test.each([
		["method: GET", undefined],
		["method: DELETE", undefined],
		["method: POST", JSON_TYPE],
		["method: PUT", JSON_TYPE],
		["method: PATCH", JSON_TYPE],
		["method: POST, body: false", undefined],
		[
			`method: POST, body: { format: text, field: a }, ${A}`,
			{ format: "text", content_type: "text/plain; charset=utf-8", field: "a" },
		],
		[`method: POST, body: { format: form }, ${A}`, { format: "form", content_type: "application/x-www-form-urlencoded" }],
		[`method: POST, body: { fields: [a] }, ${A}`, { ...JSON_TYPE, fields: { a: "a" } }],
		[`method: POST, body: { fields: { A: a }, wrap: w }, ${A}`, { ...JSON_TYPE, fields: { A: "a" }, wrap: "w" }],
		[
			`method: POST, body: { content_type: application/x+json, field: b }, ${B}`,
			{ format: "json", content_type: "application/x+json", field: "b" },
		],
	])("with %s has its body", (rest, body) => {
		expect(httpOf(rest)?.body).toStrictEqual(body);
	});

	test("shows the headers that it names, whatever their case", () => {
		expect(httpOf("method: GET, response: { headers: [X-Total, Link] }")?.response.headers).toEqual(["x-total", "link"]);
		expect(httpOf("method: GET")?.response).not.toHaveProperty("headers");
	});

	test("takes no field that it does not name, and those of its address always", () => {
		const schemaOf = (input: string) =>
			definitionsOf(connectorText(`  - { name: crm.get, method: GET, path: '/x/{id}', query: { a: a }, input: ${input} }\n`))[0]
				?.input_schema;
		const id = "properties: { id: { type: string }, a: { type: string } }";
		expect(schemaOf(`{ type: object, ${id} }`)).toMatchObject({
			additionalProperties: false,
			required: ["id"],
		});
		expect(schemaOf(`{ type: object, ${id}, required: [id] }`)?.["required"]).toEqual(["id"]);
		expect(schemaOf(`{ type: object, ${id}, required: [a, id] }`)?.["required"]).toEqual(["a", "id"]);
	});

	test("shows on the log what its schema takes for a field that is left out, where the field is logged", () => {
		const [definition] = definitionsOf(
			connectorText(
				"  - { name: crm.get, method: GET, path: /x, logged: [a, b], query: { a: a, b: b, c: c }, input: { type: object, properties: { a: { type: string, default: x }, b: { type: string }, c: { type: string, default: z } } } }\n",
			),
		);
		expect(definition?.defaults).toStrictEqual({ a: "x" });
	});
});

describe("a body is refused", () => {
	const faults = (body: string) =>
		faultsOf(
			connectorText(
				`  - { name: crm.put, method: POST, path: '/put/{id}', body: ${body}, input: { type: object, properties: { id: { type: string }, a: { type: string }, n: { type: number }, l: { type: array, items: { type: string } }, o: { type: object } } } }\n`,
			),
		);

	test.each([
		["{ field: a, fields: [n] }", ["actions[0].body.fields two_forms"]],
		["{ format: text }", ["actions[0].body required"]],
		["{ field: a, wrap: w }", ["actions[0].body.wrap two_forms"]],
		["{ format: form, content_type: text/plain }", ["actions[0].body.content_type not_taken"]],
		["{ field: b }", ["actions[0].body.field unknown_field"]],
		["{ fields: [a, b] }", ["actions[0].body.fields unknown_field"]],
		["{ field: id }", ["actions[0].body.field field_twice"]],
		["{ fields: { A: a, B: a } }", ["actions[0].body.fields field_twice"]],
		["{ format: text, field: n }", ["actions[0].body.field no_wire_form"]],
		["{ format: text, field: l }", ["actions[0].body.field no_wire_form"]],
		["{ format: form, field: a }", ["actions[0].body.field no_wire_form"]],
	])("%s", (body, wanted) => {
		expect(faults(body).filter((fault) => !fault.endsWith(" unused_field"))).toEqual(wanted);
	});

	test.each(["{ field: a }", "{ format: form, field: o }", "{ format: text, field: a }", "{ fields: [a, n] }"])(
		"but not %s",
		(body) => {
			expect(faults(body).filter((fault) => !fault.endsWith(" unused_field"))).toEqual([]);
		},
	);

	test.each<[string, string[]]>([
		["{ field: a }", ["n", "l", "o"]],
		["{ fields: [a, n] }", ["l", "o"]],
		["{ fields: { x: o, y: n } }", ["a", "l"]],
		["{ fields: [a, n, l, o] }", []],
		["{}", []],
		["{ wrap: w }", []],
		["{ format: form }", []],
		["false", ["a", "n", "l", "o"]],
	])("where a field would be sent nowhere: %s", (body, names) => {
		expect(faults(body)).toEqual(names.map((name) => `actions[0].input.properties.${name} unused_field`));
	});

	test.each([
		["{ field: a }", ["actions[0].input.additionalProperties unused_field"]],
		["{ fields: [a] }", ["actions[0].input.additionalProperties unused_field"]],
		["{}", []],
	])("where other fields would be sent nowhere: %s", (body, wanted) => {
		const input = "input: { type: object, properties: { a: { type: string } }, additionalProperties: true }";
		expect(faultsOf(connectorText(`  - { name: crm.put, method: POST, path: /x, body: ${body}, ${input} }\n`))).toEqual(wanted);
	});

	test.each(["GET", "HEAD"])("where %s has one", (method) => {
		const text = (body: string) => connectorText(`  - { name: crm.x, method: ${method}, path: /x${body} }\n`);
		expect(faultsOf(text(", body: {}"))).toEqual(["actions[0].body no_body"]);
		expect([faultsOf(text("")), faultsOf(text(", body: false"))]).toEqual([[], []]);
	});
});
