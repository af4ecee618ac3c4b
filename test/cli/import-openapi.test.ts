/** `hivekey connector import openapi`: what comes out of a document, and what is said of one that is no use. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { cliIn, freshFolder } from "./run-cli.ts";

let folder: string;
beforeEach(() => {
	folder = freshFolder();
});
let server: Server | undefined;
afterEach(() => {
	server?.close();
	server = undefined;
});

const put = (document: unknown, name = "api.yaml") =>
	writeFileSync(
		join(folder, name),
		typeof document === "string" ? document : stringify(document, { aliasDuplicateObjects: false }),
	);
const cli = (line: string | string[], stdin = "") => cliIn(folder)(line, { stdin });
/** Imports and reads what was written; the test fails where nothing was. */
async function imported(document: unknown, ...options: string[]) {
	put(document);
	const ran = await cli(["connector", "import", "openapi", "api.yaml", ...options]);
	if (ran.exit !== 0) throw new Error(ran.stderr);
	writeFileSync(join(folder, "out.yaml"), ran.stdout);
	const valid = await cli("role validate out.yaml");
	expect([valid.exit, valid.stderr]).toEqual([0, ""]);
	return { ...parse(ran.stdout), text: ran.stdout, stderr: ran.stderr };
}

const text = { schema: { type: "string" } };
const answers = { responses: { 200: { description: "ok" } } };
const crm = (paths: unknown, more: object = {}) => ({
	openapi: "3.1.0",
	info: { title: "CRM", version: "1" },
	servers: [{ url: "https://crm.example.com/v2" }],
	paths,
	...more,
});

test("an operation is an action: one input, and each field of it goes to one place", async () => {
	const { actions, http, metadata, stderr } = await imported(
		crm(
			{
				"/tickets/{id}": {
					parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
					patch: {
						operationId: "tickets/update",
						summary: "Change a <b>ticket</b>.",
						parameters: [
							{ name: "notify", in: "query", schema: { type: "boolean" } },
							{ name: "fields", in: "query", explode: false, schema: { type: "array", items: { type: "string" } } },
							{ name: "X-Reason", in: "header", description: "Why.", ...text },
						],
						requestBody: {
							required: true,
							content: { "application/json": { schema: { $ref: "#/components/schemas/Ticket" } } },
						},
						...answers,
					},
				},
			},
			{
				security: [{ key: [] }],
				components: {
					securitySchemes: { key: { type: "http", scheme: "bearer" } },
					schemas: {
						Ticket: {
							type: "object",
							required: ["id", "subject"],
							properties: {
								id: { type: "integer", readOnly: true },
								subject: { type: "string", maxLength: 200 },
								due: { type: ["string", "null"], format: "date" },
								requester: { type: "string", format: "email" },
							},
						},
					},
				},
			},
		),
	);
	expect(metadata).toEqual({ name: "crm", description: "CRM" });
	expect(http).toEqual({ base_url: "https://crm.example.com/v2", auth: { bearer: { secret: "crm-token" } } });
	expect(actions).toEqual([
		{
			name: "crm.write.tickets.update",
			description: "Change a ticket.",
			method: "PATCH",
			path: "/tickets/{id}",
			query: { notify: "notify", fields: { field: "fields", style: "comma" } },
			headers: { "X-Reason": "x_reason" },
			input: {
				type: "object",
				properties: {
					id: { type: "integer" },
					notify: { type: "boolean" },
					fields: { type: "array", items: { type: "string" } },
					x_reason: { type: "string", description: "Why." },
					subject: { type: "string", maxLength: 200 },
					due: { type: ["string", "null"], description: "Format: date." },
					requester: { type: "string", format: "email" },
				},
				required: ["id", "subject"],
				additionalProperties: false,
			},
			logged: ["id", "notify"],
		},
	]);
	expect(stderr).toBe(
		"Connector crm · 1 action\nNext: review it; hivekey secret set crm-token; hivekey connector apply -f FILE\n",
	);
});

