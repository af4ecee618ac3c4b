/** Requests that no client would send, and some that one would, for every operation of the document. */
import fc from "fast-check";
import type { Schema } from "../../scripts/openapi/openapi-types.ts";
import type { Sent } from "./http.ts";
import { fromSchema, oddText } from "./json-values.ts";
import { oddBody } from "./odd-bodies.ts";
import { type DocumentedOperation, OPERATIONS } from "./openapi.ts";

/** What there is to ask for. */
export interface Surroundings {
	/** Tokens of every kind that this operation takes. */
	valid(operation: DocumentedOperation): string[];
	/** Tokens of all kinds, good and bad. */
	tokens: string[];
	/** Names and ids that are there, by the path's parameter; none that the requests themselves need. */
	params(operation: DocumentedOperation): Record<string, string[]>;
	/** Bodies beyond those that the document tells of. */
	bodies(operation: DocumentedOperation): Schema[];
}

const TYPES = [
	"application/json",
	"application/json; charset=utf-8",
	"application/json; charset=latin1",
	"APPLICATION/JSON",
	"application/json;",
	"application/yaml",
	"application/merge-patch+json",
	"application/problem+json",
	"application/x-www-form-urlencoded",
	"multipart/form-data; boundary=x",
	"text/plain",
	"*/*",
	"json",
	"",
];

/** Characters that Node lets into a header field. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const oddField = oddText.filter((text) => FIELD_VALUE.test(text));

const fieldFrom = (schema: Schema) =>
	fromSchema(schema)
		.map(String)
		.filter((text) => FIELD_VALUE.test(text));

/** Text in a path, as a correct client encodes it, or as others do. */
function segment(real: string[]): fc.Arbitrary<string> {
	const known = real.map(encodeURIComponent);
	return fc.oneof(
		...(known.length === 0 ? [] : [{ weight: 6, arbitrary: fc.constantFrom(...known) }]),
		{ weight: 3, arbitrary: oddText.filter((text) => text !== "").map((text) => encodeURIComponent(text.toWellFormed())) },
		{
			weight: 1,
			arbitrary: fc.constantFrom(
				"%",
				"%2",
				"%ff",
				"%E0%A4%A",
				"%00",
				"%2F",
				"a%2Fb",
				"%25",
				"*",
				"{name}",
				":name",
				"a;b=c",
				"a+b",
				"%u0041",
			),
		},
	);
}

function queryOf({ parameters }: DocumentedOperation): fc.Arbitrary<string> {
	const known = parameters.filter((parameter) => parameter.in === "query");
	const pairs = known.map(({ name, schema }) =>
		fc
			.oneof(fromSchema(schema).map(String), oddText, fc.constantFrom("-1", "0", "1e3", "201", "true", "1.5"))
			.map((value) => [name, value]),
	);
	const odd = fc.tuple(oddText, oddText);
	const pair = fc.oneof({ weight: 8, arbitrary: pairs.length === 0 ? odd : fc.oneof(...pairs) }, { weight: 1, arbitrary: odd });
	const encode = (text = "") => encodeURIComponent(text.toWellFormed());
	const query = fc
		.array(pair, { minLength: 1, maxLength: 4 })
		.map((list) => `?${list.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&")}`);
	return fc.oneof(
		{ weight: known.length === 0 ? 12 : 3, arbitrary: fc.constant("") },
		{ weight: known.length === 0 ? 1 : 8, arbitrary: query },
		{
			weight: 1,
			arbitrary: fc.constantFrom("?", "?&&", "?=", "?limit", "?limit=%", "?limit[]=1", "?%ff=%ff", "?a=1&a=2", "?__proto__=1"),
		},
	);
}

function headersOf(operation: DocumentedOperation, around: Surroundings): fc.Arbitrary<Record<string, string>> {
	const valid = around.valid(operation).map((token) => `Bearer ${token}`);
	const authorization = fc.oneof(
		...(valid.length === 0 ? [] : [{ weight: 14, arbitrary: fc.constantFrom(...valid) }]),
		{ weight: 3, arbitrary: fc.constantFrom(...around.tokens).map((token) => `Bearer ${token}`) },
		{ weight: 2, arbitrary: oddField },
		{
			weight: 1,
			arbitrary: fc.constantFrom("Bearer", "bearer  x", "Basic YTpi", "Bearer a b", "Bearer hk_agt_", "Bearer hk_live_"),
		},
	);
	const type = fc.oneof(
		{ weight: 9, arbitrary: fc.constantFrom("application/json", ...Object.keys(operation.bodies)) },
		{ weight: 1, arbitrary: fc.constantFrom(...TYPES) },
	);
	const absent = fc.constant(undefined);
	const rare = (arbitrary: fc.Arbitrary<string>) => fc.oneof({ weight: 30, arbitrary: absent }, { weight: 1, arbitrary });
	const half = (arbitrary: fc.Arbitrary<string>) => fc.oneof({ weight: 3, arbitrary: absent }, { weight: 1, arbitrary });
	const documented = operation.parameters.filter((parameter) => parameter.in === "header");
	return fc
		.record({
			authorization: fc.option(authorization, { freq: 20, nil: undefined }),
			"content-type": Object.keys(operation.bodies).length === 0 ? rare(type) : fc.option(type, { freq: 30, nil: undefined }),
			"content-encoding": rare(fc.constantFrom("gzip", "identity", "br", "x")),
			"x-http-method-override": rare(fc.constantFrom("DELETE", "PUT")),
			"x-request-id": rare(oddField),
			accept: rare(fc.constantFrom("text/html", "application/xml", "x")),
			range: rare(fc.constant("bytes=0-1")),
			...Object.fromEntries(
				documented.map(({ name, schema }) => [name.toLowerCase(), half(fc.oneof(fieldFrom(schema), oddField, fc.constant("*")))]),
			),
		})
		.map(
			(headers) =>
				Object.fromEntries(Object.entries(headers).filter((entry) => entry[1] !== undefined)) as Record<string, string>,
		);
}

function requestOf(operation: DocumentedOperation, around: Surroundings): fc.Arbitrary<Sent> {
	const params = around.params(operation);
	const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
	const schemas = [...Object.values(operation.bodies), ...around.bodies(operation)];
	const bodies = schemas.length === 0 ? oddBody(undefined) : fc.oneof(...schemas.map((schema) => oddBody(schema)));
	return fc
		.tuple(
			fc.tuple(...names.map((name) => segment(params[name] ?? []))),
			queryOf(operation),
			headersOf(operation, around),
			bodies,
		)
		.map(([segments, query, headers, body]) => {
			let index = 0;
			const path = operation.path.replace(/\{\w+\}/g, () => segments[index++] as string);
			return { method: operation.method, path: path + query, headers, ...(body === undefined ? {} : { body }) };
		});
}

/** One request to any operation. */
export function oddRequest(around: Surroundings): fc.Arbitrary<Sent> {
	return fc.oneof(
		...OPERATIONS.map((operation) => ({
			weight: Object.keys(operation.bodies).length > 0 ? 4 : 1,
			arbitrary: requestOf(operation, around),
		})),
	);
}
