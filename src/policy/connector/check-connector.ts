/** Whether a value is a Connector document: its shape, then everything that its actions say of each other and of their inputs. */
import {
	CONNECTOR_KEYS,
	CONNECTOR_LIMITS,
	type ConnectorActionDocument,
	type ConnectorAuth,
	type ConnectorDocument,
	connectorDocumentSchema,
	IDEMPOTENT_METHODS,
} from "../../contract/connector-document.ts";
import type { Json, JsonObject } from "../../contract/json.ts";
import type { Finding } from "../document-positions.ts";
import { type ShapeWords, shapeFindings } from "../shape-findings.ts";
import { didYouMean, quoted } from "../suggestion.ts";
import { utf8Length } from "../utf8.ts";
import { readBaseUrl } from "./base-url.ts";
import { bodyFindings } from "./check-body.ts";
import { schemaFindings } from "./check-schema.ts";
import { inputSchema, pathOf } from "./compile-connector.ts";
import { maySend, mayShow } from "./header-names.ts";
import { parseTemplate } from "./path-template.ts";
import { routeTable } from "./route-table.ts";
import { wireShape } from "./wire-type.ts";

export type CheckedConnector = { ok: true; document: ConnectorDocument } | { ok: false; findings: Finding[] };

const CONNECTOR_WORDS: ShapeWords = {
	keys: CONNECTOR_KEYS,
	forms: {
		"actions[].body": "`false`, or what the body is made of,",
		"actions[].body.fields": "a list of fields, or a map of the body's names to fields,",
	},
	limits: {
		actions: { code: "too_many_actions", message: `a connector has at most ${CONNECTOR_LIMITS.actions} actions` },
	},
};

/** Connectors that are part of the gateway, and words that would be taken for something else. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(["mail", "hivekey"]);

/** Checks one document; all findings at once. */
export function checkConnector(value: Json): CheckedConnector {
	const parsed = connectorDocumentSchema.safeParse(value);
	if (!parsed.success) return { ok: false, findings: shapeFindings(parsed.error, value, CONNECTOR_WORDS) };
	const document = parsed.data;
	const findings = [
		...serviceFindings(document),
		...document.actions.flatMap((action, index) => actionFindings(document, action, index)),
	];
	if (findings.length === 0) findings.push(...routeFindings(document));
	return findings.length > 0 ? { ok: false, findings } : { ok: true, document };
}

function serviceFindings({ metadata, http }: ConnectorDocument): Finding[] {
	const findings: Finding[] = [];
	if (RESERVED_NAMES.has(metadata.name))
		findings.push({
			path: "metadata.name",
			code: "reserved_name",
			message: `${quoted(metadata.name)} is part of the gateway; take another name`,
		});
	const base = readBaseUrl(http.base_url);
	if (typeof base === "string") findings.push({ path: "http.base_url", code: "not_a_base_url", message: base });
	if (http.auth?.oauth2 !== undefined) {
		const token = readBaseUrl(http.auth.oauth2.token_url);
		if (typeof token === "string") findings.push({ path: "http.auth.oauth2.token_url", code: "not_a_base_url", message: token });
	}
	const own = http.auth?.header;
	if (own !== undefined && own.name.toLowerCase() !== "authorization" && !maySend(own.name.toLowerCase()))
		findings.push({
			path: "http.auth.header.name",
			code: "header_refused",
			message: `the header ${own.name} is the gateway's alone`,
		});
	for (const name of Object.keys(http.headers ?? {})) findings.push(...headerFindings(name, "http.headers"));
	for (const name of http.response?.headers ?? []) findings.push(...shownFindings(name, "http.response.headers"));
	return findings;
}

function headerFindings(name: string, path: string): Finding[] {
	if (maySend(name.toLowerCase())) return [];
	const message = `the header ${name} is the gateway's alone: credentials go under \`auth\`, a body's type under \`body\``;
	return [{ path: `${path}.${name}`, code: "header_refused", message, at: "key" }];
}

function shownFindings(name: string, path: string): Finding[] {
	return mayShow(name.toLowerCase())
		? []
		: [{ path, code: "header_refused", message: `the header ${name} is not shown to agents` }];
}

function actionFindings(document: ConnectorDocument, action: ConnectorActionDocument, index: number): Finding[] {
	const { metadata, http, actions } = document;
	const path = `actions[${index}]`;
	const findings: Finding[] = [];
	const size = utf8Length(JSON.stringify(action));
	if (size > CONNECTOR_LIMITS.actionBytes)
		findings.push({
			path,
			code: "too_large",
			message: `the action has ${size} bytes as JSON, at most ${CONNECTOR_LIMITS.actionBytes} are taken`,
		});
	if (action.name.split(".", 1)[0] !== metadata.name)
		findings.push({
			path: `${path}.name`,
			code: "name_mismatch",
			message: `the actions of this connector begin with \`${metadata.name}.\``,
		});
	if (actions.findIndex(({ name }) => name === action.name) !== index)
		findings.push({ path: `${path}.name`, code: "duplicate_name", message: `the action ${quoted(action.name)} stands twice` });
	if ((action.retries ?? 0) > 0 && !IDEMPOTENT_METHODS.includes(action.method))
		findings.push({
			path: `${path}.retries`,
			code: "not_idempotent",
			message: `a ${action.method} may do something twice: it is never sent again`,
		});
	if (action.input !== undefined) findings.push(...schemaFindings(action.input, `${path}.input`));
	if (action.response?.fields !== undefined && action.response.hide !== undefined)
		findings.push({ path: `${path}.response.hide`, code: "two_forms", message: "either `fields` or `hide`, not both" });
	for (const name of action.response?.headers ?? []) findings.push(...shownFindings(name, `${path}.response.headers`));
	const template = parseTemplate(action.path);
	if (!template.ok) findings.push({ path: `${path}.path`, code: "not_a_path", message: template.message });
	if (findings.length > 0 || !template.ok) return findings;
	const schema = inputSchema(action, template.segments);
	return [
		...placeFindings(action, schema, path),
		...repeatedFindings(action, http.auth, path),
		...bodyFindings(action, schema, path),
		...wordFindings(action, schema, path),
	];
}