test("two fields of one name get two names, and the request still has its own", async () => {
	const { actions } = await imported(
		crm({
			"/users/{id}": {
				put: {
					operationId: "put",
					parameters: [
						{ name: "id", in: "path", required: true, ...text },
						{ name: "id", in: "query", ...text },
						{ name: "filter[state]", in: "query", ...text },
						{ name: "filter[name]", in: "query", ...text },
						{ name: "ids[]", in: "query", schema: { type: "array", items: { type: "integer" } } },
					],
					requestBody: {
						content: {
							"application/json": {
								schema: { type: "object", properties: { id: { type: "integer" }, "a.b": { type: "string" } } },
							},
						},
					},
				},
			},
		}),
	);
	expect(actions[0]).toMatchObject({
		path: "/users/{id}",
		query: { id: "query_id", filter: { field: "filter", style: "deep" }, ids: { field: "ids", style: "brackets" } },
		body: { fields: { id: "body_id", "a.b": "a_b" } },
	});
	expect(Object.keys(actions[0].input.properties)).toEqual(["id", "query_id", "filter", "ids", "body_id", "a_b"]);
});

test("OpenAPI 3.0's own words are JSON Schema's afterwards", async () => {
	const body = {
		type: "object",
		properties: {
			age: { type: "integer", minimum: 0, exclusiveMinimum: true, maximum: 150, exclusiveMaximum: false },
			state: { type: "string", nullable: true, enum: ["open", "closed"] },
			owner: { nullable: true, allOf: [{ $ref: "#/components/schemas/Owner" }] },
			code: { type: "string", pattern: "^(?=x)x$" },
			tags: { type: "object", additionalProperties: { type: "string" }, example: { a: "b" }, xml: { name: "x" } },
		},
	};
	const document = {
		...crm(
			{ "/a": { post: { operationId: "a", requestBody: { content: { "application/json": { schema: body } } } } } },
			{ components: { schemas: { Owner: { type: "object", properties: { name: { type: "string" } } } } } },
		),
		openapi: "3.0.3",
	};
	const { actions, text: written } = await imported(document);
	expect(actions[0].input.properties).toEqual({
		age: { type: "integer", exclusiveMinimum: 0, maximum: 150 },
		state: { type: ["string", "null"], enum: ["open", "closed", null] },
		owner: { type: ["object", "null"], properties: { name: { type: "string" } }, additionalProperties: false },
		code: { type: "string" },
		tags: { type: "object", additionalProperties: { type: "string" } },
	});
	expect(written).toContain("  # not in it:\n  # - 1 pattern: not one that RE2 reads\n  - name: crm.write.a\n");
});

test("Swagger 2.0: bodies and forms among the parameters, a host, security definitions", async () => {
	const { actions, http } = await imported({
		swagger: "2.0",
		info: { title: "Old CRM", version: "1" },
		host: "old.example.com",
		basePath: "/api",
		schemes: ["http", "https"],
		securityDefinitions: { key: { type: "apiKey", in: "header", name: "X-Key" } },
		definitions: { Pet: { type: "object", properties: { name: { type: "string" } }, required: ["name"] } },
		paths: {
			"/pets": {
				get: {
					operationId: "listPets",
					parameters: [{ name: "ids", in: "query", type: "array", items: { type: "integer" }, collectionFormat: "multi" }],
				},
				post: {
					operationId: "addPet",
					parameters: [{ name: "pet", in: "body", required: true, schema: { $ref: "#/definitions/Pet" } }],
				},
			},
			"/pets/{id}/note": {
				post: {
					operationId: "note",
					consumes: ["application/x-www-form-urlencoded"],
					parameters: [
						{ name: "id", in: "path", required: true, type: "string" },
						{ name: "note", in: "formData", type: "string", required: true },
					],
				},
			},
		},
	});
	expect(http).toEqual({ base_url: "https://old.example.com/api", auth: { header: { name: "X-Key", secret: "old-key" } } });
	expect(
		actions.map(({ name, query, body, input }: never) => [
			name,
			query,
			body,
			Object.keys((input as { properties: object }).properties),
		]),
	).toEqual([
		["old.read.listPets", { ids: { field: "ids", style: "repeat" } }, undefined, ["ids"]],
		["old.write.addPet", undefined, undefined, ["name"]],
		["old.write.note", undefined, { format: "form" }, ["id", "note"]],
	]);
});

