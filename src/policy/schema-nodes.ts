/** Walking a JSON Schema (2020-12) by the places of its instances: what a schema says of `to`, of the elements of `items`. */
import type { Json, JsonObject } from "../contract/json.ts";

/** One schema object that speaks about a place. */
export type SchemaNode = JsonObject;

const COMBINATORS = ["allOf", "anyOf", "oneOf"] as const;

/** All schemas that may speak about the same place: itself, what it refers to, its alternatives and conditions. */
export function nodesAt(schemas: Json[], root: JsonObject): SchemaNode[] {
	const nodes = new Set<SchemaNode>();
	const visit = (schema: Json | undefined): void => {
		if (!isSchema(schema) || nodes.has(schema)) return;
		nodes.add(schema);
		if (typeof schema["$ref"] === "string") visit(resolveRef(schema["$ref"], root));
		if (schema["$recursiveRef"] === "#") visit(root);
		for (const key of COMBINATORS) {
			const branches = schema[key];
			if (Array.isArray(branches)) branches.forEach(visit);
		}
		visit(schema["then"]);
		visit(schema["else"]);
		if (isSchema(schema["dependentSchemas"])) Object.values(schema["dependentSchemas"]).forEach(visit);
	};
	schemas.forEach(visit);
	return [...nodes];
}

/** What the nodes of an object say of one of its properties; `open` where they leave it to the caller. */
export function propertySchemas(nodes: SchemaNode[], name: string): { schemas: Json[]; open: boolean } {
	const schemas: Json[] = [];
	let named = false;
	let open = false;
	for (const node of nodes) {
		const { properties, patternProperties, additionalProperties, unevaluatedProperties } = node;
		let matched = false;
		if (isSchema(properties) && Object.hasOwn(properties, name)) {
			schemas.push(properties[name] as Json);
			matched = true;
		}
		if (isSchema(patternProperties)) {
			for (const [pattern, schema] of Object.entries(patternProperties)) {
				if (!new RegExp(pattern, "u").test(name)) continue;
				schemas.push(schema);
				matched = true;
			}
		}
		if (properties !== undefined || additionalProperties === false) named = true;
		if (matched) continue;
		for (const rest of [additionalProperties, unevaluatedProperties]) {
			if (isSchema(rest)) schemas.push(rest);
			if (rest === true) open = true;
		}
	}
	if (!named && nodes.some(mayBeOpenObject)) open = true;
	return { schemas, open };
}

/** What the nodes of a list say of its elements. */
export function elementSchemas(nodes: SchemaNode[], index?: number): Json[] {
	const schemas: Json[] = [];
	for (const node of nodes) {
		const { items, prefixItems } = node;
		if (Array.isArray(prefixItems)) schemas.push(...(index === undefined ? prefixItems : prefixItems.slice(index, index + 1)));
		if (Array.isArray(items)) schemas.push(...items);
		for (const schema of [items, node["additionalItems"], node["unevaluatedItems"]]) if (isSchema(schema)) schemas.push(schema);
	}
	return schemas;
}

/** All property names that the nodes of an object declare. */
export function declaredNames(nodes: SchemaNode[]): string[] {
	return [...new Set(nodes.flatMap((node) => (isSchema(node["properties"]) ? Object.keys(node["properties"]) : [])))];
}

/** The JSON types that a place may hold (integer counts as number); null where the schema leaves it open. */
export function typesOf(schema: Json, root: JsonObject, seen: ReadonlySet<Json> = new Set()): Set<string> | null {
	if (!isSchema(schema) || seen.has(schema)) return null;
	const inside = new Set([...seen, schema]);
	const limits: (Set<string> | null)[] = [ownTypes(schema)];
	if (typeof schema["$ref"] === "string") limits.push(typesOf(resolveRef(schema["$ref"], root) ?? true, root, inside));
	for (const key of COMBINATORS) {
		const branches = schema[key];
		if (!Array.isArray(branches)) continue;
		const all = branches.map((branch) => typesOf(branch, root, inside));
		if (key === "allOf") limits.push(...all);
		else limits.push(all.includes(null) ? null : new Set(all.flatMap((types) => [...(types as Set<string>)])));
	}
	return limits.reduce((left, right) => (left === null ? right : right === null ? left : intersect(left, right)), null);
}

/** Whether every text that may stand at a place is an e-mail address. */
export function isEmailPlace(schema: Json, root: JsonObject, seen: ReadonlySet<Json> = new Set()): boolean {
	if (!isSchema(schema) || seen.has(schema)) return false;
	if (schema["format"] === "email") return true;
	const inside = new Set([...seen, schema]);
	const is = (branch: Json): boolean => isEmailPlace(branch, root, inside);
	if (typeof schema["$ref"] === "string" && is(resolveRef(schema["$ref"], root) ?? true)) return true;
	if (Array.isArray(schema["allOf"]) && schema["allOf"].some(is)) return true;
	for (const branches of [schema["anyOf"], schema["oneOf"]]) {
		if (!Array.isArray(branches)) continue;
		const texts = branches.filter((branch) => branch !== false && typesOf(branch, root)?.has("string") !== false);
		if (texts.length > 0 && texts.every(is)) return true;
	}
	return false;
}

function ownTypes(schema: SchemaNode): Set<string> | null {
	const { type } = schema;
	if (typeof type === "string") return new Set([type === "integer" ? "number" : type]);
	if (Array.isArray(type)) return new Set(type.map((one) => (one === "integer" ? "number" : String(one))));
	const constants = Array.isArray(schema["enum"]) ? schema["enum"] : schema["const"] === undefined ? null : [schema["const"]];
	return constants === null ? null : new Set(constants.map(typeName));
}

function typeName(value: Json): string {
	return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function intersect(left: Set<string>, right: Set<string>): Set<string> {
	return new Set([...left].filter((type) => right.has(type)));
}

function mayBeOpenObject(node: SchemaNode): boolean {
	const types = ownTypes(node);
	const combined = COMBINATORS.some((key) => node[key] !== undefined) || node["$ref"] !== undefined;
	return !combined && (types === null || types.has("object"));
}

/** A reference inside the same document, `#/$defs/address`, RFC 6901; undefined for any other. */
function resolveRef(ref: string, root: JsonObject): Json | undefined {
	if (ref === "#") return root;
	if (!ref.startsWith("#/")) return undefined;
	let at: Json | undefined = root;
	for (const raw of ref.slice(2).split("/")) {
		if (typeof at !== "object" || at === null) return undefined;
		const step: string = unescapePointer(raw);
		if (!Object.hasOwn(at, step)) return undefined;
		at = (at as Record<string, Json>)[step];
	}
	return at;
}

function unescapePointer(step: string): string {
	let decoded = step;
	try {
		decoded = decodeURIComponent(step);
	} catch {
		// Not percent-encoded: taken as it is.
	}
	return decoded.replaceAll("~1", "/").replaceAll("~0", "~");
}

export function isSchema(value: Json | undefined): value is SchemaNode {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
