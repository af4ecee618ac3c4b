/** Query parameters with brackets in their names: `ids[]` is a list, `filter[status]` and `filter[name]` are fields of one object. */
import type { JsonObject } from "../../../src/contract/json.ts";
import type { Parameter } from "./operation.ts";

/** The same parameters in the words that OpenAPI has for what they mean. */
export function withoutBrackets(parameters: Parameter[]): Parameter[] {
	const objects = new Map<string, Parameter>();
	return parameters.flatMap((parameter): Parameter[] => {
		const match = parameter.place === "query" ? /^([^[\]]+)\[([^[\]]*)\]$/.exec(parameter.name) : null;
		if (match === null) return [parameter];
		const [, base = "", key = ""] = match;
		if (key === "") return [{ ...parameter, name: base, style: "deepObject", explode: true }];
		const object = objects.get(base);
		if (object !== undefined) {
			addField(object.schema as JsonObject, key, parameter);
			object.required ||= parameter.required;
			return [];
		}
		const schema: JsonObject = { type: "object", properties: {} };
		addField(schema, key, parameter);
		const made: Parameter = { ...parameter, name: base, description: "", schema, style: "deepObject", explode: true };
		objects.set(base, made);
		return [made];
	});
}

function addField(schema: JsonObject, key: string, { schema: value, required }: Parameter): void {
	(schema["properties"] as JsonObject)[key] = value;
	if (required) schema["required"] = [...((schema["required"] as string[] | undefined) ?? []), key];
}