test("a schema that contains itself is shared, not unrolled", async () => {
	const { actions } = await imported(
		crm(
			{
				"/trees": {
					post: {
						operationId: "plant",
						requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Tree" } } } },
					},
				},
			},
			{
				components: {
					schemas: {
						Tree: {
							type: "object",
							properties: { leaf: { type: "string" }, branches: { type: "array", items: { $ref: "#/components/schemas/Tree" } } },
						},
					},
				},
			},
		),
	);
	expect(actions[0].input).toEqual({
		type: "object",
		properties: { leaf: { type: "string" }, branches: { type: "array", items: { $ref: "#/$defs/Tree" } } },
		additionalProperties: false,
		$defs: {
			Tree: {
				type: "object",
				properties: { leaf: { type: "string" }, branches: { type: "array", items: { $ref: "#/$defs/Tree" } } },
				additionalProperties: false,
			},
		},
	});
});

describe("what cannot be imported is left out, and says why", () => {
	const reasons = async (paths: unknown, more: object = {}) => {
		const fine = { get: { operationId: "fine" } };
		const { text: written, actions } = await imported(crm({ "/fine": fine, ...(paths as object) }, more));
		expect(actions.map(({ name }: { name: string }) => name)).toContain("crm.read.fine");
		return written.split("# Left out:\n")[1];
	};
	const bodyOf = (schema: unknown, type = "application/json") => ({
		requestBody: { required: true, content: { [type]: { schema } } },
	});

	test("a broken reference, a reference elsewhere, one that leads back to itself", async () => {
		expect(
			await reasons(
				{
					"/a": { post: { operationId: "a", ...bodyOf({ $ref: "#/components/schemas/Nope" }) } },
					"/b": { post: { operationId: "b", ...bodyOf({ properties: { x: { $ref: "other.yaml#/X" } } }) } },
					"/c": { post: { operationId: "c", ...bodyOf({ $ref: "#/components/schemas/Loop" }) } },
					"/d": { $ref: "#/paths/~1nowhere" },
					"/e": { post: { operationId: "e", ...bodyOf({ properties: { x: { $ref: "#/components/schemas/Endless" } } }) } },
				},
				{
					components: {
						schemas: {
							Loop: { $ref: "#/components/schemas/Loop" },
							Endless: { anyOf: [{ type: "string" }, { $ref: "#/components/schemas/Endless" }] },
						},
					},
				},
			),
		).toBe(
			`# - ANY /d: "#/paths/~1nowhere" leads nowhere: there is no "/nowhere" [#/paths/~1d/$ref]
# - POST /a (a): "#/components/schemas/Nope" leads nowhere: there is no "Nope" [#/paths/~1a/post/requestBody/content/application~1json/schema/$ref]
# - POST /b (b): "other.yaml#/X" is in another document; bundle them into one first (npx @redocly/cli bundle) [#/paths/~1b/post/requestBody/content/application~1json/schema/properties/x/$ref]
# - POST /c (c): "#/components/schemas/Loop" leads back to itself [#/paths/~1c/post/requestBody/content/application~1json/schema]
# - POST /e (e): this schema is made of itself, without an end [#/components/schemas/Endless]
`,
		);
	});

	test("files, methods, crowded segments, other servers", async () => {
		expect(
			await reasons({
				"/a": { post: { operationId: "a", ...bodyOf({ type: "object" }, "multipart/form-data") } },
				"/b": { trace: { operationId: "b" } },
				"/c/{x}...{y}": { get: { operationId: "c" } },
				"/d": { get: { operationId: "d", servers: [{ url: "https://other.example.com" }] } },
				"/e": { get: { operationId: "e", parameters: [{ name: "s", in: "cookie", required: true, ...text }] } },
			}),
		).toBe(
			`# - POST /a (a): its body is multipart/form-data; json, form and text bodies are sent [#/paths/~1a/post/requestBody]
# - TRACE /b (b): TRACE is not sent [#/paths/~1b/trace]
# - GET /c/{x}...{y} (c): {x}...{y} has two values in one segment of the path, and nobody can tell where one ends [#/paths/~1c~1{x}...{y}/get]
# - GET /d (d): it is served at https://other.example.com; a connector has one address
# - GET /e (e): the cookie parameter s must be there, and cookies are not sent [#/paths/~1e/get/parameters/0]
`,
		);
	});

	test("of operations that one request could mean, as few as there can be", async () => {
		expect(
			await reasons({
				"/apps/{id}/logs": { get: { operationId: "logs" } },
				"/apps/{id}/alerts": { get: { operationId: "alerts" } },
				"/apps/tiers/{slug}": { get: { operationId: "tier" } },
				"/users/{id}": { get: { operationId: "user" } },
				"/users/{name}": { get: { operationId: "byName" } },
				"/users/me": { get: { operationId: "me" } },
			}),
		).toBe(
			`# - GET /apps/tiers/{slug} (tier): a request can mean it and GET /apps/{id}/logs; to have this one instead, leave that one out with --exclude
# - GET /users/{name} (byName): a request can mean it and GET /users/{id}; to have this one instead, leave that one out with --exclude
`,
		);
	});

	test("a second operation of one name", async () => {
		expect(await reasons({ "/a": { get: { operationId: "x" } }, "/b": { get: { operationId: "x" } } })).toBe(
			"# - GET /b (x): it would be called crm.read.x, as GET /a is; give it a name with --rename\n",
		);
	});
});

