/** What Swagger 2.0 says in other words than OpenAPI 3: parameters with a type of their own, bodies among the parameters. */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { listAt, own, pointerTo, textAt, Unreadable } from "./document.ts";
import type { Parameter, ParameterPlace, RequestBody } from "./operation.ts";

const FORM = "application/x-www-form-urlencoded";

/**
 * The parameters and the body of an operation.
 * @param found - its parameters, references followed
 */
export function oldParameters(
	root: JsonObject,
	operation: JsonObject,
	found: { value: JsonObject; pointer: string }[],
	pointer: string,
): { parameters: Parameter[]; body: RequestBody | undefined } {
	const parameters: Parameter[] = [];
	const fields: { name: string; value: JsonObject; pointer: string }[] = [];
	let body: RequestBody | undefined;
	const types = [...listAt(operation, "consumes"), ...(own(operation, "consumes") ? [] : listAt(root, "consumes"))].map(String);
	for (const { value, pointer: at } of found) {
		const name = textAt(value, "name") ?? "";
		const place = textAt(value, "in");
		if (place === "body") body = bodyOf(value, at, types);
		else if (place === "formData") fields.push({ name, value, pointer: at });
		else parameters.push(oldParameter(name, place, value, at));
	}
	if (fields.length > 0) body = formOf(fields, types, pointer);
	return { parameters, body };
}

function oldParameter(name: string, place: string | undefined, value: JsonObject, pointer: string): Parameter {
	if (name === "") throw new Unreadable(pointer, "the parameter has no name");
	if (place !== "path" && place !== "query" && place !== "header") {
		throw new Unreadable(
			pointer,
			`the parameter ${name} says nowhere that it goes: \`in\` is path, query, header, formData or body`,
		);
	}
	const format = textAt(value, "collectionFormat") ?? "csv";
	return {
		name,
		place: place satisfies ParameterPlace,
		required: place === "path" || own(value, "required") === true,
		description: textAt(value, "description") ?? "",
		schema: schemaIn(value),
		schemaPointer: pointer,
		style: STYLES[format] ?? (place === "query" ? "form" : "simple"),
		explode: format === "multi",
		hasSlashes: own(value, "x-multi-segment") === true,
		pointer,
	};
}

const STYLES: Readonly<Record<string, string>> = { ssv: "spaceDelimited", tsv: "tabDelimited", pipes: "pipeDelimited" };

/** The words of a parameter that are its schema: all but those that say how it is sent. */
function schemaIn(value: JsonObject): JsonObject {
	const { name: _name, in: _in, required: _required, description: _description, collectionFormat: _format, ...schema } = value;
	return schema;
}

function bodyOf(value: JsonObject, pointer: string, types: string[]): RequestBody {
	const type = types.find((one) => /json/i.test(one)) ?? types[0] ?? "application/json";
	const media = [{ type: type.toLowerCase(), schema: own(value, "schema") ?? {}, pointer: pointerTo(pointer, "schema") }];
	return { required: own(value, "required") === true, media, pointer };
}

function formOf(fields: { name: string; value: JsonObject; pointer: string }[], types: string[], pointer: string): RequestBody {
	const isFile = fields.some(({ value }) => textAt(value, "type") === "file");
	const type = isFile || !types.some((one) => one.toLowerCase() === FORM) ? (types[0] ?? FORM) : FORM;
	const properties: JsonObject = {};
	for (const { name, value } of fields) properties[name] = withDescription(value);
	const required = fields.filter(({ value }) => own(value, "required") === true).map(({ name }) => name);
	const schema: Json = { type: "object", properties, required };
	return { required: required.length > 0, media: [{ type: isFile ? "multipart/form-data" : type, schema, pointer }], pointer };
}

function withDescription(value: JsonObject): JsonObject {
	const schema = schemaIn(value);
	const description = textAt(value, "description");
	return description === undefined ? schema : { ...schema, description };
}
