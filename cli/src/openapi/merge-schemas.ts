/** `allOf` of plain objects as one object: guards and agents see fields, not compositions. */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { isObject, own, pointerTo, textAt } from "./document.ts";
import { resolved } from "./references.ts";

export interface Merged {
	schema: JsonObject;
	pointer: string;
	/** Where each property stands. */
	pointers: Map<string, string>;
}

/** More parts than this are left as they are. */
const PARTS_MAX = 200;
/** What parts may have besides, so that they can be put together without a change of meaning. */
const SIMPLE = new Set(["type", "properties", "required", "allOf", "additionalProperties"]);
const ANNOTATIONS =
	/^(x-.*|title|description|example|examples|externalDocs|xml|discriminator|deprecated|nullable|default|readOnly|writeOnly|\$schema|\$id|\$comment)$/;

/**
 * One object in the place of an `allOf`.
 * @returns undefined if there is no `allOf`, or its parts say more than what fields there are
 * @throws Unreadable for a broken reference
 */
export function mergedObject(root: JsonObject, schema: JsonObject, pointer: string): Merged | undefined {
	if (!Array.isArray(own(schema, "allOf"))) return undefined;
	const merged: JsonObject = {};
	const properties: JsonObject = {};
	const required = new Set<Json>();
	const pointers = new Map<string, string>();
	const parts: Part[] = [];
	if (!collectParts(root, { value: schema, pointer }, [], parts)) return undefined;
	for (const { value, pointer: at } of parts) {
		const own_ = own(value, "properties");
		for (const [name, property] of Object.entries(isObject(own_) ? own_ : {})) {
			// Two schemas of one field hold both; which of them says what is for `allOf` to keep.
			if (Object.hasOwn(properties, name) && !isSame(properties[name] as Json, property, 0)) return undefined;
			properties[name] = property;
			pointers.set(name, pointerTo(at, "properties", name));
		}
		const names = own(value, "required");
		if (Array.isArray(names)) for (const name of names) required.add(name);
		const rest = own(value, "additionalProperties");
		if (rest === true) merged["additionalProperties"] = true;
		else if (isObject(rest)) return undefined;
	}
	if (pointers.size === 0) return undefined;
	const description =
		textAt(schema, "description") ?? parts.map(({ value }) => textAt(value, "description")).find((text) => text !== undefined);
	if (description !== undefined) merged["description"] = description;
	if (own(schema, "nullable") === true) merged["nullable"] = true;
	return { schema: { ...merged, type: "object", properties, required: [...required] }, pointer, pointers };
}

interface Part {
	value: JsonObject;
	pointer: string;
}

/** The schema and all parts of its `allOf`s, innermost first; false if one says more than a plain object does, or they are too many. */
function collectParts(root: JsonObject, part: Part, inside: string[], parts: Part[]): boolean {
	const { value, pointer } = part;
	if (inside.includes(pointer) || !isPlainObject(value)) return false;
	const all = own(value, "allOf");
	for (const [index, branch] of (Array.isArray(all) ? all : []).entries()) {
		const inner = resolved(root, branch, pointerTo(pointer, "allOf", index));
		if (!collectParts(root, inner, [...inside, pointer], parts)) return false;
	}
	parts.push(part);
	return parts.length <= PARTS_MAX;
}

/** Beyond this depth two values count as different. */
const DEPTH_MAX = 32;

function isSame(one: Json, other: Json, depth: number): boolean {
	if (one === other) return true;
	if (typeof one !== "object" || typeof other !== "object" || one === null || other === null || depth > DEPTH_MAX) return false;
	const keys = Object.keys(one);
	return (
		Array.isArray(one) === Array.isArray(other) &&
		keys.length === Object.keys(other).length &&
		keys.every(
			(key) =>
				Object.hasOwn(other, key) && isSame((one as JsonObject)[key] as Json, (other as JsonObject)[key] as Json, depth + 1),
		)
	);
}

function isPlainObject(schema: JsonObject): boolean {
	const type = own(schema, "type");
	if (type !== undefined && type !== "object") return false;
	return Object.keys(schema).every((key) => SIMPLE.has(key) || ANNOTATIONS.test(key));
}

/** An object that names its fields has no others, unless it says so. */
export function closed(schema: JsonObject): JsonObject {
	const isOpen = schema["additionalProperties"] === undefined && schema["unevaluatedProperties"] === undefined;
	return isOpen && isObject(schema["properties"]) && !hasBranches(schema) ? { ...schema, additionalProperties: false } : schema;
}

/** Alternatives may declare fields of their own beside the common ones. */
function hasBranches(schema: JsonObject): boolean {
	return ["allOf", "anyOf", "oneOf", "if", "then", "else"].some((key) => schema[key] !== undefined);
}
