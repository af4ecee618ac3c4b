/**
 * A schema of OpenAPI 3.0, 3.1 or Swagger 2.0 -> JSON Schema 2020-12, as an action's input has it: every reference inside, nothing
 * that says no more than how to draw it, and objects closed, for a guard sees only what is declared.
 */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { FORBIDDEN_KEYS } from "../../../src/policy/forbidden-keys.ts";
import { readExpression } from "../../../src/policy/operators/regular-expression.ts";
import { typesOf } from "../../../src/policy/schema-nodes.ts";
import { isObject, own, pointerTo, textAt, Unreadable } from "./document.ts";
import { closed, mergedObject } from "./merge-schemas.ts";
import { follow, resolved } from "./references.ts";
import { endlessPart } from "./same-place.ts";

/** Thrown where a schema cannot stand in one piece: it contains itself, or grows too large. */
class NeedsDefinitions extends Error {}

/** One action's schema has no more values than this before parts of it are shared. */
const INLINE_VALUES_MAX = 600;
/** And no more than this at all. */
const VALUES_MAX = 40_000;
const DESCRIPTION_MAX = 300;
/** The gateway takes 48 in an action. */
const DEPTH_MAX = 40;
/** Shared parts that are read inside each other. */
const NESTING_MAX = 300;

const PATTERN_MAX = 1_024;

/** Keywords whose value is a number. */
const COUNTS = [
	"minLength",
	"maxLength",
	"minItems",
	"maxItems",
	"minProperties",
	"maxProperties",
	"minimum",
	"maximum",
	"multipleOf",
	"minContains",
	"maxContains",
] as const;
const TYPES = new Set<Json>(["string", "number", "integer", "boolean", "object", "array", "null"]);
const ONE = ["not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems"] as const;
const MANY = ["anyOf", "oneOf", "prefixItems"] as const;

/** What was changed in meaning on the way, for the reviewer. */
export interface Loosened {
	/** Patterns that the gateway's linear-time engine does not read: look-around, back references. */
	patterns: number;
}

export class SchemaConverter {
	readonly #root: JsonObject;
	/** Shared parts by their name, where they are shared. */
	readonly #definitions = new Map<string, Json>();
	readonly #names = new Map<string, string>();
	#shares = false;
	#values = 0;
	#nesting = 0;
	readonly loosened: Loosened = { patterns: 0 };

	constructor(root: JsonObject) {
		this.#root = root;
	}

