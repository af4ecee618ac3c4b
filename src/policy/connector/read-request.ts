/**
 * The way back: a request that some SDK made for the upstream to the input of the action whose address it has. Everything that
 * `build-request.ts` would not send as it came is refused, so that guards see all that the upstream will see.
 */
import type { ActionDefinition } from "../../contract/action-definition.ts";
import type { HttpAction, QueryParameter } from "../../contract/http-action.ts";
import type { Json, JsonObject } from "../../contract/json.ts";
import type { ProblemItem } from "../../contract/problem.ts";
import { nodesAt, propertySchemas } from "../schema-nodes.ts";
import { fieldsElsewhere } from "./build-request.ts";
import { type Pair, readForm } from "./form-fields.ts";
import { isDots, placeholderText } from "./path-template.ts";
import { isObject } from "./wire-type.ts";
import { decodePart, wireValue } from "./wire-value.ts";

/** A request as it came, taken apart but not yet understood. */
export interface IncomingRequest {
	method: string;
	/** Below the base path, decoded one by one: see {@link readSegments}. */
	segments: readonly string[];
	query: readonly Pair[];
	/** By name in lower case; null if there is none. */
	header: (name: string) => string | null;
	/** JSON from the strict parser, the pairs of a form, or a text; null for no body. */
	body: { json: Json } | { form: readonly Pair[] } | { text: string } | null;
}

export type ReadRequest = { ok: true; input: JsonObject } | { ok: false; problems: ProblemItem[] };

/** The decoded segments of a path that begins with a slash; null where it is one that servers read differently. */
export function readSegments(path: string): string[] | null {
	if (!path.startsWith("/")) return null;
	if (path === "/") return [];
	const segments: string[] = [];
	const parts = path.slice(1).split("/");
	for (const [index, part] of parts.entries()) {
		const decoded = decodePart(part);
		if (decoded === null || isDots(decoded) || /[\p{Cc}\\]/u.test(decoded)) return null;
		if (decoded === "" && index !== parts.length - 1) return null;
		if (decoded.includes("/") && decoded.split("/").some((inner) => inner === "" || isDots(inner))) return null;
		segments.push(decoded);
	}
	return segments;
}

/** The pairs of a query or of a form's body (`application/x-www-form-urlencoded`); null where the encoding is broken. */
export function readPairs(text: string): Pair[] | null {
	const pairs: Pair[] = [];
	for (const part of text.split("&")) {
		if (part === "") continue;
		const at = part.indexOf("=");
		const name = decodePart((at === -1 ? part : part.slice(0, at)).replaceAll("+", " "));
		const value = decodePart(at === -1 ? "" : part.slice(at + 1).replaceAll("+", " "));
		if (name === null || value === null) return null;
		pairs.push([name, value]);
	}
	return pairs;
}

/** The input of a request that has the action's address. */
export function readRequest(
	{ http, input_schema }: ActionDefinition & { http: HttpAction },
	incoming: IncomingRequest,
): ReadRequest {
	const reading = new Reading(http, input_schema);
	reading.path(incoming.segments);
	reading.query(incoming.query);
	reading.headers(incoming.header);
	reading.body(incoming.body);
	return reading.problems.length > 0 ? { ok: false, problems: reading.problems } : { ok: true, input: reading.input };
}

class Reading {
	readonly input: JsonObject = Object.create(null);
	readonly problems: ProblemItem[] = [];
	readonly #http: HttpAction;
	readonly #schema: JsonObject;

	constructor(http: HttpAction, schema: JsonObject) {
		this.#http = http;
		this.#schema = schema;
	}

	path(segments: readonly string[]): void {
		for (const [index, segment] of this.#http.path.entries()) {
			if ("text" in segment) continue;
			const text = segment.slashes === "rest" ? segments.slice(index).join("/") : placeholderText(segment, segments[index] ?? "");
			const value = text === null ? undefined : wireValue(text, segment.type);
			if (value === undefined)
				this.#refuse(segment.field, "not_in_a_path", "this part of the address is none that the action has");
			else this.input[segment.field] = value;
		}
	}

	query(pairs: readonly Pair[]): void {
		const names = new Map<string, QueryParameter>();
		for (const parameter of this.#http.query) {
			const brackets = "list" in parameter && parameter.list === "brackets";
			names.set(brackets ? `${parameter.name}[]` : parameter.name, parameter);
		}
		const deep = this.#http.query.filter((parameter) => "deep" in parameter);
		const values = new Map<QueryParameter, Pair[]>();
		for (const pair of pairs) {
			const [name] = pair;
			const found = names.get(name) ?? deep.find((parameter) => name.startsWith(`${parameter.name}[`));
			if (found === undefined)
				this.#refuse(name.slice(0, 64), "unknown_parameter", "the action has no such parameter in its query");
			else values.set(found, [...(values.get(found) ?? []), pair]);
		}
		for (const [parameter, some] of values) this.#parameter(parameter, some);
	}