test("credentials among the parameters are no fields of the input", async () => {
	const {
		actions,
		http,
		text: written,
	} = await imported(
		crm({
			"/a": {
				get: {
					operationId: "a",
					parameters: [
						{ name: "X-Api-Key", in: "header", required: true, ...text },
						{ name: "q", in: "query", ...text },
					],
				},
			},
		}),
	);
	expect(Object.keys(actions[0].input.properties)).toEqual(["q"]);
	expect(http.auth).toEqual({ header: { name: "x-api-key", secret: "crm-key" } });
	expect(written).toContain("# - header X-Api-Key: a credential, which the gateway adds and no agent holds");
});

test.each([
	["http://10.1.2.3:8080/api", true],
	["https://[fd00::1]/", true],
	["https://crm.internal", true],
	["https://crm.example.com", false],
])("%s: whether the head says that an operator has to allow it", async (url, says) => {
	const { text: written } = await imported({ ...crm({ "/a": { get: { operationId: "a" } } }), servers: [{ url }] });
	expect(written.includes("only where the gateway's operator allows it (ALLOWED_NETWORKS)")).toBe(says);
});

describe("choosing", () => {
	const shop = crm({
		"/orders": {
			get: { operationId: "orders/list", tags: ["Orders"] },
			post: { operationId: "orders/create", tags: ["Orders"] },
		},
		"/orders/{id}": { delete: { operationId: "orders/delete", tags: ["Orders"], deprecated: true } },
		"/refunds": { post: { tags: ["Money Back"] } },
	});
	const names = async (...options: string[]) =>
		(await imported(shop, ...options)).actions.map(({ name }: { name: string }) => name);

	test.each([
		[[], ["crm.read.orders.list", "crm.write.orders.create", "crm.delete.orders.delete", "crm.write.refunds.create"]],
		[["--method", "get"], ["crm.read.orders.list"]],
		[
			["--tag", "orders", "--no-deprecated"],
			["crm.read.orders.list", "crm.write.orders.create"],
		],
		[
			["--include", "orders/*", "--exclude", "write.**"],
			["crm.read.orders.list", "crm.delete.orders.delete"],
		],
		[
			["--include", "POST /*"],
			["crm.write.orders.create", "crm.write.refunds.create"],
		],
		[["--include", "/orders/**"], ["crm.delete.orders.delete"]],
		[["--include", "crm.read.**"], ["crm.read.orders.list"]],
		[
			["--group-by", "none", "--method", "POST"],
			["crm.orders.create", "crm.refunds.create"],
		],
		[
			["--group-by", "tag", "--method", "POST"],
			["crm.orders.create", "crm.money-back.refunds.create"],
		],
		[
			[
				"--rename",
				"orders/list=order.all",
				"--rename",
				"POST /refunds=crm.refund",
				"--method",
				"GET",
				"--method",
				"POST",
				"--exclude",
				"orders/create",
			],
			["crm.order.all", "crm.refund"],
		],
		[["--name", "shop", "--method", "GET"], ["shop.read.orders.list"]],
	])("%j", async (options, wanted) => {
		expect(await names(...options)).toEqual(wanted);
	});

	test("what fits nothing is a mistake, and named", async () => {
		put(shop);
		const ran = await cli([
			"connector",
			"import",
			"openapi",
			"api.yaml",
			"--include",
			"order/*",
			"--tag",
			"orders",
			"--tag",
			"users",
		]);
		expect([ran.exit, ran.stdout, ran.stderr]).toEqual([
			1,
			"",
			"error: No operation fits --include order/*, --tag users\n  Patterns are of actions (read.**), operationIds (issues/*) or paths (/repos/**, POST /repos/*); case counts.\n",
		]);
	});
});

