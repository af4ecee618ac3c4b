/** What of an input the log may show, in the definition's order, with the definition's defaults where the call left a field out. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Json, JsonObject } from "../contract/json.ts";

export function loggedFields(definition: ActionDefinition, input: JsonObject): JsonObject {
	const fields: JsonObject = {};
	for (const name of definition.logged) {
		const value: Json | undefined = input[name] ?? definition.defaults[name];
		if (value !== undefined) fields[name] = value;
	}
	return fields;
}
