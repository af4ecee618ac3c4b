/** An operation's body -> fields of the input: those of an object beside the parameters, anything else as one field. */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import type { SchemaAt } from "./build-parameters.ts";
import { isObject, own, pointerTo, Unreadable } from "./document.ts";
import type { FieldNames } from "./field-names.ts";
import { formSchema } from "./form-schema.ts";
import { mergedObject } from "./merge-schemas.ts";
import type { RequestBody } from "./operation.ts";
import { resolved } from "./references.ts";

export interface BuiltBody {
	/** As a connector document says it; undefined: what the gateway does anyway. */
	body: false | JsonObject | undefined;
	properties: JsonObject;
	required: string[];
	/** Fields that are not declared are sent too. */
	isOpen: boolean;
	notes: string[];
}

const JSON_TYPE = /^(application|text)\/(json|.+\+json)$/;
const FORM_TYPE = "application/x-www-form-urlencoded";

/**
 * @param names - those that the parameters have are taken
 * @throws Unreadable if there must be a body and none of its forms can be sent
 */
export function buildBody(
	root: JsonObject,
	method: string,
	request: RequestBody | undefined,
	names: FieldNames,
	schemaAt: SchemaAt,
): BuiltBody {
	const sends = method === "POST" || method === "PUT" || method === "PATCH";
	const none: BuiltBody = { body: sends ? false : undefined, properties: {}, required: [], isOpen: false, notes: [] };
	if (request === undefined) return none;
	if (method === "GET" || method === "HEAD")
		return { ...none, notes: request.media.every(isEmpty) ? [] : [`body: a ${method} has none here`] };
	const media = chosen(request);
	if (media === undefined) {
		const types = request.media.map(({ type }) => type).join(", ");
		const reason = `its body is ${types}; json, form and text bodies are sent`;
		if (request.required) throw new Unreadable(request.pointer, reason);
		return { ...none, notes: [`body: ${reason}`] };
	}
	const spelled = spelling(media.type);
	const flat = media.format === "text" ? undefined : flattened(root, media.schema, media.pointer);
	return flat === undefined
		? asOneField(request, { ...media, ...spelled }, names, schemaAt)
		: asFields(sends, flat, { ...media, ...spelled }, names, schemaAt);
}

/** An object without fields. */
function isEmpty({ schema }: { schema: Json }): boolean {
	const properties = own(schema, "properties");
	return own(schema, "type") === "object" && isObject(properties) && Object.keys(properties).length === 0;
}

interface Media {
	format: "json" | "form" | "text";
	type: string;
	schema: Json;
	pointer: string;
}

/** JSON before a form before text, whatever the order in the document. */
function chosen({ media }: RequestBody): Media | undefined {
	const json =
		media.find(({ type }) => type === "application/json") ?? media.find(({ type }) => JSON_TYPE.test(type) || type === "*/*");
	if (json !== undefined) return { ...json, format: "json" };
	const form = media.find(({ type }) => type === FORM_TYPE);
	if (form !== undefined) return { ...form, format: "form" };
	const text = media.find(({ type }) => type.startsWith("text/"));
	return text && { ...text, format: "text" };
}

function spelling(type: string): { content_type?: string } {
	return ["application/json", "*/*", FORM_TYPE, "text/plain"].includes(type) ? {} : { content_type: type };
}

interface Flat {
	schema: JsonObject;
	properties: [name: string, schema: Json, pointer: string][];
	isOpen: boolean;
}

/** The fields of an object; undefined where the body is something else, or has fields that nobody declared. */
function flattened(root: JsonObject, schema: Json, pointer: string): Flat | undefined {
	if (!isObject(schema)) return undefined;
	const at = resolved(root, schema, pointer);
	const merged = mergedObject(root, at.value, at.pointer);
	const object = merged?.schema ?? at.value;
	const properties = own(object, "properties");
	const rest = own(object, "additionalProperties");
	if (!isObject(properties) || Object.keys(properties).length === 0 || isObject(rest)) return undefined;
	// No body at all says what null would say.
	if (!isObjectType(own(object, "type"))) return undefined;
	if (["not", "if", "patternProperties", "allOf"].some((key) => own(object, key) !== undefined)) return undefined;
	if (!["anyOf", "oneOf"].every((key) => (Array.isArray(own(object, key)) ? (own(object, key) as Json[]).every(asksOnly) : true)))
		return undefined;
	return {
		schema: object,
		properties: Object.entries(properties).map(([name, value]) => [
			name,
			value,
			merged?.pointers.get(name) ?? pointerTo(at.pointer, "properties", name),
		]),
		isOpen: rest === true,
	};
}

function isObjectType(type: Json | undefined): boolean {
	return type === undefined || [type].flat().every((one) => one === "object" || one === "null");
}

/** `{required: [a]}`: it says which fields have to be there, not what they are. */
function asksOnly(branch: Json): boolean {
	return (
		isObject(branch) &&
		Object.keys(branch).every((key) => key === "required" || key === "type" || key === "title" || key === "description")
	);
}

function asFields(
	sends: boolean,
	flat: Flat,
	media: Media & { content_type?: string },
	names: FieldNames,
	schemaAt: SchemaAt,
): BuiltBody {
	const properties: JsonObject = {};
	const onWire: JsonObject = {};
	for (const [name, schema, pointer] of flat.properties) {
		// As part of an object: the converter knows which properties only answers have.
		const only = schemaAt({ type: "object", properties: { [name]: schema } }, parentOf(pointer));
		const value = own(own(only, "properties"), name);
		if (value === undefined) continue;
		const field = names.take(name, "body");
		properties[field] = media.format === "form" ? formSchema(value) : value;
		onWire[name] = field;
	}
	const asked = own(flat.schema, "required");
	const required = (Array.isArray(asked) ? asked : []).flatMap((name) =>
		typeof name === "string" && Object.hasOwn(onWire, name) ? [onWire[name] as string] : [],
	);
	const isRenamed = Object.entries(onWire).some(([name, field]) => name !== field);
	const body: JsonObject = {
		...(media.format === "json" ? {} : { format: media.format }),
		...(media.content_type === undefined ? {} : { content_type: media.content_type }),
		...(isRenamed ? { fields: onWire } : sends ? {} : { fields: Object.keys(onWire) }),
	};
	// What nobody declared goes where all that is used nowhere else goes, or nowhere.
	const isOpen = flat.isOpen && !isRenamed && sends;
	return {
		body: Object.keys(body).length === 0 ? undefined : body,
		properties,
		required: [...new Set(required)],
		isOpen,
		notes: [],
	};
}

function parentOf(pointer: string): string {
	return pointer.replace(/\/properties\/[^/]*$/, "");
}

function asOneField(
	request: RequestBody,
	media: Media & { content_type?: string },
	names: FieldNames,
	schemaAt: SchemaAt,
): BuiltBody {
	const field = names.take("body", "body");
	const body: JsonObject = {
		...(media.format === "json" ? {} : { format: media.format }),
		...(media.content_type === undefined ? {} : { content_type: media.content_type }),
		field,
	};
	const converted = media.format === "text" ? { type: "string" } : schemaAt(media.schema, media.pointer);
	const schema = media.format === "form" ? formSchema(converted) : converted;
	return { body, properties: { [field]: schema }, required: request.required ? [field] : [], isOpen: false, notes: [] };
}
