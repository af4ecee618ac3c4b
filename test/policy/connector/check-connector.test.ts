/** Connector documents: what is taken, and every mistake with its place. */
import { describe, expect, test } from "vitest";
import { parseDocuments } from "../../../src/policy/parse-documents.ts";
import { connectorText, definitionsOf, faultsOf } from "./connectors.ts";

const GET = `  - name: crm.ticket.get
    method: GET
    path: /tickets/{id}
    input: { type: object, properties: { id: { type: integer } } }
`;

test("an action comes out with everything that carrying it out takes", () => {
	const [action] = definitionsOf(
		connectorText(
			`  - name: crm.ticket.update
    description: Change a ticket.
    method: PUT
    path: /tickets/{id}/{part}
    query: { notify: notify, tag: { field: tags, style: comma }, api: { const: 3 } }
    headers: { If-Match: version }
    body: { wrap: ticket, content_type: application/vnd.api+json }
    input:
      type: object
      properties:
        id: { type: integer }
        part: { enum: [head, body] }
        notify: { type: boolean, default: true }
        tags: { type: array, items: { type: string } }
        version: { type: string }
        subject: { type: string }
    logged: [id, notify]
    human_names: { id: ticket }
    time_limit: 5s
    retries: 2
    response: { fields: [id, subject], max_bytes: 2048 }
`,
			`  base_url: https://API.example.com:8443/v2/
  auth: { header: { name: X-Api-Key, secret: crm-key, prefix: "key " } }
  headers: { X-Client: hivekey }
  proxy: { enabled: true, error_style: stripe, token_header: X-Api-Key }`,
		),
	);
	expect(action).toEqual({
		name: "crm.ticket.update",
		description: "Change a ticket.",
		connector: "crm",
		input_schema: expect.objectContaining({ additionalProperties: false, required: ["id", "part"] }),
		human_names: { id: "ticket" },
		logged: ["id", "notify"],
		covers: {},
		defaults: { notify: true },
		time_limit_ms: 5_000,
		http: {
			service: {
				origin: "https://api.example.com:8443",
				base_path: "/v2",
				headers: { "x-client": "hivekey" },
				auth: { kind: "header", name: "x-api-key", prefix: "key ", secret: { name: "crm-key", version: 0 } },
				concurrency: 64,
				breaker: { failures: 20, open_ms: 30_000 },
				proxy: { error_style: "stripe", token_header: "x-api-key" },
			},
			method: "PUT",
			path: [{ text: "tickets" }, { field: "id", type: "integer" }, { field: "part", type: "string", values: ["head", "body"] }],
			query: [
				{ name: "notify", field: "notify", type: "boolean" },
				{ name: "tag", field: "tags", type: "string", list: "comma" },
				{ name: "api", const: "3" },
			],
			headers: [{ name: "if-match", field: "version", type: "string" }],
			body: { format: "json", content_type: "application/vnd.api+json", wrap: "ticket" },
			response: { max_bytes: 2_048, fields: ["id", "subject"] },
			retries: 2,
		},
	});
});

