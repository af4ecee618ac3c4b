/** What answers carry, by openapi.json -> the Python SDK's types of the wire, `sdk/python/src/hivekey/wire.py`. */
import { join } from "node:path";
import { ROOT } from "../gateway/build-worker.ts";

export const PYTHON_TYPES_PATH = join(ROOT, "sdk", "python", "src", "hivekey", "wire.py");

interface Schema {
	$ref?: string;
	type?: string | string[];
	description?: string;
	enum?: unknown[];
	const?: unknown;
	anyOf?: Schema[];
	oneOf?: Schema[];
	items?: Schema;
	properties?: Record<string, Schema>;
	required?: string[];
	additionalProperties?: Schema | boolean;
}

const HEAD = `"""What answers carry, by openapi.json. Written by \`node scripts/openapi.mjs\`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, TypedDict
`;
const COMPONENT = "#/components/schemas/";
/** Choices that have a name of their own: where each is found. */
const NAMED: [name: string, component: string, property: string][] = [
	["Effect", "Call", "verdict"],
	["CallState", "Call", "state"],
	["ReasonCode", "Denied", "reason_code"],
	["KeyScope", "Key", "scopes"],
	["RecordState", "AuditRecord", "state"],
];
const PRIMITIVES: Record<string, string> = { string: "str", integer: "int", number: "float", boolean: "bool", null: "None" };

/** The text of the file. */
export function pythonTypesText(documentText: string): string {
	const { paths, components } = JSON.parse(documentText) as {
		paths: Record<string, Record<string, { responses: unknown }>>;
		components: { schemas: Record<string, Schema> };
	};
	const { schemas } = components;
	const choices = new Map<string, string>();
	const aliases = NAMED.map(([name, component, property]) => {
		const found = schemas[component]?.properties?.[property];
		const values = (found?.items ?? found)?.enum ?? [];
		choices.set(keyOf(values), name);
		return `${name} = ${literals(values)}\n`;
	});
	const writer = new ClassWriter(choices);
	const answered = reached(
		Object.values(paths).flatMap((item) => Object.values(item).map(({ responses }) => responses)),
		schemas,
	);
	for (const name of answered) writer.write(name, schemas[name] as Schema);
	return [HEAD, aliases.join("\n"), ...writer.classes].join("\n");
}

/** Objects without a name of their own are called by where they stand: `CallError`, `AuditRecordFact`. */
class ClassWriter {
	readonly classes: string[] = [];
	readonly #choices: Map<string, string>;

	constructor(choices: Map<string, string>) {
		this.#choices = choices;
	}

	write(name: string, schema: Schema): string {
		const required = new Set(schema.required);
		const fields = Object.entries(schema.properties ?? {}).map(([key, property]) => {
			const text = `    ${key}: ${this.#type(property, name + camel(key))}\n`;
			return { isRequired: required.has(key), text: commentText(property.description) + text };
		});
		const always = fields.filter(({ isRequired }) => isRequired).map(({ text }) => text);
		const perhaps = fields.filter(({ isRequired }) => !isRequired).map(({ text }) => text);
		const about = schema.description === undefined ? "" : `    """${schema.description}"""\n\n`;
		if (perhaps.length === 0) this.#add(`class ${name}(TypedDict):\n${about}${always.join("") || "    pass\n"}`);
		else if (always.length === 0) this.#add(`class ${name}(TypedDict, total=False):\n${about}${perhaps.join("")}`);
		else {
			this.#add(`class _${name}(TypedDict):\n${always.join("")}`);
			this.#add(`class ${name}(_${name}, total=False):\n${about}${perhaps.join("")}`);
		}
		return name;
	}

	#add(text: string): void {
		this.classes.push(`\n${text}`);
	}

	#type(schema: Schema, name: string): string {
		if (schema.$ref !== undefined) return schema.$ref.slice(COMPONENT.length);
		if (schema.enum !== undefined) return this.#choices.get(keyOf(schema.enum)) ?? literals(schema.enum);
		if (schema.const !== undefined) return literals([schema.const]);
		const options = schema.anyOf ?? schema.oneOf;
		if (options !== undefined) return union(options.map((option) => this.#type(option, name)));
		const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
		return types.length === 0 ? "Any" : union(types.map((type) => this.#ofType(type, schema, name)));
	}

	#ofType(type: string, schema: Schema, name: string): string {
		if (type === "array") return `list[${this.#type(schema.items ?? {}, name.replace(/s$/, ""))}]`;
		if (type !== "object") return PRIMITIVES[type] ?? "Any";
		if (schema.properties !== undefined) return this.write(name, schema);
		const values = schema.additionalProperties;
		return `dict[str, ${typeof values === "object" ? this.#type(values, name) : "Any"}]`;
	}
}

/** The components that are named there, and those that these name, in the order of their names. */
function reached(from: unknown[], schemas: Record<string, Schema>): string[] {
	const found = new Set<string>();
	const look = (value: unknown): void => {
		if (typeof value !== "object" || value === null) return;
		const name = (value as Schema).$ref?.toString().startsWith(COMPONENT)
			? (value as Schema).$ref?.slice(COMPONENT.length)
			: undefined;
		if (name !== undefined && !found.has(name)) {
			found.add(name);
			look(schemas[name]);
		}
		for (const item of Object.values(value)) look(item);
	};
	for (const value of from) look(value);
	return [...found].sort();
}

function literals(values: unknown[]): string {
	const text = (value: unknown) => (typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value));
	return `Literal[${values.map(text).join(", ")}]`;
}

function union(types: string[]): string {
	return [...new Set(types)].join(" | ");
}

function keyOf(values: unknown[]): string {
	return JSON.stringify([...values].sort());
}

function commentText(description: string | undefined): string {
	return description === undefined ? "" : `    #: ${description.trim().replace(/\s+/g, " ")}\n`;
}

function camel(key: string): string {
	return key.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
