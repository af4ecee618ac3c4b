/**
 * An action's input to the request that carries it out: path segments encoded one by one, a query, headers from the definition's
 * list, a body serialised again. Pure; `read-request.ts` is the way back, and what does not come back as it went is refused here.
 */
import type { HttpAction, PathSegment, QueryParameter } from "../../contract/http-action.ts";
import type { Json, JsonObject } from "../../contract/json.ts";
import type { ProblemItem } from "../../contract/problem.ts";
import { formPairs, type Pair } from "./form-fields.ts";
import { isDots, matchesPath } from "./path-template.ts";
import { encodePart, isWellFormed, wireText } from "./wire-value.ts";

export interface WireRequest {
	method: HttpAction["method"];
	/** With the base path, encoded; it begins with a slash. */
	path: string;
	query: Pair[];
	/** Names in lower case. */
	headers: Record<string, string>;
	body: { content_type: string; text: string } | null;
}

export type BuiltRequest = { ok: true; request: WireRequest } | { ok: false; problem: ProblemItem };

/** The request of a canonical input, without credentials. */
export function buildRequest(http: HttpAction, input: JsonObject): BuiltRequest {
	return attempt(() => {
		const path = buildPath(http, input);
		return {
			ok: true,
			request: {
				method: http.method,
				path,
				query: buildQuery(http, input),
				headers: buildHeaders(http, input),
				body: buildBody(http, input),
			},
		};
	});
}

/** What of an input fits its schema and has no place in the request all the same, such as a slash in a part of the path; null for nothing. */
export function unsendable(http: HttpAction, input: JsonObject): ProblemItem | null {
	const tried = attempt(() => {
		buildPath(http, input);
		buildQuery(http, input);
		buildHeaders(http, input);
		// Whatever there is can be said in JSON.
		if (http.body !== undefined && http.body.format !== "json") buildBody(http, input);
		return { ok: true };
	});
	return tried.ok ? null : tried.problem;
}

function attempt<T extends { ok: true }>(build: () => T): T | { ok: false; problem: ProblemItem } {
	try {
		return build();
	} catch (error) {
		if (error instanceof Unsendable)
			return { ok: false, problem: { path: error.field, code: error.code, message: error.message } };
		throw error;
	}
}

/** The text of a query, encoded; empty if there is none. */
export function queryText(pairs: readonly Pair[]): string {
	return pairs.map(([name, value]) => `${encodePart(name) ?? ""}=${encodePart(value) ?? ""}`).join("&");
}

/** A value that has no place in the request. Never leaves this file. */
class Unsendable extends Error {
	readonly field: string;
	readonly code: string;
	constructor(field: string, code: string, message: string) {
		super(message);
		this.field = field;
		this.code = code;
	}
}

function buildPath(http: HttpAction, input: JsonObject): string {
	const decoded: string[] = [];
	let path = http.service.base_path;
	for (const segment of http.path) {
		if ("text" in segment) {
			path += `/${segment.text}`;
			decoded.push(segment.text.includes("%") ? decodeURIComponent(segment.text) : segment.text);
			continue;
		}
		for (const part of segmentTexts(segment, input)) {
			path += `/${encodePart(part)}`;
			decoded.push(part);
		}
	}
	if (path === "") path = "/";
	const other = (http.reserved ?? []).some((template) => matchesPath(template, decoded));
	if (other) throw new Unsendable("", "other_action", "these values make the address of another action: call that one");
	return path;
}

function segmentTexts(segment: Exclude<PathSegment, { text: string }>, input: JsonObject): string[] {
	const { field, type, slashes, values, prefix = "", suffix = "" } = segment;
	const refuse = (message: string) => new Unsendable(field, "not_in_a_path", message);
	const text = wireText(inputField(input, field), type);
	if (text === null || text === "") throw refuse("this field is part of the address: it may not be missing or empty");
	if (!isWellFormed(text) || /[\p{Cc}\\]/u.test(text)) throw refuse("no backslash and no control character stands in an address");
	if (values !== undefined && !values.includes(text)) throw refuse("this is not one of the values that the address has");
	const parts = text.split("/");
	if (parts.length > 1 && slashes === undefined) throw refuse("no slash stands in this part of the address");
	if (parts.some((part) => part === "" || isDots(part))) throw refuse("no empty part, no `.` and no `..` stands in an address");
	return slashes === "rest" ? parts : [prefix + text + suffix];
}

