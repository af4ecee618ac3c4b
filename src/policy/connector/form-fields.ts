/**
 * Objects as flat names: `created[gte]=1`, `items[0][price]=p_1`. Written with numbers in the brackets of lists, so that each value
 * has one name; read with empty brackets too. What a text is read as, the field's own schema says.
 */
import type { Json, JsonObject } from "../../contract/json.ts";
import { FORBIDDEN_KEYS } from "../forbidden-keys.ts";
import { elementSchemas, nodesAt, propertySchemas } from "../schema-nodes.ts";
import { shapeOf } from "./wire-type.ts";
import { wireValue } from "./wire-value.ts";

export type Pair = [name: string, value: string];

/** How many brackets a name may have, and how many values a list read from names. */
const DEPTH_MAX = 16;
const LIST_MAX = 10_000;

/** The pairs of a value under a name; null where it holds what no text says: null, or an empty list or object. */
export function formPairs(name: string, value: Json): Pair[] | null {
	if (typeof value !== "object") return [[name, String(value)]];
	if (value === null) return null;
	const members: [string | number, Json][] = Array.isArray(value)
		? value.map((one, index) => [index, one])
		: Object.entries(value);
	if (members.length === 0) return null;
	const pairs: Pair[] = [];
	for (const [key, member] of members) {
		if (typeof key === "string" && /[[\]]/.test(key)) return null;
		const inner = formPairs(`${name}[${key}]`, member);
		if (inner === null) return null;
		pairs.push(...inner);
	}
	return pairs;
}

/** What names stand for before anybody knows its types: a text, or things by the key in their brackets. */
type Tree = string | Map<string, Tree>;
export type ReadForm = { ok: true; value: JsonObject } | { ok: false; name: string; message: string };

/**
 * Reads pairs back.
 * @param schemas - what speaks about the object that they are of
 */
export function readForm(pairs: readonly Pair[], schemas: Json[], root: JsonObject): ReadForm {
	const tree = new Map<string, Tree>();
	for (const [name, value] of pairs) {
		const steps = stepsOf(name);
		if (steps === null) return { ok: false, name, message: "this is no name of a field" };
		const message = plant(tree, steps, value);
		if (message !== null) return { ok: false, name, message };
	}
	const value = objectOf(tree, schemas, root, "");
	return value.ok ? { ok: true, value: value.value as JsonObject } : value;
}

/** `a[b][0]` is a, b, 0. */
function stepsOf(name: string): string[] | null {
	const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
	if (match === null) return null;
	const steps = [match[1] as string, ...[...(match[2] as string).matchAll(/\[([^[\]]*)\]/g)].map(([, step]) => step as string)];
	return steps.length <= DEPTH_MAX && !steps.some((step) => FORBIDDEN_KEYS.has(step)) ? steps : null;
}

function plant(tree: Map<string, Tree>, steps: string[], value: string): string | null {
	let at = tree;
	for (const [index, raw] of steps.entries()) {
		const step = raw === "" ? String(at.size) : raw;
		if (at.size >= LIST_MAX) return "more values than are taken";
		const there = at.get(step);
		if (index === steps.length - 1) {
			if (there !== undefined) return "this name stands twice";
			at.set(step, value);
			return null;
		}
		if (typeof there === "string") return "this name is a value and has fields";
		const next = there ?? new Map<string, Tree>();
		at.set(step, next);
		at = next;
	}
	return null;
}

type Typed = { ok: true; value: Json } | { ok: false; name: string; message: string };

function typed(tree: Tree, schemas: Json[], root: JsonObject, name: string): Typed {
	if (typeof tree === "string") return textOf(tree, schemas, root, name);
	const nodes = nodesAt(schemas, root);
	const shape = shapeOf(schemas, root);
	const numbered = [...tree.keys()].every((key) => /^(0|[1-9][0-9]{0,4})$/.test(key));
	const isList = shape.kind === "list" || (nodes.some(({ type }) => type === "array") && numbered);
	if (!isList) return objectOf(tree, schemas, root, name);
	if (!numbered) return { ok: false, name, message: "a list has numbers, or nothing, in its brackets" };
	const elements = elementSchemas(nodes);
	const values: Json[] = [];
	for (const [key, inner] of [...tree].sort(([a], [b]) => Number(a) - Number(b))) {
		const value = typed(inner, elements, root, `${name}[${key}]`);
		if (!value.ok) return value;
		values.push(value.value);
	}
	return { ok: true, value: values };
}

function objectOf(tree: Map<string, Tree>, schemas: Json[], root: JsonObject, name: string): Typed {
	const nodes = nodesAt(schemas, root);
	const object: JsonObject = Object.create(null);
	for (const [key, inner] of tree) {
		const value = typed(inner, propertySchemas(nodes, key).schemas, root, name === "" ? key : `${name}[${key}]`);
		if (!value.ok) return value;
		object[key] = value.value;
	}
	return { ok: true, value: object };
}

/** A text whose type nobody says stays one; one that is not of the type that the schema says is not this field's value. */
function textOf(text: string, schemas: Json[], root: JsonObject, name: string): Typed {
	const shape = shapeOf(schemas, root);
	if (shape.kind === "one") {
		const value = wireValue(text, shape.type);
		return value === undefined ? { ok: false, name, message: `this is no ${shape.type}` } : { ok: true, value };
	}
	if (shape.kind === "unclear") {
		// Of several types the first that the text is of, from the narrowest.
		const types = new Set(nodesAt(schemas, root).flatMap(({ type }) => type ?? []));
		for (const type of ["boolean", "integer", "number"] as const) {
			const value = types.has(type) ? wireValue(text, type) : undefined;
			if (value !== undefined && !types.has("string")) return { ok: true, value };
		}
		return { ok: true, value: text };
	}
	return { ok: false, name, message: "fields in brackets should stand here" };
}
