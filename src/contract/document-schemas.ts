/** The JSON Schemas (2020-12) of the policy documents, for editors: generated from the schemas that validate. */
import * as z from "zod";
import { connectorDocumentSchema } from "./connector-document.ts";
import { CONNECTOR_NOTES } from "./connector-notes.ts";
import { CONDITION_NOTES, LIST_NOTES, ROLE_NOTES, ROLE_TEST_NOTES, SINK_NOTES } from "./document-notes.ts";
import type { Json, JsonObject } from "./json.ts";
import { listDocumentSchema } from "./list-document.ts";
import { roleDocumentSchema } from "./role-document.ts";
import { roleTestDocumentSchema } from "./role-test-document.ts";
import { sinkDocumentSchema } from "./sinks.ts";

/** The kinds that have a schema, each with what its keys mean. */
const KINDS = {
	Role: { schema: roleDocumentSchema, notes: ROLE_NOTES },
	RoleTest: { schema: roleTestDocumentSchema, notes: ROLE_TEST_NOTES },
	List: { schema: listDocumentSchema, notes: LIST_NOTES },
	Connector: { schema: connectorDocumentSchema, notes: CONNECTOR_NOTES },
	Sink: { schema: sinkDocumentSchema, notes: SINK_NOTES },
} as const;
export type SchemaKind = keyof typeof KINDS;
export const SCHEMA_KINDS = Object.keys(KINDS) as SchemaKind[];

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/** The schema of one kind of document. */
export function documentJsonSchema(kind: SchemaKind): JsonObject {
	const { schema, notes } = KINDS[kind];
	const { $defs, $ref, ...generated } = z.toJSONSchema(schema, { io: "input" }) as JsonObject;
	const definitions = isObject($defs) ? { ...$defs } : {};
	// A schema with an id is a definition of its own, to which the document only refers.
	const root = typeof $ref === "string" ? $ref.slice("#/$defs/".length) : "";
	const own = isObject(definitions[root]) ? definitions[root] : generated;
	delete definitions[root];
	const document: JsonObject = { $schema: DIALECT, title: `HiveKey ${kind}`, ...own };
	if (Object.keys(definitions).length > 0) document["$defs"] = definitions;
	note(document, "", notes);
	if (isObject(definitions["Condition"])) noteCondition(definitions["Condition"]);
	return document;
}

/** The schema of a file that holds documents of any kind: what the editor's modeline in a policy file names. */
export function policyJsonSchema(): JsonObject {
	const definitions: JsonObject = {};
	for (const kind of SCHEMA_KINDS) {
		const { $schema: _dialect, $defs, ...document } = documentJsonSchema(kind);
		definitions[kind] = document;
		if (isObject($defs)) Object.assign(definitions, $defs);
	}
	return {
		$schema: DIALECT,
		title: "HiveKey policy document",
		type: "object",
		required: ["apiVersion", "kind"],
		properties: { kind: { enum: [...SCHEMA_KINDS], description: ROLE_NOTES["kind"] as string } },
		allOf: SCHEMA_KINDS.map((kind) => ({
			if: { properties: { kind: { const: kind } }, required: ["kind"] },
			// biome-ignore lint/suspicious/noThenProperty: this is JSON Schema's own word
			then: { $ref: `#/$defs/${kind}` },
		})),
		$defs: definitions,
	};
}

/** The files that are published: by kind, and the one for all kinds. */
export function schemaFiles(): Record<string, JsonObject> {
	const files: Record<string, JsonObject> = { "policy.schema.json": policyJsonSchema() };
	for (const kind of SCHEMA_KINDS) {
		const name = kind.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
		files[`${name}.schema.json`] = documentJsonSchema(kind);
	}
	return files;
}

/** Writes to every place what is known of it. */
function note(schema: Json | undefined, place: string, notes: Readonly<Record<string, string>>): void {
	if (!isObject(schema)) return;
	const text = Object.hasOwn(notes, place) ? notes[place] : undefined;
	if (text !== undefined) schema["description"] = text;
	const { properties, items } = schema;
	if (isObject(properties))
		for (const [key, inner] of Object.entries(properties)) note(inner, place === "" ? key : `${place}.${key}`, notes);
	note(items, `${place}[]`, notes);
}

function noteCondition(condition: JsonObject): void {
	condition["title"] = "Condition";
	for (const form of Array.isArray(condition["anyOf"]) ? condition["anyOf"] : []) {
		if (isObject(form) && isObject(form["properties"]))
			for (const [key, inner] of Object.entries(form["properties"])) note(inner, key, CONDITION_NOTES);
	}
}

function isObject(value: Json | undefined): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