describe("mistakes", () => {
	const field = (properties: string, rest: string) =>
		connectorText(
			`  - { name: crm.x, method: GET, path: /x, input: { type: object, properties: { ${properties} } }, ${rest} }\n`,
		);

	test.each<[string, string, string[]]>([
		[
			"an unknown key",
			connectorText(GET).replace("method:", "methd:"),
			["actions[0].method required", "actions[0].methd unknown_key"],
		],
		["a name that is the gateway's", connectorText(GET).replaceAll("crm", "mail"), ["metadata.name reserved_name"]],
		["another name that is", connectorText(GET).replaceAll("crm", "hivekey"), ["metadata.name reserved_name"]],
		[
			"a user in the base URL",
			connectorText(GET, "  base_url: https://api.example.com@evil.example/"),
			["http.base_url not_a_base_url"],
		],
		["a query in the base URL", connectorText(GET, "  base_url: https://api.example.com/?x=1"), ["http.base_url not_a_base_url"]],
		["a base URL of another scheme", connectorText(GET, "  base_url: ftp://api.example.com/"), ["http.base_url not_a_base_url"]],
		["a base URL with dots", connectorText(GET, "  base_url: https://api.example.com/a/../b"), ["http.base_url not_a_base_url"]],
		[
			"two kinds of credentials",
			connectorText(GET, "  base_url: https://api.example.com\n  auth: { bearer: { secret: a }, query: { name: k, secret: a } }"),
			["http.auth invalid"],
		],
		[
			"a credential written out",
			connectorText(GET, "  base_url: https://api.example.com\n  headers: { Authorization: x }"),
			["http.headers.Authorization header_refused"],
		],
		[
			"a header that says where a message ends",
			connectorText(GET, "  base_url: https://api.example.com\n  headers: { Transfer-Encoding: chunked }"),
			["http.headers.Transfer-Encoding header_refused"],
		],
		[
			"a header that says another method",
			field("", "headers: { X-HTTP-Method-Override: { const: DELETE } }"),
			["actions[0].headers.X-HTTP-Method-Override header_refused"],
		],
		[
			"a line end in a header",
			connectorText(GET, '  base_url: https://api.example.com\n  headers: { X-A: "a\\r\\nHost: b" }'),
			["http.headers.X-A format"],
		],
		[
			"a header with credentials that is the gateway's",
			connectorText(GET, "  base_url: https://api.example.com\n  auth: { header: { name: Host, secret: a } }"),
			["http.auth.header.name header_refused"],
		],
		[
			"a token's URL that can be read in two ways",
			connectorText(
				GET,
				"  base_url: https://api.example.com\n  auth: { oauth2: { token_url: 'https://a.example@evil.example/', client_id: c, secret: a } }",
			),
			["http.auth.oauth2.token_url not_a_base_url"],
		],
		[
			"cookies shown by all actions",
			connectorText(GET, "  base_url: https://api.example.com\n  response: { headers: [SET-COOKIE] }"),
			["http.response.headers header_refused"],
		],
		["brackets in a parameter's name", field("a: { type: string }", "query: { 'a[b]': a }"), ["actions[0].query.a[b] format"]],
		[
			"a deep parameter that is a text",
			field("a: { type: string }", "query: { a: { field: a, style: deep } }"),
			["actions[0].query.a no_wire_form"],
		],
		[
			"a list's style for a text",
			field("a: { type: string }", "query: { a: { field: a, style: comma } }"),
			["actions[0].query.a no_wire_form"],
		],
		["an object without a style", field("a: { type: object }", "query: { a: a }"), ["actions[0].query.a no_wire_form"]],
		[
			"a header that is a list",
			field("a: { type: array, items: { type: string } }", "headers: { X-A: a }"),
			["actions[0].headers.X-A no_wire_form"],
		],
		["a header without a field", field("", "headers: { X-A: { field: a } }"), ["actions[0].headers.X-A unknown_field"]],
		[
			"a header and a parameter of one field",
			field("a: { type: string }", "query: { a: a }, headers: { X-A: a }"),
			["actions[0].headers.X-A field_twice"],
		],
		[
			"one header under two keys",
			field("a: { type: string }, b: { type: string }", "headers: { X-A: a, x-a: b }"),
			["actions[0].headers.x-a duplicate_name"],
		],
		[
			"the credentials' header",
			connectorText(
				"  - { name: crm.x, method: GET, path: /x, headers: { x-key: a }, input: { type: object, properties: { a: { type: string } } } }\n",
				"  base_url: https://api.example.com\n  auth: { header: { name: X-Key, secret: k } }",
			),
			["actions[0].headers.x-key duplicate_name"],
		],
		[
			"the credentials' parameter",
			connectorText(
				"  - { name: crm.x, method: GET, path: /x, query: { key: a, Key: b }, input: { type: object, properties: { a: { type: string }, b: { type: string } } } }\n",
				"  base_url: https://api.example.com\n  auth: { query: { name: key, secret: k } }",
			),
			["actions[0].query.key duplicate_name", "actions[0].query.Key duplicate_name"],
		],
		[
			"an object that would write the credentials' parameter",
			connectorText(
				"  - { name: crm.x, method: GET, path: /x, query: { auth: { field: a, style: deep } }, input: { type: object, properties: { a: { type: object } } } }\n",
				"  base_url: https://api.example.com\n  auth: { query: { name: 'auth[token]', secret: k } }",
			),
			["actions[0].query.auth duplicate_name"],
		],
		["words for a field that there is not", field("", "human_names: { b: B }"), ["actions[0].human_names.b unknown_field"]],
		[
			"covers of fields that there are not",
			field("a: { type: string }", "query: { a: a }, covers: { a: [a, b], c: [a] }"),
			["actions[0].covers.a[1] unknown_field", "actions[0].covers.c unknown_field"],
		],
		["a schema that is a number", field("a: 5", "query: { a: a }"), ["actions[0].input.properties.a not_a_schema"]],
		[
			"an alternative that is a text",
			field("a: { anyOf: [x] }", "query: { a: a }"),
			["actions[0].input.properties.a.anyOf[0] not_a_schema"],
		],
		["a reference that is a number", field("a: { $ref: 5 }", "query: { a: a }"), ["actions[0].input.properties.a.$ref type"]],
		["a pattern that is a number", field("a: { pattern: 5 }", "query: { a: a }"), ["actions[0].input.properties.a.pattern type"]],
		[
			"a pattern that is too long",
			field(`a: { pattern: "[${"x".repeat(1_023)}]" }`, "query: { a: a }"),
			["actions[0].input.properties.a.pattern too_large"],
		],
		...["$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor", "patternProperties"].flatMap(
			(keyword): [string, string, string[]][] =>
				[
					["items", `items: { ${keyword}: x }`],
					["anyOf[1]", `anyOf: [true, { ${keyword}: x }]`],
					["$defs.x", `$defs: { x: { ${keyword}: x } }`],
				].map(([place, schema]) => [
					`${keyword} under ${place}`,
					field(`a: { ${schema} }`, "query: { a: a }"),
					[`actions[0].input.properties.a.${place}.${keyword} not_taken`],
				]),
		),
		["an action of another connector", connectorText(GET.replace("crm.", "shop.")), ["actions[0].name name_mismatch"]],
		["one name twice", connectorText(GET + GET.replace("/tickets", "/others")), ["actions[1].name duplicate_name"]],
		["a path that leaves the base", connectorText(GET.replace("/tickets/{id}", "/../{id}")), ["actions[0].path not_a_path"]],
		["an escaped slash in a path", connectorText(GET.replace("/tickets/", "/a%2fb/")), ["actions[0].path not_a_path"]],
		["a query in a path", connectorText(GET.replace("/{id}", "/{id}?x=1")), ["actions[0].path not_a_path"]],
		["the rest of a path in its middle", connectorText(GET.replace("/tickets/{id}", "/{id*}/x")), ["actions[0].path not_a_path"]],
		[
			"a placeholder without a field",
			connectorText(GET.replace("{ id: {", "{ ids: {")),
			["actions[0].path unknown_field", "actions[0].input.properties.ids unused_field"],
		],
		[
			"a placeholder that is a list",
			connectorText(GET.replace("type: integer", "type: array")),
			["actions[0].path no_wire_form"],
		],
		["a parameter of two types", field("a: { type: [string, integer] }", "query: { a: a }"), ["actions[0].query.a no_wire_form"]],
		["a parameter of no type", field("a: {}", "query: { a: a }"), ["actions[0].query.a no_wire_form"]],
		["a field in two places", field("a: { type: string }", "query: { a: a, b: a }"), ["actions[0].query.b field_twice"]],
		["a field that is sent nowhere", field("a: { type: string }", ""), ["actions[0].input.properties.a unused_field"]],
		[
			"any fields, sent nowhere",
			connectorText("  - { name: crm.x, method: GET, path: /x, input: { type: object, additionalProperties: true } }\n"),
			["actions[0].input.additionalProperties unused_field"],
		],
		["a GET with a body", field("a: { type: string }", "body: { field: a }"), ["actions[0].body no_body"]],
		["retries of a POST", field("", "retries: 1").replace("GET", "POST"), ["actions[0].retries not_idempotent"]],
		[
			"an input that is no object",
			connectorText(GET.replace("{ type: object,", "{ type: string,")),
			["actions[0].input.type not_an_object"],
		],
		[
			"a reference that leads nowhere",
			field("a: { $ref: '#/$defs/none' }", "query: { a: a }"),
			["actions[0].input.properties.a.$ref broken_reference"],
		],
		[
			"a reference to another document",
			field("a: { $ref: 'https://example.com/x' }", "query: { a: a }"),
			["actions[0].input.properties.a.$ref foreign_reference"],
		],
		[
			"a pattern that RE2 does not read",
			field("a: { type: string, pattern: '(?=x)' }", "query: { a: a }"),
			["actions[0].input.properties.a.pattern not_a_pattern"],
		],
		[
			"patterns of names",
			connectorText(
				"  - { name: crm.x, method: POST, path: /x, input: { type: object, patternProperties: { '^(a+)+$': {} } } }\n",
			),
			["actions[0].input.patternProperties not_taken"],
		],
		[
			"a logged field that there is not",
			field("a: { type: string }", "query: { a: a }, logged: [b]"),
			["actions[0].logged[0] unknown_field"],
		],
		[
			"a form that wraps",
			field("a: { type: string }", "body: { format: form, wrap: x }").replace("GET", "POST"),
			["actions[0].body.wrap not_taken"],
		],
		["what is shown, said twice", field("", "response: { fields: [a], hide: [b] }"), ["actions[0].response.hide two_forms"]],
		["cookies shown", field("", "response: { headers: [Set-Cookie] }"), ["actions[0].response.headers header_refused"]],
	])("%s", (_name, text, faults) => {
		expect(faultsOf(text)).toEqual(faults);
	});

	const credentials = (auth: string) => connectorText(GET, `  base_url: https://api.example.com\n  auth: { ${auth} }`);
	test.each<[string, string]>([
		["credentials in Authorization", credentials("header: { name: AUTHORIZATION, secret: a }")],
		["credentials in a header of their own", credentials("header: { name: X-Api-Key, secret: a }")],
		["a pattern at its limit", field(`a: { type: string, pattern: "[${"x".repeat(1_022)}]" }`, "query: { a: a }")],
		["a deep parameter that is an object", field("a: { type: object }", "query: { a: { field: a, style: deep } }")],
		[
			"a deep parameter that is a list",
			field("a: { type: array, items: { type: string } }", "query: { a: { field: a, style: deep } }"),
		],
		["a deep parameter that may be anything", field("a: {}", "query: { a: { field: a, style: deep } }")],
		["a header by its field", field("a: { type: string }", "headers: { X-A: { field: a } }")],
		[
			"covers of fields that there are",
			field("a: { type: string }, b: { type: string }", "query: { a: a, b: b }, covers: { a: [b] }"),
		],
		["schemas that say yes and no", field("a: { type: string, anyOf: [true, false] }", "query: { a: a }")],
		[
			"fields that are called like keywords, and data that looks like them",
			connectorText(
				"  - { name: crm.x, method: POST, path: /x, input: { type: object, properties: { pattern: { type: string }, $id: true, $ref: {}, patternProperties: {}, a: { const: { $id: 1 }, enum: [{ pattern: '(' }], default: { $ref: 1 }, examples: [{ $anchor: 1 }], minLength: 1, format: x } } } }\n",
			),
		],
	])("but not %s", (_name, text) => {
		expect(faultsOf(text)).toEqual([]);
	});

	test("schemas are nested as deep as 48", () => {
		const nested = (depth: number) =>
			field(`a: ${"{ items: ".repeat(depth - 1)}{}${" }".repeat(depth - 1)}`, "").replace("GET", "POST");
		expect(faultsOf(nested(48))).toEqual([]);
		expect(faultsOf(nested(49))).toEqual([`actions[0].input.properties.a${".items".repeat(48)} too_deep`]);
	});

	test("an action has at most 262,144 bytes", () => {
		const text = (bytes: number) =>
			connectorText(`  - { name: crm.x, method: POST, path: /x, input: { type: object, description: ${"x".repeat(bytes)} } }\n`);
		const over = JSON.stringify({
			name: "crm.x",
			description: "",
			method: "POST",
			path: "/x",
			input: { type: "object", description: "" },
		});
		expect(faultsOf(text(262_144 - over.length))).toEqual([]);
		expect(faultsOf(text(262_145 - over.length))).toEqual(["actions[0] too_large"]);
	});

	test("a schema that refers to itself is one", () => {
		const text = connectorText(
			"  - { name: crm.x, method: POST, path: /x, input: { type: object, properties: { a: { $ref: '#/$defs/tree' } }, $defs: { tree: { type: object, properties: { kids: { type: array, items: { $ref: '#/$defs/tree' } } } } } } }\n",
		);
		expect(faultsOf(text)).toEqual([]);
	});
});

