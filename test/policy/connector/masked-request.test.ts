/** A request as people are shown it: all of it, and of its credentials only where they come from. */
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/contract/json.ts";
import { buildRequest } from "../../../src/policy/connector/build-request.ts";
import { maskedRequest } from "../../../src/policy/connector/masked-request.ts";
import { connectorText, definitionsOf } from "./connectors.ts";

function shown(auth: string, input: JsonObject = { id: "a b" }) {
	const [definition] = definitionsOf(
		connectorText(
			"  - { name: crm.put, method: PUT, path: '/x/{id}', query: { q: q, r: r }, headers: { X-A: h }, body: { field: text, format: text }, input: { type: object, properties: { id: { type: string }, q: { type: string }, r: { type: string }, h: { type: string }, text: { type: string } } } }\n",
			`  base_url: https://api.example.com/v2\n  headers: { X-C: c }${auth === "" ? "" : `\n  auth: { ${auth} }`}`,
		),
	);
	const http = definition?.http;
	const built = http === undefined ? null : buildRequest(http, input);
	if (http === undefined || built?.ok !== true) throw new Error("it can be built");
	return maskedRequest(http, built.request);
}

describe("its credentials", () => {
	test.each<[string, object]>([
		["", {}],
		["bearer: { secret: k }", { headers: { authorization: "Bearer [secret k]" } }],
		["header: { name: X-Key, secret: k, prefix: 'key ' }", { headers: { "x-key": "key [secret k]" } }],
		["basic: { username: u, secret: k }", { headers: { authorization: "Basic u:[secret k]" } }],
		[
			"oauth2: { token_url: 'https://a.example/t', client_id: c, secret: k }",
			{ headers: { authorization: "Bearer [token from https://a.example/t for [secret k]]" } },
		],
		["query: { name: 'a key', secret: k }", { url: "https://api.example.com/v2/x/a%20b?a%20key=[secret k]" }],
	])("%s", (auth, more) => {
		const { headers = {}, ...rest } = more as { headers?: object };
		expect(shown(auth)).toEqual({
			method: "PUT",
			url: "https://api.example.com/v2/x/a%20b",
			body: null,
			headers: { "x-c": "c", ...headers },
			...rest,
		});
	});
});

test("all of the rest is shown as it would leave", () => {
	const input = { id: "a", q: "1&2", r: "", h: "v", text: "hello" };
	const rest = {
		method: "PUT",
		headers: { "x-c": "c", "x-a": "v", "content-type": "text/plain; charset=utf-8" },
		body: "hello",
	};
	expect(shown("", input)).toEqual({ ...rest, url: "https://api.example.com/v2/x/a?q=1%262&r=" });
	expect(shown("query: { name: k, secret: s }", input)).toEqual({
		...rest,
		url: "https://api.example.com/v2/x/a?q=1%262&r=&k=[secret s]",
	});
});
