/** Whether an action's input schema is one that calls can be checked by: references that lead somewhere, patterns that RE2 reads. */
import type { Json, JsonObject } from "../../contract/json.ts";
import { childPath, type Finding } from "../document-positions.ts";
import { readExpression } from "../operators/regular-expression.ts";
import { isSchema, nodesAt } from "../schema-nodes.ts";
import { quoted } from "../suggestion.ts";

const PATTERN_MAX = 1_024;
const DEPTH_MAX = 48;
/** Keywords whose value is data: nothing in it is a keyword. */
const DATA = new Set(["const", "enum", "default", "examples", "required", "dependentRequired", "type"]);
/** Keywords whose value is an object of schemas by name. */
const MAPS = new Set(["$defs", "definitions", "properties", "dependentSchemas"]);
/** Keywords that another document, or a pattern that a backtracking engine runs, would come in by. */
const REFUSED = new Set([
	"$id",
	"$anchor",
	"$dynamicRef",
	"$dynamicAnchor",
	"$recursiveRef",
	"$recursiveAnchor",
	"patternProperties",
]);

/** Everything that is wrong with a schema at a place of the document. */
export function schemaFindings(schema: JsonObject, path: string): Finding[] {
	const findings: Finding[] = [];
	if (schema["type"] !== "object") {
		const message = "the input is an object: `type: object`, with its fields under `properties`";
		findings.push({ path: childPath(path, "type"), code: "not_an_object", message });
	}
	walk(schema, path, 0, schema, findings);
	return findings;
}

function walk(schema: Json, path: string, depth: number, root: JsonObject, findings: Finding[]): void {
	if (!isSchema(schema)) {
		if (typeof schema !== "boolean") findings.push({ path, code: "not_a_schema", message: "a JSON Schema should stand here" });
		return;
	}
	if (depth > DEPTH_MAX) {
		findings.push({ path, code: "too_deep", message: `schemas nested deeper than ${DEPTH_MAX}` });
		return;
	}
	for (const [keyword, value] of Object.entries(schema)) {
		const at = childPath(path, keyword);
		if (REFUSED.has(keyword))
			findings.push({ path: at, code: "not_taken", message: `${quoted(keyword)} is not taken in an input schema`, at: "key" });
		else if (keyword === "$ref") findings.push(...refFindings(value, at, root));
		else if (keyword === "pattern") findings.push(...patternFindings(value, at));
		else if (DATA.has(keyword)) continue;
		else if (MAPS.has(keyword) && isSchema(value)) {
			for (const [name, inner] of Object.entries(value)) walk(inner, childPath(at, name), depth + 1, root, findings);
		} else if (Array.isArray(value))
			for (const [index, inner] of value.entries()) walk(inner, childPath(at, index), depth + 1, root, findings);
		else if (isSchema(value)) walk(value, at, depth + 1, root, findings);
	}
}

function refFindings(ref: Json, path: string, root: JsonObject): Finding[] {
	if (typeof ref !== "string") return [{ path, code: "type", message: "a reference is a text" }];
	if (!ref.startsWith("#"))
		return [
			{ path, code: "foreign_reference", message: `${quoted(ref.slice(0, 80))} is in another document; copy it under $defs` },
		];
	// A reference that leads nowhere adds no node to its own.
	const leads = nodesAt([{ $ref: ref }], root).length > 1;
	return leads ? [] : [{ path, code: "broken_reference", message: `${quoted(ref.slice(0, 80))} leads nowhere` }];
}

function patternFindings(pattern: Json, path: string): Finding[] {
	if (typeof pattern !== "string") return [{ path, code: "type", message: "a pattern is a text" }];
	if (pattern.length > PATTERN_MAX)
		return [{ path, code: "too_large", message: `a pattern has at most ${PATTERN_MAX} characters` }];
	const read = readExpression(pattern, false);
	return read.ok ? [] : [{ path, code: "not_a_pattern", message: read.message }];
}
