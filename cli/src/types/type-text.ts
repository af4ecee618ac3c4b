/**
 * A JSON Schema -> the TypeScript type of what it takes. Where TypeScript cannot say as much (patterns, ranges, conditions) the type
 * is the wider one, never a narrower one. Schemas may come from anybody: what is too deep, or no schema, is `unknown`.
 */
import { escapeUnsafe, printable } from "../output/printable.ts";

export interface TypeTextOptions {
	/** The name of the type that a `$ref` stands for; undefined if it is not known. */
	nameOf?: (ref: string) => string | undefined;
	/** Tabs in front of every line but the first. */
	indent?: number;
}

/** Where the text has come to: how far it is indented, and how deep the schema is nested. */
interface Place {
	nameOf: (ref: string) => string | undefined;
	indent: number;
	level: number;
}

type Schema = Record<string, unknown>;

const DEEPEST = 16;
const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const PRIMITIVES: Record<string, string> = {
	string: "string",
	number: "number",
	integer: "number",
	boolean: "boolean",
	null: "null",
};

/** The text of the type, without a name. */
export function typeText(schema: unknown, { nameOf = () => undefined, indent = 0 }: TypeTextOptions = {}): string {
	return typeAt(schema, { nameOf, indent, level: 0 });
}

function typeAt(schema: unknown, place: Place): string {
	if (schema === false) return "never";
	if (!isSchema(schema) || place.level > DEEPEST) return "unknown";
	if (typeof schema.$ref === "string") return place.nameOf(schema.$ref) ?? "unknown";
	if ("const" in schema) return literal(schema.const);
	if (Array.isArray(schema.enum)) return union(schema.enum.map(literal));
	const deeper = { ...place, level: place.level + 1 };
	const parts = [schema.anyOf, schema.oneOf]
		.filter(Array.isArray)
		.map((options) => union(options.map((one) => typeAt(one, deeper))));
	if (Array.isArray(schema.allOf)) parts.push(...schema.allOf.map((one) => typeAt(one, deeper)));
	parts.push(ownType(schema, deeper));
	const known = [...new Set(parts)].filter((part) => part !== "unknown");
	if (known.length <= 1) return known[0] ?? "unknown";
	return known.map((part) => (part.includes("|") ? `(${part})` : part)).join(" & ");
}

/** A doc comment of a description, with the line break behind it; nothing where there is none. */
export function commentText(description: unknown, indent: number): string {
	if (typeof description !== "string" || description.trim() === "") return "";
	const text = printable(description.trim().replace(/\s+/g, " ")).replaceAll("*/", "* /");
	return `/** ${text} */\n${"\t".repeat(indent)}`;
}

/** A name as the key of a property. */
export function keyText(name: string): string {
	return IDENTIFIER.test(name) ? name : literal(name);
}

function ownType(schema: Schema, place: Place): string {
	const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? impliedType(schema)];
	return union(
		types.map((type) => {
			if (type === "object") return objectType(schema, place);
			if (type === "array") return arrayType(schema, place);
			return PRIMITIVES[String(type)] ?? "unknown";
		}),
	);
}

function impliedType(schema: Schema): string {
	if (isSchema(schema.properties)) return "object";
	return schema.items !== undefined || schema.prefixItems !== undefined ? "array" : "";
}

function objectType(schema: Schema, place: Place): string {
	const properties = Object.entries(isSchema(schema.properties) ? schema.properties : {});
	const more = schema.additionalProperties;
	if (properties.length === 0) {
		return more === false ? "Record<string, never>" : `Record<string, ${more === undefined ? "unknown" : typeAt(more, place)}>`;
	}
	const required = new Set(Array.isArray(schema.required) ? schema.required : []);
	const inside = { ...place, indent: place.indent + 1 };
	const tabs = "\t".repeat(inside.indent);
	const lines = properties.map(([name, property]) => {
		const comment = commentText(isSchema(property) ? property.description : undefined, inside.indent);
		return `${tabs}${comment}${keyText(name)}${required.has(name) ? "" : "?"}: ${typeAt(property, inside)};\n`;
	});
	const open = more === undefined || more === false ? "" : `${tabs}[key: string]: unknown;\n`;
	return `{\n${lines.join("")}${open}${"\t".repeat(place.indent)}}`;
}

function arrayType(schema: Schema, place: Place): string {
	const items = schema.items === undefined ? "unknown" : typeAt(schema.items, place);
	const array = /[|&]/.test(items) ? `(${items})[]` : `${items}[]`;
	if (!Array.isArray(schema.prefixItems)) return array;
	const minItems = typeof schema.minItems === "number" ? schema.minItems : schema.items === false ? schema.prefixItems.length : 0;
	const places = schema.prefixItems.map((one, at) => (at < minItems ? typeAt(one, place) : `(${typeAt(one, place)})?`));
	const isClosed = schema.items === false || schema.maxItems === schema.prefixItems.length || schema.items === undefined;
	return `[${[...places, ...(isClosed ? [] : [`...${array}`])].join(", ")}]`;
}

function union(types: string[]): string {
	const each = [...new Set(types)];
	if (each.includes("unknown")) return "unknown";
	return each.length === 0 ? "never" : each.join(" | ");
}

function literal(value: unknown): string {
	if (typeof value === "object" && value !== null) return "unknown";
	return value === undefined ? "unknown" : escapeUnsafe(JSON.stringify(value));
}

function isSchema(value: unknown): value is Schema {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