	headers(header: IncomingRequest["header"]): void {
		for (const one of this.#http.headers) {
			if (!("field" in one)) continue;
			const text = header(one.name);
			if (text === null) continue;
			const value = wireValue(text, one.type);
			if (value === undefined) this.#refuse(one.field, "type", `the header ${one.name} is no ${one.type}`);
			else this.input[one.field] = value;
		}
	}

	body(body: IncomingRequest["body"]): void {
		const { body: wanted } = this.#http;
		if (body === null) return;
		if (wanted === undefined) {
			this.#refuse("", "body", "the action takes no body");
			return;
		}
		if (wanted.format === "text") {
			if (!("text" in body)) {
				this.#refuse("", "body", "the body is a text");
				return;
			}
			this.input[wanted.field as string] = body.text;
			return;
		}
		const content = this.#content(body);
		if (content === undefined) return;
		if (wanted.field !== undefined) this.input[wanted.field] = content;
		else if (!isObject(content)) this.#refuse("", "type", "the body is an object");
		else this.#members(content);
	}

	#content(body: NonNullable<IncomingRequest["body"]>): Json | undefined {
		const { format, wrap } = this.#http.body as NonNullable<HttpAction["body"]>;
		if (format === "form") {
			if (!("form" in body)) return this.#refuse("", "body", "the body is a form");
			const read = readForm(body.form, [this.#bodySchema()], this.#schema);
			return read.ok ? read.value : this.#refuse(read.name.slice(0, 64), "form", read.message);
		}
		if (!("json" in body)) return this.#refuse("", "body", "the body is JSON");
		if (wrap === undefined) return body.json;
		if (isObject(body.json) && Object.keys(body.json).length === 1 && Object.hasOwn(body.json, wrap)) return body.json[wrap];
		return this.#refuse("", "body", `the body is an object with \`${wrap}\` in it, and nothing else`);
	}

	/** The input's schema with the names that its fields have in the body. */
	#bodySchema(): JsonObject {
		const { fields } = this.#http.body as NonNullable<HttpAction["body"]>;
		if (fields === undefined) return this.#schema;
		const nodes = nodesAt([this.#schema], this.#schema);
		const properties: JsonObject = {};
		for (const [name, field] of Object.entries(fields)) properties[name] = { allOf: propertySchemas(nodes, field).schemas };
		return { properties };
	}

	#members(content: JsonObject): void {
		const { fields } = this.#http.body as NonNullable<HttpAction["body"]>;
		const elsewhere = fieldsElsewhere(this.#http);
		for (const [name, value] of Object.entries(content)) {
			const field = fields === undefined ? name : Object.hasOwn(fields, name) ? (fields[name] as string) : null;
			if (field === null || (fields === undefined && elsewhere.has(name)))
				this.#refuse(name.slice(0, 64), "unknown_field", "the action has no such field in its body");
			else this.input[field] = value;
		}
	}

	#parameter(parameter: QueryParameter, pairs: Pair[]): void {
		if ("const" in parameter) {
			if (pairs.some(([, value]) => value !== parameter.const))
				this.#refuse(parameter.name, "not_allowed", `the action sends ${parameter.name} with one value only`);
			return;
		}
		const { name, field } = parameter;
		if ("deep" in parameter) {
			const nodes = nodesAt([this.#schema], this.#schema);
			const schema = { properties: { [name]: { allOf: propertySchemas(nodes, field).schemas } } };
			const read = readForm(pairs, [schema], this.#schema);
			if (!read.ok) this.#refuse(read.name.slice(0, 64), "form", read.message);
			else this.input[field] = read.value[name] as Json;
			return;
		}
		if (parameter.list === undefined && pairs.length > 1) {
			this.#refuse(field, "repeated", `the parameter ${name} stands twice`);
			return;
		}
		const texts = parameter.list === "comma" ? pairs.flatMap(([, text]) => text.split(",")) : pairs.map(([, text]) => text);
		const values = texts.map((text) => wireValue(text, parameter.type));
		if (values.includes(undefined)) {
			this.#refuse(field, "type", `the parameter ${name} is no ${parameter.type}`);
			return;
		}
		this.input[field] = parameter.list === undefined ? (values[0] as Json) : (values as Json[]);
	}

	#refuse(path: string, code: string, message: string): undefined {
		this.problems.push({ path, code, message });
	}
}