describe("auth and address by option", () => {
	const plain = crm({ "/a": { get: { operationId: "a" } } });
	test.each([
		[["--auth", "bearer"], { bearer: { secret: "crm-token" } }],
		[["--auth", "basic:sid", "--secret", "crm-pass"], { basic: { username: "sid", secret: "crm-pass" } }],
		[["--auth", "header:X-Key"], { header: { name: "X-Key", secret: "crm-token" } }],
		[["--auth", "query:key"], { query: { name: "key", secret: "crm-token" } }],
		[["--auth", "none"], undefined],
	])("%j", async (options, auth) => {
		const { http } = await imported(plain, ...options, "--base-url", "https://eu.example.com/");
		expect(http).toEqual({ base_url: "https://eu.example.com", ...(auth === undefined ? {} : { auth }) });
	});

	test("a parameter that the chosen way shows the secret in is no field, in whatever case", async () => {
		const parameters = [
			{ name: "Ticket", in: "query", ...text },
			{ name: "x-pass", in: "header", ...text },
			{ name: "page", in: "query", ...text },
		];
		const document = crm({ "/a": { get: { operationId: "a", parameters } } });
		const fields = async (...options: string[]) => {
			const { actions } = await imported(document, ...options);
			return Object.keys(actions[0]?.input.properties ?? {}).sort();
		};
		expect(await fields("--auth", "query:ticket")).toEqual(["page", "x_pass"]);
		expect(await fields("--auth", "header:X-Pass")).toEqual(["Ticket", "page"]);
	});

	test("nor is an object that would write it", async () => {
		const parameters = [
			{ name: "pass[code]", in: "query", ...text },
			{ name: "pass[more]", in: "query", ...text },
			{ name: "page", in: "query", ...text },
		];
		const { actions } = await imported(crm({ "/a": { get: { operationId: "a", parameters } } }), "--auth", "query:pass[code]");
		expect(Object.keys(actions[0]?.input.properties ?? {})).toEqual(["page"]);
	});

	test.each([
		[
			["--auth", "digest"],
			"error: --auth digest is none of the ways to show a secret\n  There are: bearer, header:NAME, query:NAME, basic:USER, none\n",
		],
		[
			["--base-url", "api.example.com"],
			"error: --base-url api.example.com is no address of an API\n  It looks like https://api.example.com/v2\n",
		],
		[
			["--name", "My CRM"],
			'error: "My CRM" is no name for a connector\n  A name starts with a lower-case letter and has at most 63 lower-case letters, digits and hyphens: --name crm\n',
		],
		[
			["--rename", "x"],
			"error: --rename x is not OPERATION=NAME\n  For example --rename createPet=pet.create, or --rename 'POST /pets=pet.create'\n",
		],
	])("%j is a mistake of the command line", async (options, said) => {
		put(plain);
		const ran = await cli(["connector", "import", "openapi", "api.yaml", ...options]);
		expect([ran.exit, ran.stdout, ran.stderr]).toEqual([2, "", said]);
	});
});

