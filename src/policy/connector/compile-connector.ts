/**
 * A Connector document to the definitions of its actions: defaults filled in, mappings resolved, the secrets pinned by version.
 * The same document and versions always give the same definitions, so nothing compiled needs to be stored beside the document.
 */
import type { ActionDefinition } from "../../contract/action-definition.ts";
import {
	CONNECTOR_DEFAULTS,
	type ConnectorActionDocument,
	type ConnectorAuth,
	type ConnectorDocument,
	type ConnectorHttp,
} from "../../contract/connector-document.ts";
import type {
	HeaderParameter,
	HttpAuth,
	HttpBody,
	HttpService,
	PathSegment,
	QueryParameter,
	WireType,
} from "../../contract/http-action.ts";
import type { Json, JsonObject } from "../../contract/json.ts";
import { durationMs } from "../../contract/role-document.ts";
import { isSchema } from "../schema-nodes.ts";
import { type BaseUrl, readBaseUrl } from "./base-url.ts";
import { parseTemplate, type RawSegment } from "./path-template.ts";
import { routeTable } from "./route-table.ts";
import { wireShape } from "./wire-type.ts";

/** The version in force of each secret of the workspace; one that is not here is not set. */
export type SecretVersions = ReadonlyMap<string, number>;

/** The definitions of a checked document, in its order. */
export function connectorDefinitions(document: ConnectorDocument, secrets: SecretVersions = new Map()): ActionDefinition[] {
	const service = serviceOf(document.http, secrets);
	const paths = document.actions.map(pathOf);
	const { reserved } = routeTable(
		document.actions.map(({ name, method }, index) => ({ name, method, path: paths[index] as PathSegment[] })),
	);
	return document.actions.map((action, index) =>
		definitionOf(document, action, service, paths[index] as PathSegment[], reserved.get(action.name)),
	);
}

/** The names of the secrets that a connector takes. */
export function secretNames(http: ConnectorHttp): string[] {
	return Object.values(http.auth ?? {}).flatMap((auth) => (auth === undefined ? [] : [auth.secret]));
}

function definitionOf(
	{ metadata, http }: ConnectorDocument,
	action: ConnectorActionDocument,
	service: HttpService,
	path: PathSegment[],
	reserved: PathSegment[][] | undefined,
): ActionDefinition {
	const schema = inputSchema(action, rawSegments(action));
	const { fields, hide } = action.response ?? {};
	const headers = action.response?.headers ?? http.response?.headers;
	const body = bodyOf(action);
	const logged = action.logged ?? [];
	return {
		name: action.name,
		description: action.description,
		connector: metadata.name,
		input_schema: schema,
		human_names: action.human_names ?? {},
		logged,
		covers: action.covers ?? {},
		defaults: defaultsOf(schema, logged),
		time_limit_ms: durationMs(action.time_limit ?? http.time_limit ?? "") ?? CONNECTOR_DEFAULTS.timeLimitMs,
		http: {
			service,
			method: action.method,
			path,
			...(reserved === undefined ? {} : { reserved }),
			query: queryOf(action, schema),
			headers: headersOf(action, schema),
			...(body === undefined ? {} : { body }),
			response: {
				max_bytes: action.response?.max_bytes ?? http.response?.max_bytes ?? CONNECTOR_DEFAULTS.responseBytes,
				...(fields === undefined ? {} : { fields }),
				...(hide === undefined ? {} : { hide }),
				...(headers === undefined ? {} : { headers: headers.map((name) => name.toLowerCase()) }),
			},
			retries: action.retries ?? 0,
		},
	};
}

