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
		expect(httpOf(rest)?.body).toEqual(body);
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
		expect(definition?.defaults).toEqual({ a: "x" });
	});
});

describe("a body is refused", () => {
	const faults = (body: string) =>
		faultsOf(
			connectorText(
				`  - { name: crm.put, method: POST, path: '/put/{id}', body: ${body}, input: { type: object, properties: { id: { type: string }, a: { type: string }, n: { type: number }, o: { type: object } } } }\n`,
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
});
