/**
 * What a form can say: texts under names. A value that could be the text `1` or the number 1 is the text there, so that what is
 * read again is what was sent, and what a guard saw.
 */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { isObject } from "./document.ts";

const TEXT: JsonObject = { type: "string" };
const SCALARS: ReadonlySet<Json> = new Set(["string", "integer", "number", "boolean", "null"]);
const COMBINED = ["anyOf", "oneOf"] as const;

/** The schema without what a form leaves open. What it refers to has to be treated alike. */
export function formSchema(schema: Json): Json {
	if (!isObject(schema)) return schema === true ? TEXT : schema;
	if (schema["$ref"] !== undefined) return schema;
	const result: JsonObject = { ...schema };
	if (Array.isArray(schema["type"])) result["type"] = oneType(schema["type"]);
	for (const key of COMBINED) {
		const branches = schema[key];
		if (Array.isArray(branches)) result[key] = branchesOf(branches);
	}
	if (Array.isArray(schema["allOf"]))
		result["allOf"] = schema["allOf"].map((part) => (isUntyped(part) ? part : formSchema(part)));
	const { properties, additionalProperties, items } = schema;
	if (isObject(properties))
		result["properties"] = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, formSchema(value)]));
	const isMap = schema["type"] === "object" && (properties === undefined || additionalProperties === true);
	if (isObject(additionalProperties)) result["additionalProperties"] = formSchema(additionalProperties);
	else if (isMap && additionalProperties !== false) result["additionalProperties"] = TEXT;
	if (items !== undefined) result["items"] = formSchema(items);
	else if (schema["type"] === "array") result["items"] = TEXT;
	if (isUntyped(schema)) result["type"] = "string";
	return result;
}

function isUntyped(schema: Json): boolean {
	return (
		isObject(schema) &&
		!["type", "properties", "items", "anyOf", "oneOf", "allOf", "$ref", "enum", "const", "not", "if"].some(
			(key) => schema[key] !== undefined,
		)
	);
}

function oneType(types: Json[]): Json {
	const named = types.filter((type) => type !== "null");
	if (named.includes("string"))
		return named.some((type) => !SCALARS.has(type)) ? named.filter((type) => type === "string" || !SCALARS.has(type)) : "string";
	return named.length === 1 ? (named[0] as Json) : named;
}

/** Of alternatives that are texts or other single values only the text is left. */
function branchesOf(branches: Json[]): Json[] {
	const converted = branches.map(formSchema);
	const isText = (branch: Json) => isObject(branch) && (branch["type"] === "string" || typeof branch["const"] === "string");
	const isOther = (branch: Json) => isObject(branch) && branch["type"] !== "string" && SCALARS.has(branch["type"] as Json);
	return converted.some(isText) ? converted.filter((branch) => !isOther(branch)) : converted;
}