/** What a query parameter is part of: a caller's object under `auth` would write `auth[token]`, and many an API leaves the case open. */
export function parameterOf(name: string): string {
	return (name.split("[", 1)[0] as string).toLowerCase();
}

/** Of two headers of one name one would be lost, though guards have seen both, and of two parameters nobody knows which one is read. */
function repeatedFindings({ headers, query }: ConnectorActionDocument, auth: ConnectorAuth | undefined, path: string): Finding[] {
	const findings: Finding[] = [];
	const repeated = (place: string, name: string) => {
		const message = `${quoted(name)} is sent with the credentials, or by another key, already`;
		findings.push({ path: `${path}.${place}.${name}`, code: "duplicate_name", message, at: "key" });
	};
	const sent = new Set(auth?.header === undefined ? [] : [auth.header.name.toLowerCase()]);
	for (const name of Object.keys(headers ?? {})) {
		if (sent.has(name.toLowerCase())) repeated("headers", name);
		sent.add(name.toLowerCase());
	}
	const credentials = auth?.query && parameterOf(auth.query.name);
	for (const name of Object.keys(query ?? {})) if (parameterOf(name) === credentials) repeated("query", name);
	return findings;
}

/** Path, query and headers: each takes a field that there is, of a type that a text can be read back as, and no field stands twice. */
function placeFindings(action: ConnectorActionDocument, schema: JsonObject, path: string): Finding[] {
	const findings: Finding[] = [];
	const taken = new Map<string, string>();
	const names = Object.keys((schema["properties"] as JsonObject | undefined) ?? {});
	const take = (field: string, at: string, forms: readonly string[]): void => {
		if (!names.includes(field)) {
			findings.push({
				path: at,
				code: "unknown_field",
				message: `the input has no field ${quoted(field)}${didYouMean(field, names)}`,
			});
			return;
		}
		const before = taken.get(field);
		if (before !== undefined)
			findings.push({ path: at, code: "field_twice", message: `the field ${quoted(field)} stands in ${before} already` });
		taken.set(field, at.slice(path.length + 1));
		const { kind } = wireShape(schema, field);
		if (!forms.includes(kind))
			findings.push({ path: at, code: "no_wire_form", message: `${quoted(field)} ${SHOULD_BE[forms[0] as string]}` });
	};
	const template = parseTemplate(action.path);
	for (const segment of template.ok ? template.segments : [])
		if ("field" in segment) take(segment.field, `${path}.path`, ["one"]);
	for (const [name, target] of Object.entries(action.query ?? {})) {
		const { field, style } = typeof target === "string" ? { field: target, style: undefined } : target;
		if (/[[\]]/.test(name))
			findings.push({ path: `${path}.query.${name}`, code: "format", message: "brackets come from `style`", at: "key" });
		if (field === undefined) continue;
		take(
			field,
			`${path}.query.${name}`,
			style === "deep" ? ["object", "unclear", "list"] : style === undefined ? ["one", "list"] : ["list"],
		);
	}
	for (const [name, target] of Object.entries(action.headers ?? {})) {
		findings.push(...headerFindings(name, `${path}.headers`));
		const field = typeof target === "string" ? target : target.field;
		if (field !== undefined) take(field, `${path}.headers.${name}`, ["one"]);
	}
	return findings;
}

const SHOULD_BE: Record<string, string> = {
	one: "should be of one type here: string, integer, number or boolean",
	list: "should be a list of one type here: string, integer, number or boolean",
	object: "should be an object here",
};

/** What the log and guards are told of fields that there are. */
function wordFindings(action: ConnectorActionDocument, schema: JsonObject, path: string): Finding[] {
	const properties = schema["properties"] as JsonObject | undefined;
	const names = Object.keys(properties ?? {});
	const findings: Finding[] = [];
	const known = (field: string, at: string) => {
		if (!names.includes(field))
			findings.push({
				path: at,
				code: "unknown_field",
				message: `the input has no field ${quoted(field)}${didYouMean(field, names)}`,
			});
	};
	for (const [index, field] of (action.logged ?? []).entries()) known(field, `${path}.logged[${index}]`);
	for (const field of Object.keys(action.human_names ?? {})) known(field, `${path}.human_names.${field}`);
	for (const [field, covered] of Object.entries(action.covers ?? {})) {
		known(field, `${path}.covers.${field}`);
		for (const [index, other] of covered.entries()) known(other, `${path}.covers.${field}[${index}]`);
	}
	return findings;
}

/** An address that is two actions' would let a request be taken for the one that is guarded less. */
function routeFindings({ actions }: ConnectorDocument): Finding[] {
	const routes = actions.map((action) => ({ name: action.name, method: action.method, path: pathOf(action) }));
	return routeTable(routes)
		.ambiguous.slice(0, 100)
		.map(({ first, second }) => {
			const [a, b] = [actions[first] as ConnectorActionDocument, actions[second] as ConnectorActionDocument];
			const message = `${a.method} ${a.path} (${a.name}) and ${b.path} (${b.name}) can be the same address, and neither is the more special: give a placeholder a type or values, or leave one out`;
			return { path: `actions[${second}].path`, code: "ambiguous_route", message };
		});
}
