/** What must hold of every imported action: the gateway takes it, and an input comes back from the request as it went. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { CliFailure } from "../../cli/src/failure.ts";
import { type Imported, importOpenApi } from "../../cli/src/openapi/import-openapi.ts";
import { readOpenApi } from "../../cli/src/openapi/read-openapi.ts";
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import type { HttpAction } from "../../src/contract/http-action.ts";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import { canonicalInput } from "../../src/policy/canonical-input.ts";
import { canonicalJson } from "../../src/policy/canonical-json.ts";
import { AddressIndex } from "../../src/policy/connector/address-index.ts";
import { buildRequest, queryText, type WireRequest } from "../../src/policy/connector/build-request.ts";
import { checkConnector } from "../../src/policy/connector/check-connector.ts";
import { connectorDefinitions } from "../../src/policy/connector/compile-connector.ts";
import { type IncomingRequest, readPairs, readRequest, readSegments } from "../../src/policy/connector/read-request.ts";
import { parseStrictJsonText } from "../../src/policy/strict-json.ts";
import { documents, inputsOf } from "./openapi-documents.ts";

const RUNS = Number(process.env["IMPORT_RUNS"] ?? 300);

function imported(document: JsonObject): Imported {
	return importOpenApi(readOpenApi("chance.json", new TextEncoder().encode(JSON.stringify(document))), {
		naming: { connector: "chance", grouping: "access", renames: new Map() },
		choice: { include: [], exclude: [], tags: [], methods: [], deprecated: true },
		baseUrl: undefined,
		auth: undefined,
		secretName: undefined,
		address: undefined,
	});
}

/** The one action, as the gateway would have it; null if the operation was left out, with a reason. */
function actionOf(document: JsonObject): (ActionDefinition & { http: HttpAction }) | null {
	const { connector, leftOut } = imported(document);
	if (connector.actions.length === 0) {
		expect(leftOut.map(({ reason }) => reason.length > 10)).toEqual([true]);
		return null;
	}
	const checked = checkConnector(connector as Json);
	if (!checked.ok) throw new Error(JSON.stringify(checked.findings));
	return connectorDefinitions(checked.document)[0] as ActionDefinition & { http: HttpAction };
}

/** What a server on the other side of the wire sees. */
function incoming({ method, path, query, headers, body }: WireRequest): IncomingRequest {
	const segments = readSegments(path.slice("/base".length) || "/");
	const pairs = readPairs(queryText(query));
	if (segments === null || pairs === null) throw new Error(`${path} ${queryText(query)}`);
	return {
		method,
		segments,
		query: pairs,
		header: (name) => (Object.hasOwn(headers, name) ? (headers[name] as string) : null),
		body: body && bodyOf(body),
	};
}

function bodyOf({ content_type, text }: { content_type: string; text: string }): IncomingRequest["body"] {
	if (content_type.startsWith("text/")) return { text };
	if (content_type.includes("form")) return { form: readPairs(text) ?? [] };
	const json = parseStrictJsonText(text);
	if (!json.ok) throw new Error(text);
	return { json: json.value };
}

test("an input comes back from its request as it went", { timeout: 60_000 }, () => {
	let sent = 0;
	fc.assert(
		fc.property(documents, fc.gen(), (document, pick) => {
			const action = actionOf(document);
			if (action === null) return;
			for (let round = 0; round < 5; round++) {
				const input = pick(() => inputsOf(action.input_schema));
				const canonical = canonicalInput(action, input);
				if (!canonical.ok) continue;
				const built = buildRequest(action.http, canonical.input);
				if (!built.ok) continue;
				const request = incoming(built.request);
				expect(new AddressIndex([action]).find(request.method, request.segments)?.name).toBe(action.name);
				const read = readRequest(action, request);
				if (!read.ok) throw new Error(JSON.stringify({ problems: read.problems, request: built.request, input }));
				expect(canonicalJson(read.input)).toBe(canonicalJson(canonical.input));
				sent++;
			}
		}),
		{ numRuns: RUNS, endOnFailure: true },
	);
	expect(sent).toBeGreaterThan(RUNS / 2);
});

test("whatever the document, it is imported or refused in words", { timeout: 60_000 }, () => {
	const words = fc.constantFrom(
		"openapi",
		"paths",
		"/a",
		"get",
		"parameters",
		"$ref",
		"schema",
		"#/paths",
		"in",
		"query",
		"allOf",
		"type",
		"object",
		"properties",
		"requestBody",
		"content",
		"application/json",
	);
	const { value } = fc.letrec<{ value: unknown }>((tie) => ({
		value: fc.oneof(
			{ maxDepth: 5 },
			words,
			fc.integer(),
			fc.constant(null),
			fc.array(tie("value"), { maxLength: 3 }),
			fc.dictionary(words, tie("value"), { maxKeys: 4 }),
		),
	}));
	fc.assert(
		fc.property(
			fc.dictionary(words, value),
			fc.dictionary(fc.constantFrom("get", "post", "parameters", "$ref"), value),
			(root, item) => {
				const document = {
					...root,
					openapi: "3.1.0",
					paths: { "/a": item, "/b": { get: { parameters: [item], requestBody: item } } },
				};
				try {
					imported(document as JsonObject);
				} catch (error) {
					if (!(error instanceof CliFailure)) throw error;
				}
			},
		),
		{ numRuns: RUNS, endOnFailure: true },
	);
});