function buildQuery(http: HttpAction, input: JsonObject): Pair[] {
	return http.query.flatMap((parameter) => queryPairs(parameter, input));
}

function queryPairs(parameter: QueryParameter, input: JsonObject): Pair[] {
	if ("const" in parameter) return [[parameter.name, parameter.const]];
	const { name, field } = parameter;
	const value = inputField(input, field);
	if (value === undefined) return [];
	const refuse = () => new Unsendable(field, "not_in_a_query", "this value cannot be said in a query");
	if ("deep" in parameter) {
		const pairs = typeof value === "object" ? formPairs(name, value) : null;
		if (pairs === null) throw refuse();
		return pairs;
	}
	const textOf = (one: Json): string => {
		const text = wireText(one, parameter.type);
		if (text === null || !isWellFormed(text)) throw refuse();
		return text;
	};
	if (parameter.list === undefined) return [[name, textOf(value)]];
	if (!Array.isArray(value) || value.length === 0) throw refuse();
	const texts = value.map(textOf);
	if (parameter.list !== "comma") return texts.map((text): Pair => [parameter.list === "brackets" ? `${name}[]` : name, text]);
	if (texts.some((text) => text.includes(",") || text === "")) throw refuse();
	return [[name, texts.join(",")]];
}

function buildHeaders(http: HttpAction, input: JsonObject): Record<string, string> {
	const headers: Record<string, string> = { ...http.service.headers };
	for (const header of http.headers) {
		if ("const" in header) headers[header.name] = header.const;
		else {
			const value = inputField(input, header.field);
			if (value === undefined) continue;
			const text = wireText(value, header.type);
			if (text === null || !HEADER_VALUE.test(text))
				throw new Unsendable(
					header.field,
					"not_in_a_header",
					"a header's value is plain ASCII on one line, with no blank at its ends",
				);
			headers[header.name] = text;
		}
	}
	return headers;
}

/** RFC 9110, 5.5, without what is obsolete: no CR, no LF, nothing beyond ASCII. */
export const HEADER_VALUE = /^[\x21-\x7e]([\x20-\x7e]{0,4094}[\x21-\x7e])?$/;

function buildBody(http: HttpAction, input: JsonObject): WireRequest["body"] {
	const { body } = http;
	if (body === undefined) return null;
	const { content_type } = body;
	const content = bodyContent(http, input);
	if (content === undefined) return null;
	if (body.format === "text") {
		if (typeof content !== "string") throw new Unsendable(body.field ?? "", "not_a_text", "the body is a text");
		return { content_type, text: content };
	}
	if (body.format === "json") return { content_type, text: JSON.stringify(content) };
	const pairs: Pair[] = [];
	for (const [name, value] of Object.entries(content as JsonObject)) {
		const some = formPairs(name, value);
		if (some === null || /[[\]]/.test(name)) throw new Unsendable(name, "not_in_a_form", "a form cannot say this value");
		pairs.push(...some);
	}
	return { content_type, text: queryText(pairs) };
}

/** What the body is made of; undefined for none. */
function bodyContent(http: HttpAction, input: JsonObject): Json | undefined {
	const { field, fields, wrap } = http.body as NonNullable<HttpAction["body"]>;
	if (field !== undefined) return inputField(input, field);
	const object: JsonObject = {};
	if (fields !== undefined) {
		for (const [name, from] of Object.entries(fields)) {
			const value = inputField(input, from);
			if (value !== undefined) object[name] = value;
		}
	} else {
		const used = fieldsElsewhere(http);
		for (const name of Object.keys(input)) if (!used.has(name)) object[name] = input[name] as Json;
	}
	return wrap === undefined ? object : { [wrap]: object };
}

/** The fields that stand in the path, the query or a header. */
export function fieldsElsewhere(http: Pick<HttpAction, "path" | "query" | "headers">): Set<string> {
	return new Set([...http.path, ...http.query, ...http.headers].flatMap((part) => ("field" in part ? [part.field] : [])));
}

function inputField(input: JsonObject, field: string): Json | undefined {
	return Object.hasOwn(input, field) ? input[field] : undefined;
}
