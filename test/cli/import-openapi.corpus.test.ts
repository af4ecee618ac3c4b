/** Documents that others wrote to be difficult (@readme/oas-examples): each is imported into what the gateway takes, or told off. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { CliFailure } from "../../cli/src/failure.ts";
import { connectorText } from "../../cli/src/openapi/connector-text.ts";
import { importOpenApi } from "../../cli/src/openapi/import-openapi.ts";
import { readOpenApi } from "../../cli/src/openapi/read-openapi.ts";
import { importFailure, originOf } from "../../cli/src/openapi/report.ts";
import type { JsonObject } from "../../src/contract/json.ts";
import { parseDocuments } from "../../src/policy/parse-documents.ts";

const EXAMPLES = dirname(createRequire(import.meta.url).resolve("@readme/oas-examples/package.json"));
const files = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
	.filter((file) => /^[23]\.\d\/.*\.json$/.test(file))
	.map((file) => join(EXAMPLES, file));

interface Outcome {
	actions: number;
	leftOut: number;
	refused: string;
}

function outcomeOf(file: string, bytes: Uint8Array): Outcome {
	const name = relative(EXAMPLES, file);
	try {
		const document = readOpenApi(name, bytes);
		const imported = importOpenApi(document, {
			naming: { connector: "example", grouping: "access", renames: new Map() },
			choice: { include: [], exclude: [], tags: [], methods: [], deprecated: true },
			baseUrl: "https://api.example.com",
			auth: undefined,
			secretName: undefined,
			address: undefined,
		});
		const failure = importFailure(document, imported);
		if (failure !== undefined) throw failure;
		const { documents, problems } = parseDocuments(connectorText(imported, originOf(document)), { format: "yaml" });
		expect([name, problems, documents.map(({ kind }) => kind)]).toEqual([name, [], ["Connector"]]);
		return { actions: imported.connector.actions.length, leftOut: imported.leftOut.length, refused: "" };
	} catch (error) {
		if (!(error instanceof CliFailure)) throw error;
		return { actions: 0, leftOut: 0, refused: error.message.replace(name, "it") };
	}
}

test("every example is imported, or refused in words", () => {
	const outcomes = files.map((file) => ({ file: relative(EXAMPLES, file), ...outcomeOf(file, readFileSync(file)) }));
	expect(outcomes.length).toBeGreaterThan(50);
	expect(outcomes.reduce((sum, { actions }) => sum + actions, 0)).toBeGreaterThan(400);
	const refused = outcomes.filter((one) => one.refused !== "");
	expect(refused.map((one) => `${one.file}: ${one.refused}`)).toEqual([
		"3.1/json/webhooks.json: it has no operations: `paths` is empty",
		"3.0/json/openapi-workshop/title.json: it has no operations: `paths` is empty",
	]);
});

test("JSON and YAML of one example come to the same connector", () => {
	const small = files.filter((file) => file.includes("/3.1/") && statSync(file).size < 60_000);
	expect(small.length).toBeGreaterThan(10);
	for (const json of small) {
		const yaml = json.replace("/json/", "/yaml/").replace(/\.json$/, ".yaml");
		expect([json, outcomeOf(json, readFileSync(yaml))]).toEqual([json, outcomeOf(json, readFileSync(json))]);
	}
});

/** Whatever grows without a bound in a document takes no time without a bound. */
test.each([
	[
		"twice itself, forty times over",
		Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`S${n}`, { type: "object", allOf: [ref(n + 1), ref(n + 1)] }])),
	],
	[
		"properties of two kinds, forty times over",
		Object.fromEntries(
			Array.from({ length: 40 }, (_, n) => [`S${n}`, { type: "object", properties: { a: ref(n + 1), b: ref(n + 1) } }]),
		),
	],
	[
		"alternatives, forty times over",
		Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`S${n}`, { anyOf: [ref(n + 1), ref(n + 1), { type: "null" }] }])),
	],
	[
		"a chain of ten thousand",
		Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`S${n}`, { type: "object", properties: { next: ref(n + 1) } }])),
	],
	["ten thousand references in a row", Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`S${n}`, ref(n + 1)]))],
])("%s", (_what, schemas) => {
	const body = { requestBody: { content: { "application/json": { schema: { type: "object", properties: { x: ref(0) } } } } } };
	const last = Object.keys(schemas).length;
	const document = {
		openapi: "3.1.0",
		paths: { "/a": { post: { operationId: "a", ...body } }, "/b": { get: {} } },
		components: { schemas: { ...schemas, [`S${last}`]: { type: "string" } } },
	};
	const startedAt = performance.now();
	const { actions } = outcomeOf(join(EXAMPLES, "x.json"), new TextEncoder().encode(JSON.stringify(document)));
	expect(actions).toBeGreaterThanOrEqual(1);
	expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test.each([
	["JSON", "", [1, ""]],
	["YAML", "# YAML\n", [0, "This is no OpenAPI document: it cannot be read as JSON or YAML"]],
])("a schema ten thousand deep in %s", (_form, head, wanted) => {
	const deep = `${'{"type":"array","items":'.repeat(10_000)}{"type":"string"}${"}".repeat(10_000)}`;
	const body = `"requestBody":{"content":{"application/json":{"schema":${deep}}}}`;
	const text = `${head}{"openapi":"3.1.0","paths":{"/a":{"post":{${body}}},"/b":{"get":{}}}}`;
	const { actions, refused } = outcomeOf(join(EXAMPLES, "x.json"), new TextEncoder().encode(text));
	expect([actions, refused]).toEqual(wanted);
});

function ref(number: number): JsonObject {
	return { $ref: `#/components/schemas/S${number}` };
}
