/** One operation -> one action of a connector document: its input as one object, and where each field of it goes. */

import { CONNECTOR_LIMITS, HTTP_METHODS } from "../../../src/contract/connector-document.ts";
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { utf8Length } from "../../../src/policy/utf8.ts";
import { type BuiltBody, buildBody } from "./build-body.ts";
import { buildParameters } from "./build-parameters.ts";
import { SchemaConverter, shortened } from "./convert-schema.ts";
import { Unreadable } from "./document.ts";
import { FieldNames } from "./field-names.ts";
import { formSchema } from "./form-schema.ts";
import type { Operation } from "./operation.ts";

export interface BuiltAction {
	/** As a connector document says it. */
	action: JsonObject;
	/** What of the operation is not in it, for the reviewer. */
	notes: string[];
	/** A header that would have carried the credential. */
	credentialHeader: string | undefined;
}

const METHODS: ReadonlySet<string> = new Set(HTTP_METHODS);
const DESCRIPTION_MAX = 1_024;

/**
 * @param credentials - names of parameters that carry the credential
 * @throws Unreadable if the operation cannot be called through a connector, with the place in the document that says so
 */
export function buildAction(root: JsonObject, operation: Operation, name: string, credentials: ReadonlySet<string>): BuiltAction {
	if (!METHODS.has(operation.method)) throw new Unreadable(operation.pointer, `${operation.method} is not sent`);
	const converter = new SchemaConverter(root);
	const { result, definitions } = converter.convert((schemaAt) => {
		const names = new FieldNames();
		const { path, constants } = split(operation);
		const parameters = buildParameters(operation.parameters, credentials, names, schemaAt);
		const body = buildBody(root, operation.method, operation.body, names, schemaAt);
		const undeclared = placeholders(path).filter((one) => !parameters.path.has(one));
		for (const placeholder of undeclared) {
			const field = names.take(placeholder, "path");
			parameters.path.set(placeholder, `{${field}}`);
			parameters.properties[field] = { type: "string" };
			parameters.required.push(field);
			parameters.logged.push(field);
		}
		return { parameters, body, constants, path: pathOf(operation, path, parameters.path) };
	});
	const { parameters, body, path } = result;
	const query = { ...result.constants, ...parameters.query };
	const properties = { ...parameters.properties, ...body.properties };
	const required = [...parameters.required, ...body.required];
	const input: JsonObject = {
		type: "object",
		...(Object.keys(properties).length > 0 ? { properties } : {}),
		...(required.length > 0 ? { required } : {}),
		additionalProperties: body.isOpen,
		...(Object.keys(definitions).length > 0 ? { $defs: isForm(body.body) ? formDefinitions(definitions) : definitions } : {}),
	};
	const action: JsonObject = {
		name,
		description: described(operation),
		method: operation.method,
		path,
		...(Object.keys(query).length > 0 ? { query } : {}),
		...(Object.keys(parameters.headers).length > 0 ? { headers: parameters.headers } : {}),
		...(body.body === undefined ? {} : { body: body.body }),
		input,
		...(parameters.logged.length > 0 ? { logged: parameters.logged.slice(0, LOGGED_MAX) } : {}),
	};
	const { patterns } = converter.loosened;
	const lost = patterns === 0 ? [] : [`${patterns} ${patterns === 1 ? "pattern" : "patterns"}: not one that RE2 reads`];
	const size = utf8Length(JSON.stringify(action));
	if (size > CONNECTOR_LIMITS.actionBytes)
		throw new Unreadable(operation.pointer, `its schema is too large: ${size} bytes of at most ${CONNECTOR_LIMITS.actionBytes}`);
	const { credentialHeader } = parameters;
	return { action, notes: [...parameters.notes, ...body.notes, ...lost], credentialHeader };
}

const LOGGED_MAX = 64;

function isForm(body: BuiltBody["body"]): boolean {
	return typeof body === "object" && body["format"] === "form";
}

function formDefinitions(definitions: JsonObject): JsonObject {
	return Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [name, formSchema(schema)]));
}

function described({ description, isDeprecated }: Operation): string {
	return (isDeprecated ? `Deprecated. ${shortened(description)}` : shortened(description)).slice(0, DESCRIPTION_MAX);
}

/** A path with a fixed query behind it, as some documents tell operations apart. */
function split({ path, pointer }: Operation): { path: string; constants: JsonObject } {
	if (path.includes("#")) throw new Unreadable(pointer, "the path has a # in it, and what stands behind one is never sent");
	const [before = "", query] = path.split("?", 2);
	const constants: Record<string, Json> = {};
	for (const [key, value] of new URLSearchParams(query ?? "")) {
		if (/[{}]/.test(key + value)) throw new Unreadable(pointer, "the path has a placeholder behind its question mark");
		constants[key] = { const: value };
	}
	return { path: before, constants };
}

function placeholders(path: string): string[] {
	return [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name as string);
}

/** The path with the placeholders of the connector's language. */
function pathOf({ pointer }: Operation, path: string, fields: ReadonlyMap<string, string>): string {
	const crowded = path.split("/").find((segment) => placeholders(segment).length > 1);
	if (crowded !== undefined)
		throw new Unreadable(pointer, `${crowded} has two values in one segment of the path, and nobody can tell where one ends`);
	return path.replace(/\{([^{}]+)\}/g, (_whole, name: string) => fields.get(name) ?? `{${name}}`);
}
