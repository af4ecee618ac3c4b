/**
 * The common part of JSON Schema as closures: a yes or no in a fraction of the time that the library takes. A schema with any
 * keyword that is not here is left to the library, and so is saying what is wrong. A test holds the two together.
 */
import type { Json, JsonObject } from "../contract/json.ts";
import { ownFormat } from "./pattern-format.ts";
import { isSchema } from "./schema-nodes.ts";

export type QuickCheck = (value: Json) => boolean;

/** Keywords that say nothing about what is valid. */
const ANNOTATIONS = new Set(["$schema", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"]);

/** A check of this schema (2020-12), or null if it uses more than this knows. */
export function quickCheck(schema: Json): QuickCheck | null {
	if (typeof schema === "boolean") return () => schema;
	if (!isSchema(schema)) return null;
	const checks: QuickCheck[] = [];
	for (const keyword of Object.keys(schema)) {
		if (ANNOTATIONS.has(keyword) || SIBLINGS.has(keyword)) continue;
		const check = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword]?.(schema[keyword] as Json) : null;
		if (!check) return null;
		checks.push(check);
	}
	if (["properties", "required", "additionalProperties"].some((keyword) => Object.hasOwn(schema, keyword))) {
		const check = objectCheck(schema);
		if (!check) return null;
		checks.push(check);
	}
	return checks.length === 1 ? (checks[0] as QuickCheck) : (value) => checks.every((check) => check(value));
}

/** Keywords that only make sense together. */
const SIBLINGS = new Set(["properties", "required", "additionalProperties"]);

const KEYWORDS: Record<string, (operand: Json) => QuickCheck | null> = {
	type: typeCheck,
	enum: (values) =>
		Array.isArray(values) && values.every(isScalar) ? (value) => isScalar(value) && values.includes(value) : null,
	const: (wanted) => (isScalar(wanted) ? (value) => value === wanted : null),
	anyOf: (schemas) => combined(schemas, (checks) => (value) => checks.some((check) => check(value))),
	allOf: (schemas) => combined(schemas, (checks) => (value) => checks.every((check) => check(value))),
	items(schema) {
		const check = quickCheck(schema);
		return check && ((value) => !Array.isArray(value) || value.every(check));
	},
	minItems: bound((value, least) => !Array.isArray(value) || value.length >= least),
	maxItems: bound((value, most) => !Array.isArray(value) || value.length <= most),
	minLength: bound((value, least) => typeof value !== "string" || codePoints(value) >= least),
	maxLength: bound((value, most) => typeof value !== "string" || value.length <= most || codePoints(value) <= most),
	minimum: bound((value, least) => typeof value !== "number" || value >= least),
	maximum: bound((value, most) => typeof value !== "number" || value <= most),
	format: formatCheck,
	pattern(source) {
		if (typeof source !== "string") return null;
		const pattern = new RegExp(source, "u");
		return (value) => typeof value !== "string" || pattern.test(value);
	},
};

/** Our own formats; what the library knows by a name is left to it. */
function formatCheck(name: Json): QuickCheck | null {
	const fits = typeof name === "string" ? ownFormat(name) : null;
	return fits && ((value) => typeof value !== "string" || fits(value));
}

function typeCheck(types: Json): QuickCheck | null {
	if (Array.isArray(types)) return combined(types, (checks) => (value) => checks.some((check) => check(value)), typeCheck);
	switch (types) {
		case "null":
			return (value) => value === null;
		case "boolean":
		case "string":
		case "number":
			return (value) => typeof value === types;
		case "integer":
			return (value) => typeof value === "number" && value % 1 === 0;
		case "array":
			return (value) => Array.isArray(value);
		case "object":
			return isObject;
		default:
			return null;
	}
}

function objectCheck({ properties = {}, required = [], additionalProperties = true }: JsonObject): QuickCheck | null {
	if (!isSchema(properties) || !Array.isArray(required)) return null;
	const others = quickCheck(additionalProperties);
	const checks = new Map<string, QuickCheck>();
	for (const name of Object.keys(properties)) {
		const check = quickCheck(properties[name] as Json);
		if (!check) return null;
		checks.set(name, check);
	}
	const names = required as string[];
	return (
		others &&
		((value) => {
			if (!isObject(value)) return true;
			for (const name of names) if (!Object.hasOwn(value, name)) return false;
			for (const name of Object.keys(value)) if (!(checks.get(name) ?? others)(value[name] as Json)) return false;
			return true;
		})
	);
}

function combined(
	schemas: Json,
	join: (checks: QuickCheck[]) => QuickCheck,
	read: (schema: Json) => QuickCheck | null = quickCheck,
): QuickCheck | null {
	if (!Array.isArray(schemas)) return null;
	const checks = schemas.map(read);
	return checks.every((check) => check !== null) ? join(checks) : null;
}

function bound(holds: (value: Json, operand: number) => boolean): (operand: Json) => QuickCheck | null {
	return (operand) => (typeof operand === "number" ? (value) => holds(value, operand) : null);
}

function isScalar(value: Json): boolean {
	return typeof value !== "object" || value === null;
}

function isObject(value: Json): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Lengths in JSON Schema count characters, not UTF-16 units. */
function codePoints(text: string): number {
	let count = 0;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit < 0xdc00 || unit > 0xdfff) count++;
	}
	return count;
}
