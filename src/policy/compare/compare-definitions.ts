/** Whether an action takes the same input as before, and is carried out in the same way. */
import type { ActionDefinition } from "../../contract/action-definition.ts";
import type { Json } from "../../contract/json.ts";
import { canonicalJson } from "../canonical-json.ts";

/** Keywords of JSON Schema (2020-12) that say nothing of what is accepted. */
const ANNOTATIONS = new Set(["title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment"]);
/** Keywords whose value is data: nothing in it is a keyword. */
const DATA = new Set(["const", "enum", "required", "dependentRequired", "type"]);
/** Keywords whose value is an object of schemas by name. */
const MAPS = new Set(["$defs", "definitions", "properties", "patternProperties", "dependentSchemas", "dependencies"]);

/** Whether every input that is taken now was taken before, as far as definitions that look alike can say; else nobody can tell. */
export function takesNoMore(before: ActionDefinition, after: ActionDefinition): boolean {
	if (before === after) return true;
	if (before.connector !== after.connector || carriedOut(before) !== carriedOut(after)) return false;
	const [then, now] = [before, after].map(({ input_schema }) => canonicalJson(acceptance(input_schema)));
	return then === now && areLimitsKept(before, after);
}

/** Where a call goes and what of the answer is shown; another version of the same secret is no other way. */
function carriedOut({ http }: ActionDefinition): string {
	if (http === undefined) return "";
	const { auth } = http.service;
	const unversioned = auth && { ...auth, secret: auth.secret.name };
	return canonicalJson(JSON.parse(JSON.stringify({ ...http, service: { ...http.service, auth: unversioned } })));
}

function areLimitsKept(before: ActionDefinition, after: ActionDefinition): boolean {
	return (before.limits ?? []).every(({ fields, max_values }) =>
		(after.limits ?? []).some((limit) => limit.max_values <= max_values && fields.every((field) => limit.fields.includes(field))),
	);
}

/** A schema without what only describes. */
function acceptance(schema: Json): Json {
	if (Array.isArray(schema)) return schema.map(acceptance);
	if (typeof schema !== "object" || schema === null) return schema;
	return Object.fromEntries(
		Object.entries(schema).flatMap(([key, value]): [string, Json][] => {
			if (ANNOTATIONS.has(key)) return [];
			if (DATA.has(key)) return [[key, value]];
			if (!MAPS.has(key) || typeof value !== "object" || value === null || Array.isArray(value))
				return [[key, acceptance(value)]];
			return [[key, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, acceptance(inner)]))]];
		}),
	);
}
