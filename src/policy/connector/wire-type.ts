/** What a text on the wire is read as, by the schema of the field that it is of: one type, or the field cannot stand there. */
import type { WireType } from "../../contract/http-action.ts";
import type { Json, JsonObject } from "../../contract/json.ts";
import { elementSchemas, isSchema, nodesAt, propertySchemas } from "../schema-nodes.ts";

export type WireShape =
	| { kind: "one"; type: WireType; values?: string[] }
	| { kind: "list"; type: WireType }
	| { kind: "object" }
	/** Anything at all, or several things of which a text could be either. */
	| { kind: "unclear" };

/** What the input's schema lets one of its fields be, seen from the wire. */
export function wireShape(root: JsonObject, field: string): WireShape {
	return shapeOf(propertySchemas(nodesAt([root], root), field).schemas, root);
}

/** The same of any schemas that speak about one place. */
export function shapeOf(schemas: Json[], root: JsonObject): WireShape {
	const nodes = nodesAt(schemas, root);
	const types = new Set<string>();
	let values: string[] | null = null;
	for (const node of nodes) {
		const listed = Array.isArray(node["enum"]) ? node["enum"] : "const" in node ? [node["const"] as Json] : null;
		if (listed !== null) values = [...(values ?? []), ...listed.filter((one) => one !== null).map(String)];
		for (const type of typesIn(node, listed)) types.add(type);
	}
	types.delete("null");
	if (types.has("number")) types.delete("integer");
	if (types.size !== 1) return { kind: "unclear" };
	const [type] = [...types] as [string];
	if (type === "object") return { kind: "object" };
	if (type === "array") {
		const element = shapeOf(elementSchemas(nodes), root);
		return element.kind === "one" ? { kind: "list", type: element.type } : { kind: "unclear" };
	}
	// Only where every alternative lists its values are there no others.
	const isClosed = nodes.every((node) => "enum" in node || "const" in node || typesIn(node, null).length === 0);
	return { kind: "one", type: type as WireType, ...(isClosed && values !== null ? { values: [...new Set(values)] } : {}) };
}

function typesIn(node: JsonObject, listed: Json[] | null): string[] {
	const { type } = node;
	if (typeof type === "string") return [type];
	if (Array.isArray(type)) return type.map(String);
	return (listed ?? []).map((value) => {
		if (value === null) return "null";
		if (Array.isArray(value)) return "array";
		if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
		return typeof value;
	});
}

/** Whether a value is an object of JSON, and no list. */
export function isObject(value: Json | undefined): value is JsonObject {
	return isSchema(value);
}
