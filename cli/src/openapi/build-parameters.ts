/** An operation's parameters -> fields of the input, and where each goes. */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { parameterOf } from "../../../src/policy/connector/check-connector.ts";
import { maySend } from "../../../src/policy/connector/header-names.ts";
import { FORBIDDEN_KEYS } from "../../../src/policy/forbidden-keys.ts";
import { typesOf } from "../../../src/policy/schema-nodes.ts";
import { withoutBrackets } from "./bracketed-parameters.ts";
import { shortened } from "./convert-schema.ts";
import { isObject, own, textAt, Unreadable } from "./document.ts";
import type { FieldNames } from "./field-names.ts";
import { formSchema } from "./form-schema.ts";
import type { Parameter } from "./operation.ts";

/** Converts the schema at a pointer. */
export type SchemaAt = (schema: Json, pointer: string) => Json;

export interface BuiltParameters {
	properties: JsonObject;
	required: string[];
	/** Placeholder -> how the path says it. */
	path: Map<string, string>;
	query: JsonObject;
	headers: JsonObject;
	/** Fields that the log may show. */
	logged: string[];
	/** What was left out, for the reviewer. */
	notes: string[];
	/** A header by which a credential would have gone, as the document spells it. */
	credentialHeader?: string;
}

/** OpenAPI itself says that these are no parameters: bodies, answers and security schemes speak of them. */
const NO_PARAMETERS = new Set(["accept", "content-type", "authorization"]);
/** What an agent must never hold. */
const CREDENTIAL =
	/^(x[-_])?(access[-_]?token|api[-_]?key|api[-_]?token|auth[-_]?token|token|client[-_]?secret|secret[-_]?key|app[-_]?key|application[-_]?key)$/i;

/**
 * @param parameters - of one operation
 * @param credentials - names of parameters that carry the credential, in lower case
 * @throws Unreadable if one that must be there cannot be sent
 */
export function buildParameters(
	parameters: Parameter[],
	credentials: ReadonlySet<string>,
	names: FieldNames,
	schemaAt: SchemaAt,
): BuiltParameters {
	const built: BuiltParameters = { properties: {}, required: [], path: new Map(), query: {}, headers: {}, logged: [], notes: [] };
	const inOrder = ["path", "query", "header", "cookie"].flatMap((place) =>
		withoutBrackets(parameters).filter((one) => one.place === place),
	);
	for (const parameter of inOrder) {
		if (parameter.place === "header" && NO_PARAMETERS.has(parameter.name.toLowerCase())) continue;
		if (parameter.place !== "path" && (credentials.has(parameterOf(parameter.name)) || CREDENTIAL.test(parameter.name))) {
			built.notes.push(`${parameter.place} ${parameter.name}: a credential, which the gateway adds and no agent holds`);
			if (parameter.place === "header") built.credentialHeader = parameter.name;
			continue;
		}
		const reason = add(parameter, built, names, schemaAt);
		if (reason === undefined) continue;
		if (parameter.required)
			throw new Unreadable(parameter.pointer, `the ${parameter.place} parameter ${parameter.name} must be there, and ${reason}`);
		built.notes.push(`${parameter.place} ${parameter.name}: ${reason}`);
	}
	return built;
}

/** @returns why it cannot be sent, undefined if it can */
function add(parameter: Parameter, built: BuiltParameters, names: FieldNames, schemaAt: SchemaAt): string | undefined {
	const { name, place } = parameter;
	if (place === "cookie") return "cookies are not sent";
	if (place === "query" && (/[[\]]/.test(name) || FORBIDDEN_KEYS.has(name)))
		return "nobody could tell it from the parts of another one";
	if (place === "header" && !maySend(name.toLowerCase())) return "this header is the gateway's alone";
	if (parameter.mediaType !== undefined) return `its value is ${parameter.mediaType}, not a plain parameter`;
	const constant = constantOf(parameter);
	if (constant !== undefined) {
		built.headers[name] = { const: constant };
		built.notes.push(`header ${name}: always ${constant}`);
		return undefined;
	}
	const schema = schemaAt(parameter.schema, parameter.schemaPointer);
	const form = formOf(parameter, schema);
	if ("reason" in form) return form.reason;
	const field = names.take(name, place);
	if (place === "path") built.path.set(name, parameter.hasSlashes ? `{${field}+}` : `{${field}}`);
	else if (place === "header") built.headers[name] = field;
	else built.query[name] = form.style === undefined ? field : { field, style: form.style };
	const description = shortened(parameter.description);
	built.properties[field] = description === "" ? form.schema : { ...(form.schema as JsonObject), description };
	if (parameter.required) built.required.push(field);
	if (place === "path" || isTelling(form.schema)) built.logged.push(field);
	return undefined;
}