function serviceOf(http: ConnectorHttp, secrets: SecretVersions): HttpService {
	const base = readBaseUrl(http.base_url) as BaseUrl;
	const { breaker, proxy, auth } = http;
	return {
		origin: base.origin,
		base_path: base.path,
		headers: Object.fromEntries(Object.entries(http.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
		...(auth === undefined ? {} : { auth: authOf(auth, secrets) }),
		concurrency: http.concurrency ?? CONNECTOR_DEFAULTS.concurrency,
		breaker: {
			failures: breaker?.failures ?? CONNECTOR_DEFAULTS.breaker.failures,
			open_ms: durationMs(breaker?.open_for ?? "") ?? CONNECTOR_DEFAULTS.breaker.openMs,
		},
		...(proxy?.enabled === true
			? {
					proxy: {
						error_style: proxy.error_style,
						...(proxy.token_header === undefined ? {} : { token_header: proxy.token_header.toLowerCase() }),
					},
				}
			: {}),
	};
}

function authOf({ bearer, header, basic, query, oauth2 }: ConnectorAuth, secrets: SecretVersions): HttpAuth {
	const secret = (name: string) => ({ name, version: secrets.get(name) ?? 0 });
	if (bearer !== undefined) return { kind: "bearer", secret: secret(bearer.secret) };
	if (header !== undefined)
		return { kind: "header", secret: secret(header.secret), name: header.name.toLowerCase(), prefix: header.prefix ?? "" };
	if (basic !== undefined) return { kind: "basic", secret: secret(basic.secret), username: basic.username };
	if (query !== undefined) return { kind: "query", secret: secret(query.secret), name: query.name };
	const { token_url, client_id, scopes, audience, secret: name } = oauth2 as NonNullable<typeof oauth2>;
	return {
		kind: "oauth2",
		secret: secret(name),
		token_url,
		client_id,
		scopes: scopes ?? [],
		...(audience === undefined ? {} : { audience }),
	};
}

/** The schema that calls are checked by: no fields but those that it names, and those of the address always there. */
export function inputSchema(action: ConnectorActionDocument, segments: readonly RawSegment[]): JsonObject {
	const schema: JsonObject = { ...(action.input ?? { type: "object" }) };
	const combined = ["allOf", "anyOf", "oneOf", "$ref", "unevaluatedProperties"].some((keyword) => schema[keyword] !== undefined);
	if (schema["additionalProperties"] === undefined && !combined) schema["additionalProperties"] = false;
	const placeholders = segments.flatMap((segment) => ("field" in segment ? [segment.field] : []));
	const required = Array.isArray(schema["required"]) ? schema["required"] : [];
	if (placeholders.length > 0) schema["required"] = [...new Set([...required, ...placeholders])];
	return schema;
}

function rawSegments(action: ConnectorActionDocument): RawSegment[] {
	const template = parseTemplate(action.path);
	return template.ok ? template.segments : [];
}

/** The address of an action, its placeholders with what the schema lets them be. */
export function pathOf(action: ConnectorActionDocument): PathSegment[] {
	const raw = rawSegments(action);
	const schema = inputSchema(action, raw);
	return raw.map((segment) => {
		if ("text" in segment) return segment;
		const shape = wireShape(schema, segment.field);
		const one = shape.kind === "one" ? shape : { type: "string" as WireType };
		return { ...segment, type: one.type, ...("values" in one && one.values !== undefined ? { values: one.values } : {}) };
	});
}

export function queryOf(action: ConnectorActionDocument, schema: JsonObject): QueryParameter[] {
	return Object.entries(action.query ?? {}).map(([name, written]): QueryParameter => {
		const target = typeof written === "string" ? { field: written } : written;
		if (target.field === undefined) return { name, const: String(target.const) };
		if (target.style === "deep") return { name, field: target.field, deep: true };
		const shape = wireShape(schema, target.field);
		if (shape.kind === "list") return { name, field: target.field, type: shape.type, list: target.style ?? "repeat" };
		return { name, field: target.field, type: shape.kind === "one" ? shape.type : "string" };
	});
}

export function headersOf(action: ConnectorActionDocument, schema: JsonObject): HeaderParameter[] {
	return Object.entries(action.headers ?? {}).map(([written, value]): HeaderParameter => {
		const name = written.toLowerCase();
		const target = typeof value === "string" ? { field: value, const: undefined } : value;
		if (target.field === undefined) return { name, const: target.const as string };
		const shape = wireShape(schema, target.field);
		return { name, field: target.field, type: shape.kind === "one" ? shape.type : "string" };
	});
}

const MEDIA_TYPES = {
	json: "application/json",
	form: "application/x-www-form-urlencoded",
	text: "text/plain; charset=utf-8",
} as const;

export function bodyOf(action: ConnectorActionDocument): HttpBody | undefined {
	const { body, method } = action;
	if (body === false) return undefined;
	if (body === undefined) {
		const isUsual = method === "POST" || method === "PUT" || method === "PATCH";
		return isUsual ? { format: "json", content_type: MEDIA_TYPES.json } : undefined;
	}
	const { format, content_type, field, fields, wrap } = body;
	return {
		format,
		content_type: content_type ?? MEDIA_TYPES[format],
		...(field === undefined ? {} : { field }),
		...(fields === undefined
			? {}
			: { fields: Array.isArray(fields) ? Object.fromEntries(fields.map((name) => [name, name])) : fields }),
		...(wrap === undefined ? {} : { wrap }),
	};
}

/** What the log shows of a field that a call leaves out: the schema's own default. */
function defaultsOf(schema: JsonObject, logged: string[]): JsonObject {
	const { properties } = schema;
	const defaults: JsonObject = {};
	for (const field of logged) {
		const property: Json | undefined = isSchema(properties) ? properties[field] : undefined;
		if (isSchema(property) && property["default"] !== undefined) defaults[field] = property["default"];
	}
	return defaults;
}