describe("a document that is none", () => {
	test.each([
		["asyncapi: 3.0.0\n", "it is an AsyncAPI document"],
		["openapi: 4.0.0\npaths: {}\n", "version 4.0.0 is not known here; 3.0, 3.1 and Swagger 2.0 are"],
		["kind: discovery#restDescription\n", "it is a Google API discovery document"],
		['{"info":{"_postman_id":"1"}}', "it is a Postman collection"],
		["hello\n", "it holds no object"],
		["a: b\n", 'it has neither `openapi: 3.x` nor `swagger: "2.0"`'],
	])("%j", async (document, why) => {
		put(document);
		const ran = await cli("connector import openapi api.yaml");
		expect([ran.exit, ran.stderr.split("\n")[0]]).toEqual([1, `error: This is no OpenAPI document: ${why}`]);
	});

	test("broken YAML is told by line and column", async () => {
		put("openapi: 3.1.0\npaths:\n  /a: [\n");
		const ran = await cli("connector import openapi api.yaml");
		expect([ran.exit, ran.stderr.split("\n")[0]]).toEqual([1, expect.stringMatching(/^api\.yaml:4:1: Flow sequence/)]);
	});

	test("where nothing is left, each reason is told by line and column", async () => {
		put(crm({ "/a": { post: { operationId: "a", requestBody: { $ref: "#/components/requestBodies/A" } } } }));
		const ran = await cli("connector import openapi api.yaml");
		expect([ran.exit, ran.stdout, ran.stderr]).toEqual([
			1,
			"",
			`api.yaml:12:9: POST /a: "#/components/requestBodies/A" leads nowhere: there is no "components" [#/paths/~1a/post/requestBody/$ref]
error: None of the operations that were asked for can be imported
  Put right what is named above in the document.
`,
		]);
	});

	test("no paths, no file, a folder, another form", async () => {
		put(crm({}));
		mkdirSync(join(folder, "dir"));
		const said = async (line: string) => {
			const { exit, stderr } = await cli(line);
			return [exit, stderr.split("\n")[0]];
		};
		expect(await said("connector import openapi api.yaml")).toEqual([1, "error: api.yaml has no operations: `paths` is empty"]);
		expect(await said("connector import openapi nope.yaml")).toEqual([1, "error: Cannot read nope.yaml: there is no such file"]);
		expect(await said("connector import openapi dir")).toEqual([1, "error: Cannot read dir: it is a folder"]);
		expect(await said("connector import postman api.yaml")).toEqual([2, 'error: "postman" is not a form that can be imported']);
	});
});

describe("from an address", () => {
	const serve = async (answer: (path: string) => { status: number; body: string }) => {
		server = createServer((request, response) => {
			const { status, body } = answer(request.url ?? "");
			response.writeHead(status, { location: "/openapi.json" }).end(body);
		});
		await new Promise<void>((listening) => server?.listen(0, "127.0.0.1", listening));
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	};

	test("a relative server is relative to it", async () => {
		const document = { ...crm({ "/a": { get: { operationId: "a" } } }), servers: [{ url: "/v3" }] };
		const address = await serve(() => ({ status: 200, body: JSON.stringify(document) }));
		const ran = await cli(`connector import openapi ${address}/docs/openapi.json`);
		expect([ran.exit, parse(ran.stdout).http.base_url]).toEqual([0, `${address}/v3`]);
	});

	test("one that answers no, is not there, or would have a password", async () => {
		const address = await serve(() => ({ status: 403, body: "" }));
		const said = async (url: string) => (await cli(`connector import openapi ${url}`)).stderr.split("\n")[0];
		expect(await said(`${address}/x`)).toBe(`error: Cannot fetch ${address}/x: the server answered 403`);
		expect(await said(address.replace("//", "//user:secret@"))).toBe(
			`error: Cannot fetch ${address}: an address with a password in it is not fetched`,
		);
		server?.close();
		server?.closeAllConnections();
		expect(await said(`${address}/x`)).toMatch(/^error: Cannot fetch http:\S+: connect ECONNREFUSED/);
	});
});

test("standard input to a file, which is not overwritten unless that is said", async () => {
	const document = stringify(crm({ "/a": { get: { operationId: "a" } } }));
	expect((await cli("connector import openapi - -f crm.yaml", document)).stdout).toBe("Connector crm · 1 action · crm.yaml\n");
	const again = await cli("connector import openapi - -f crm.yaml", document);
	expect([again.exit, again.stderr.split("\n")[0]]).toEqual([1, "error: crm.yaml is there already; nothing was written"]);
	writeFileSync(join(folder, "crm.yaml"), "");
	expect((await cli("connector import openapi - -f crm.yaml --force", document)).exit).toBe(0);
	expect(readFileSync(join(folder, "crm.yaml"), "utf8")).toMatch(
		/^# Imported from stdin \(CRM 1, OpenAPI 3\.1\)\.\n#\n# 1 action of 1 operation\.\n/,
	);
	expect(JSON.parse((await cli("connector import openapi - -o json", document)).stdout).kind).toBe("Connector");
});

test("what a document says cannot speak in a comment or on a terminal", async () => {
	const evil = "x\u001b[31m\nactions: []\u202e";
	const { text: written } = await imported({
		...crm({
			"/a": { get: { operationId: "a", description: evil } },
			"/b": { post: { operationId: evil, requestBody: { $ref: `#/${evil}` } } },
		}),
		info: { title: "CRM", version: evil },
	});
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
	expect(written).not.toMatch(/[\u001b\u202e]|^actions: \[\]/m);
});