type Form = { schema: Json; style?: "repeat" | "comma" | "brackets" | "deep" } | { reason: string };

/** How a value stands on the wire, and the schema of what can stand there. */
function formOf({ place, style, explode }: Parameter, schema: Json): Form {
	const types = typesOf(schema, isObject(schema) ? schema : {});
	if (place !== "query") {
		return style === "simple" ? { schema: scalar(schema, types) } : { reason: `style ${style} is not known here` };
	}
	if (style === "deepObject") {
		if (types?.has("object")) return { schema: formSchema(branchOf(schema, "object")), style: "deep" };
		if (types?.has("array")) return { schema: list(schema), style: "brackets" };
		return { schema: scalar(schema, types) };
	}
	if (types?.has("array") && !types.has("object")) {
		const isForm = style === "form";
		if (!isForm && explode === false) return { reason: `style ${style} is not known here` };
		return { schema: list(schema), style: explode ? "repeat" : "comma" };
	}
	if (types?.has("object")) return { reason: "an object in a query is sent with style deepObject alone" };
	return style === "form" ? { schema: scalar(schema, types) } : { reason: `style ${style} is not known here` };
}

/** What stands in an address is text: of a value with several types, only the text can be told apart when it is read again. */
function scalar(schema: Json, types: Set<string> | null): Json {
	const named = [...(types ?? [])].filter((type) => type !== "null");
	const isPlain =
		isObject(schema) && typeof schema["type"] === "string" && schema["type"] !== "array" && schema["type"] !== "object";
	if (isPlain && named.length === 1) return schema;
	const [only] = named.length === 1 ? named : [];
	const type = only === "boolean" ? "boolean" : only === "number" ? (isInteger(schema) ? "integer" : "number") : "string";
	const values =
		isObject(schema) && Array.isArray(schema["enum"]) ? schema["enum"].filter((value) => typeof value === jsType(type)) : [];
	const description = textAt(schema, "description");
	return { type, ...(values.length > 0 ? { enum: values } : {}), ...(description === undefined ? {} : { description }) };
}

function jsType(type: string): string {
	return type === "integer" ? "number" : type;
}

function isInteger(schema: Json): boolean {
	const type = own(schema, "type");
	return type === "integer" || (Array.isArray(type) && type.includes("integer") && !type.includes("number"));
}

function list(schema: Json): JsonObject {
	const branch = branchOf(schema, "array");
	const items = own(branch, "items") ?? { type: "string" };
	const element = scalar(items, typesOf(items, isObject(items) ? items : {}));
	return { ...(isObject(branch) ? branch : {}), type: "array", items: element };
}

/** Of alternatives the one of a type; what is read again has to be told apart. */
function branchOf(schema: Json, type: string): Json {
	for (const key of ["anyOf", "oneOf"]) {
		const branches = own(schema, key);
		const found = Array.isArray(branches) ? branches.find((branch) => typesOf(branch, {})?.has(type)) : undefined;
		if (found === undefined) continue;
		const description = textAt(schema, "description");
		return isObject(found) && description !== undefined ? { description, ...found } : found;
	}
	return isObject(schema) && Array.isArray(schema["type"]) ? { ...schema, type } : schema;
}

/** A header with one possible value, or one that must be there and has a standard value (a version), is no choice of the agent's. */
function constantOf({ place, schema, required }: Parameter): string | undefined {
	if (place !== "header") return undefined;
	const values = own(schema, "enum");
	const only = own(schema, "const") ?? (Array.isArray(values) && values.length === 1 ? values[0] : undefined);
	const value = required ? (only ?? own(schema, "default")) : undefined;
	return typeof value === "string" && /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value) ? value : undefined;
}

/** Whether a value says something and gives nothing away: a number, a yes or no, one of a few words. */
function isTelling(schema: Json): boolean {
	const type = own(schema, "type");
	return (
		type === "integer" || type === "number" || type === "boolean" || (type === "string" && own(schema, "enum") !== undefined)
	);
}