describe("addresses of two actions", () => {
	const table = (...paths: [string, string][]) =>
		connectorText(
			paths
				.map(([method, path], index) => {
					const fields = [...path.matchAll(/\{(\w+)/g)].map(
						([, name]) => `${name}: { type: ${(name as string).startsWith("n") ? "integer" : "string"} }`,
					);
					return `  - { name: crm.a${index}, method: ${method}, path: "${path}", body: false, input: { type: object, properties: { ${fields.join(", ")} } } }\n`;
				})
				.join(""),
		);

	test.each<[string, [string, string][]]>([
		[
			"the same",
			[
				["GET", "/a/{x}"],
				["GET", "/a/{y}"],
			],
		],
		[
			"each the more special in one place",
			[
				["GET", "/{x}/assets"],
				["GET", "/tags/{y}"],
			],
		],
		[
			"a text around a placeholder",
			[
				["GET", "/a/x{y}"],
				["GET", "/a/{y}x"],
			],
		],
		[
			"all the rest, and one segment with slashes",
			[
				["GET", "/a/{x*}"],
				["GET", "/a/{y*}"],
			],
		],
	])("%s: refused, and both are named", (_name, routes) => {
		const { problems } = parseDocuments(table(...routes), { format: "yaml" });
		expect(problems.map(({ code, path }) => [code, path])).toEqual([["ambiguous_route", "actions[1].path"]]);
		expect(problems[0]?.message).toContain("crm.a0");
		expect(problems[0]?.message).toContain("crm.a1");
	});

	test("a hundred pairs are told", () => {
		expect(faultsOf(table(...Array.from({ length: 15 }, (): [string, string] => ["GET", "/a"]))).length).toBe(100);
	});

	test.each<[string, [string, string][]]>([
		[
			"another method",
			[
				["GET", "/a/{x}"],
				["POST", "/a/{x}"],
			],
		],
		[
			"a number is no word",
			[
				["GET", "/{n}/assets"],
				["GET", "/tags/{y}"],
			],
		],
		[
			"another length",
			[
				["GET", "/a/{x}"],
				["GET", "/a/{x}/{y}"],
			],
		],
		[
			"other texts",
			[
				["GET", "/a/x-{y}"],
				["GET", "/a/y-{y}"],
			],
		],
	])("%s: taken", (_name, routes) => {
		expect(faultsOf(table(...routes))).toEqual([]);
	});

	test("the more special address is kept out of the more general one, in whatever order they stand", () => {
		const [general, special] = definitionsOf(table(["GET", "/users/{x}"], ["GET", "/users/me"]));
		expect([general?.http.reserved, special?.http.reserved]).toEqual([[[{ text: "users" }, { text: "me" }]], undefined]);
		const turned = definitionsOf(table(["GET", "/users/me"], ["GET", "/users/you"], ["GET", "/users/{x}"]));
		expect(turned.map(({ http }) => http.reserved)).toEqual([
			undefined,
			undefined,
			[
				[{ text: "users" }, { text: "me" }],
				[{ text: "users" }, { text: "you" }],
			],
		]);
	});
});