	/**
	 * Converts what `read` asks for, in one piece if it fits, else with shared parts under `$defs`.
	 * @returns what `read` returned, and the shared parts
	 * @throws Unreadable for a broken reference, or what is too large either way
	 */
	convert<T>(read: (schemaAt: (schema: Json, pointer: string) => Json) => T): { result: T; definitions: JsonObject } {
		for (const shares of [false, true]) {
			this.#shares = shares;
			this.#values = 0;
			this.#nesting = 0;
			this.#definitions.clear();
			this.#names.clear();
			this.loosened.patterns = 0;
			try {
				const result = read((schema, pointer) => this.#schema(schema, pointer, [], 0));
				const endless = endlessPart(this.#definitions);
				if (endless === undefined) return { result, definitions: Object.fromEntries(this.#definitions) };
				const at = [...this.#names].find(([, name]) => name === endless)?.[0] ?? "";
				throw new Unreadable(at, "this schema is made of itself, without an end");
			} catch (error) {
				if (!(error instanceof NeedsDefinitions) || shares) throw error;
			}
		}
		throw new Error("a schema fits in one piece or in parts");
	}

	#schema(schema: Json, pointer: string, inside: string[], depth: number): Json {
		if (typeof schema === "boolean") return schema;
		if (!isObject(schema)) throw new Unreadable(pointer, "a schema is expected here");
		this.#count(pointer, depth);
		const ref = textAt(schema, "$ref");
		if (ref !== undefined) return this.#reference(schema, ref, pointer, inside, depth);
		const merged = mergedObject(this.#root, schema, pointer);
		return merged === undefined
			? this.#keywords(schema, pointer, inside, depth)
			: closed(this.#keywords(merged.schema, merged.pointer, inside, depth, merged.pointers));
	}

	/** Every value counts, so that neither a wide nor a deep schema grows beyond what an action may have. */
	#count(pointer: string, depth: number): void {
		this.#values++;
		if (!this.#shares && (this.#values > INLINE_VALUES_MAX || depth > DEPTH_MAX)) throw new NeedsDefinitions();
		if (this.#values > VALUES_MAX || depth > DEPTH_MAX) throw new Unreadable(pointer, "its schema is too large for one action");
	}

	#reference(schema: JsonObject, ref: string, pointer: string, inside: string[], depth: number): Json {
		const found = follow(this.#root, ref, pointer);
		const description = textAt(schema, "description");
		const isNullable = own(schema, "nullable") === true;
		let target: Json;
		if (this.#shares) target = this.#shared(found.value, found.pointer, depth);
		else {
			if (inside.includes(found.pointer)) throw new NeedsDefinitions();
			target = this.#schema(found.value, found.pointer, [...inside, found.pointer], depth + 1);
		}
		if (isNullable) target = { anyOf: [target, { type: "null" }] };
		return description !== undefined && isObject(target) && textAt(target, "description") === undefined
			? { description: shortened(description), ...target }
			: target;
	}

	/** A part under `$defs`, behind as many references as there are. */
	#shared(named: Json, from: string, depth: number): Json {
		const { value, pointer } = isObject(named) ? resolved(this.#root, named, from) : { value: named, pointer: from };
		if (!isComposite(value)) return this.#schema(value, pointer, [], depth + 1);
		let name = this.#names.get(pointer);
		if (name === undefined) {
			name = this.#freeName(pointer);
			this.#names.set(pointer, name);
			// Taken before it is filled: what it contains may refer to it.
			this.#definitions.set(name, true);
			if (++this.#nesting > NESTING_MAX) throw new Unreadable(pointer, "its schemas lead too far from one to the next");
			this.#definitions.set(name, this.#schema(value, pointer, [], 0));
			this.#nesting--;
		}
		return { $ref: `#/$defs/${name}` };
	}

	#freeName(pointer: string): string {
		const [last = "part"] = pointer.split("/").slice(-1);
		const base = last.replace(/[^A-Za-z0-9_-]/g, "_");
		let name = base;
		for (let count = 2; this.#definitions.has(name); count++) name = `${base}_${count}`;
		return name;
	}

	/** @param pointers - where properties stand that were merged from elsewhere */
	#keywords(schema: JsonObject, pointer: string, inside: string[], depth: number, pointers?: Map<string, string>): JsonObject {
		const result: JsonObject = {};
		const at = (value: Json, ...steps: (string | number)[]) =>
			this.#schema(value, pointerTo(pointer, ...steps), inside, depth + 1);
		typed(schema, result, pointer);
		describe(schema, result);
		if (own(schema, "const") !== undefined) result["const"] = own(schema, "const") as Json;
		for (const key of COUNTS) if (typeof own(schema, key) === "number") result[key] = own(schema, key) as Json;
		if (own(schema, "uniqueItems") === true) result["uniqueItems"] = true;
		bounds(schema, result);
		this.#pattern(schema, result);
		const properties = own(schema, "properties");
		if (isObject(properties)) {
			const converted: JsonObject = {};
			for (const [name, value] of Object.entries(properties)) {
				const place = pointers?.get(name) ?? pointerTo(pointer, "properties", name);
				if (FORBIDDEN_KEYS.has(name) || isReadOnly(this.#root, value, place)) continue;
				converted[name] = this.#schema(value, place, inside, depth + 1);
			}
			result["properties"] = converted;
			requiredOf(schema, properties, converted, result);
		} else requiredOf(schema, {}, undefined, result);
		const rest = own(schema, "additionalProperties");
		if (rest !== undefined) result["additionalProperties"] = typeof rest === "boolean" ? rest : at(rest, "additionalProperties");
		if (own(schema, "patternProperties") !== undefined && rest === undefined) result["additionalProperties"] = true;
		const items = own(schema, "items");
		if (items !== undefined && !Array.isArray(items)) result["items"] = at(items, "items");
		for (const key of ONE) if (own(schema, key) !== undefined) result[key] = at(own(schema, key) as Json, key);
		for (const key of MANY) {
			const branches = own(schema, key);
			if (!Array.isArray(branches)) continue;
			const converted = branches.map((branch, index) => at(branch, key, index));
			// Of alternatives of different types one at most fits: `anyOf` says the same, and is checked faster.
			const isPlain = key === "oneOf" && own(schema, "anyOf") === undefined && areDistinct(converted);
			result[isPlain ? "anyOf" : key] = converted;
		}
		const all = own(schema, "allOf");
		if (Array.isArray(all)) result["allOf"] = all.map((branch, index) => open(at(branch, "allOf", index)));
		return nullable(schema, isObject(properties) && all === undefined ? closed(result) : result);
	}

	#pattern(schema: JsonObject, result: JsonObject): void {
		const pattern = own(schema, "pattern");
		if (typeof pattern !== "string") return;
		if (pattern.length <= PATTERN_MAX && readExpression(pattern, false).ok) result["pattern"] = pattern;
		else this.loosened.patterns++;
	}
}

const COMPOSING = [
	"properties",
	"items",
	"allOf",
	"anyOf",
	"oneOf",
	"not",
	"if",
	"then",
	"else",
	"additionalProperties",
	"prefixItems",
];

/** Whether a schema is worth a name of its own. */
function isComposite(schema: Json): boolean {
	return isObject(schema) && COMPOSING.some((key) => own(schema, key) !== undefined);
}

/** Whether no value is of two of these. A part that is shared is not looked into. */
function areDistinct(schemas: Json[]): boolean {
	const seen = new Set<string>();
	return schemas.every((schema) => {
		const types = typesOf(schema, {});
		if (types === null || [...types].some((type) => seen.has(type))) return false;
		for (const type of types) seen.add(type);
		return true;
	});
}

function describe(schema: JsonObject, result: JsonObject): void {
	// A title in one word is the name of a type, and says nothing to an agent.
	const title = textAt(schema, "title");
	const description = textAt(schema, "description") ?? (title?.includes(" ") ? title : undefined);
	const format = textAt(schema, "format");
	const form = format !== undefined && TOLD_FORMATS.has(format) ? `Format: ${format}.` : "";
	const text = [shortened(description ?? ""), form].filter((part) => part !== "").join(" ");
	if (text !== "") result["description"] = text;
	const standard = own(schema, "default");
	if (standard !== undefined && standard !== null && typeof standard !== "object") result["default"] = standard;
	// An address gets the gateway's own grammar, and `to.domain` for guards. Other formats are told, not checked.
	if (format === "email") result["format"] = "email";
}

const TOLD_FORMATS = new Set(["date", "date-time", "time", "duration", "uuid", "uri", "url", "ipv4", "ipv6", "hostname", "byte"]);

/** The first lines of a description, for the agent; documents of this kind have pages. */
export function shortened(text: string): string {
	const flat = text
		.replace(/<\/?(?:p|br|li|ul|ol|div|h[1-6]|tr|td|table)\b[^<>]{0,200}>/gi, " ")
		.replace(/<\/?[a-z][^<>]{0,200}>/gi, "")
		.replace(/\s+/g, " ")
		.trim();
	return flat.length <= DESCRIPTION_MAX ? flat : `${flat.slice(0, DESCRIPTION_MAX - 1).trimEnd()}…`;
}

function typed(schema: JsonObject, result: JsonObject, pointer: string): void {
	const type = own(schema, "type");
	if (type === "file") throw new Unreadable(pointer, "a file is sent, which no action does");
	const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
	const unknown = types.find((one) => !TYPES.has(one));
	if (unknown !== undefined) throw new Unreadable(pointer, `type ${JSON.stringify(unknown)} is none of JSON Schema's`);
	if (type !== undefined && types.length > 0) result["type"] = type;
	const values = own(schema, "enum");
	if (Array.isArray(values) && values.length > 0) result["enum"] = values;
}

/** OpenAPI 3.0 has exclusive bounds as true or false beside the bound. */
function bounds(schema: JsonObject, result: JsonObject): void {
	for (const [exclusive, bound] of [
		["exclusiveMinimum", "minimum"],
		["exclusiveMaximum", "maximum"],
	] as const) {
		const value = own(schema, exclusive);
		if (typeof value === "number") result[exclusive] = value;
		if (value !== true || typeof result[bound] !== "number") continue;
		result[exclusive] = result[bound] as number;
		delete result[bound];
	}
}

function requiredOf(schema: JsonObject, before: JsonObject, after: JsonObject | undefined, result: JsonObject): void {
	const required = own(schema, "required");
	if (!Array.isArray(required)) return;
	// One that was taken out, because only answers have it, cannot be asked for.
	const names = required.filter(
		(name) => typeof name === "string" && (after === undefined || Object.hasOwn(after, name) || !Object.hasOwn(before, name)),
	);
	const unique = [...new Set(names)].filter((name) => !FORBIDDEN_KEYS.has(name as string));
	if (unique.length > 0) result["required"] = unique;
}

/** OpenAPI 3.0: `nullable: true` beside a type. */
function nullable(schema: JsonObject, result: JsonObject): JsonObject {
	if (own(schema, "nullable") !== true && own(schema, "x-nullable") !== true) return result;
	const { type } = result;
	if (type === undefined)
		return result["enum"] === undefined && !hasBranches(result) ? result : { anyOf: [result, { type: "null" }] };
	const types = Array.isArray(type) ? type : [type];
	if (hasBranches(result)) return { anyOf: [result, { type: "null" }] };
	const values = result["enum"];
	return {
		...result,
		type: types.includes("null") ? types : [...types, "null"],
		...(Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {}),
	};
}

function hasBranches(schema: JsonObject): boolean {
	return ["allOf", "anyOf", "oneOf"].some((key) => schema[key] !== undefined);
}

/** A part of `allOf` sees what the other parts declare: closed, it would refuse it. */
function open(schema: Json): Json {
	if (!isObject(schema) || schema["additionalProperties"] !== false) return schema;
	const { additionalProperties: _closed, ...rest } = schema;
	return rest;
}

/** What only answers have is no field of the input. */
function isReadOnly(root: JsonObject, schema: Json, pointer: string): boolean {
	if (own(schema, "readOnly") === true) return true;
	const ref = textAt(schema, "$ref");
	return ref !== undefined && own(follow(root, ref, pointer).value, "readOnly") === true;
}
