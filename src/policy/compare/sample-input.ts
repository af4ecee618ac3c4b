/** An input that a schema accepts, as plain as can be: where calls that may tell two roles apart begin. */
import type { Json, JsonObject } from "../../contract/json.ts";
import { elementSchemas, isSchema, nodesAt, propertySchemas, type SchemaNode, typesOf } from "../schema-nodes.ts";

/** How deep objects go in objects. */
const DEPTH_MAX = 8;
/** Texts that patterns may want. */
const TEXTS = [
	"x",
	"inbox",
	"a-1",
	"A1",
	"1",
	"2026-01-01",
	"2026-01-01T00:00:00Z",
	"https://example.com/",
	"someone@example.com",
];

/** @param full - with everything that may be there, and as much of it as may be */
export function sampleInput(schema: JsonObject, full = false): JsonObject {
	const sample = sampleAt([schema], schema, full, 0);
	return isSchema(sample) ? sample : {};
}

function sampleAt(schemas: Json[], root: JsonObject, full: boolean, depth: number): Json {
	const nodes = nodesAt(schemas, root);
	const said = (key: string): Json | undefined => nodes.find((node) => node[key] !== undefined)?.[key];
	const choices = said("enum");
	if (said("const") !== undefined) return said("const") as Json;
	if (Array.isArray(choices)) return choices[0] ?? null;
	const types = schemas.flatMap((schema) => [...(typesOf(schema, root) ?? [])]);
	if (types.includes("object") || (types.length === 0 && depth === 0)) return sampleObject(nodes, root, full, depth);
	if (types.includes("string") || types.length === 0) return sampleText(nodes, full);
	if (types.includes("number")) return sampleNumber(nodes, full);
	if (types.includes("array")) {
		const count = Number(said(full ? "maxItems" : "minItems") ?? (full ? 2 : 0));
		const elements = elementSchemas(nodes);
		return Array.from({ length: Math.min(count, 200) }, () => sampleAt(elements, root, full, depth + 1));
	}
	return types.includes("boolean") ? true : null;
}

function sampleObject(nodes: SchemaNode[], root: JsonObject, full: boolean, depth: number): JsonObject {
	const object: JsonObject = {};
	if (depth > DEPTH_MAX) return object;
	const required = nodes.flatMap(({ required: names }) => (Array.isArray(names) ? names : []));
	const declared = full ? nodes.flatMap(({ properties }) => (isSchema(properties) ? Object.keys(properties) : [])) : [];
	for (const name of [...required, ...declared])
		if (typeof name === "string") object[name] = sampleAt(propertySchemas(nodes, name).schemas, root, full, depth + 1);
	return object;
}

function sampleText(nodes: SchemaNode[], full: boolean): string {
	if (nodes.some(({ format }) => format === "email")) return "someone@example.com";
	const length = Math.max(1, ...nodes.map(({ minLength }) => Number(minLength ?? 0)));
	const longest = Math.min(10_000, ...nodes.map(({ maxLength }) => Number(maxLength ?? 10_000)));
	const patterns = nodes.flatMap(({ pattern }) => (typeof pattern === "string" ? [pattern] : []));
	const texts = [...(full ? ["x".repeat(longest)] : []), ...TEXTS, "x".repeat(length)];
	return texts.find((text) => text.length >= length && patterns.every((pattern) => new RegExp(pattern, "u").test(text))) ?? "x";
}

function sampleNumber(nodes: SchemaNode[], full: boolean): number {
	const bound = (key: string) => nodes.map((node) => node[key]).find((value) => typeof value === "number") as number | undefined;
	if (full) return bound("maximum") ?? 1_000_000;
	return bound("minimum") ?? (bound("exclusiveMinimum") === undefined ? 1 : (bound("exclusiveMinimum") as number) + 1);
}
