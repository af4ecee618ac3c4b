/** Whether an answer is one that the document promises: status, media type, header fields, body. */
import { Validator } from "@cfworker/json-schema";
import type { Schema } from "../../scripts/openapi/openapi-types.ts";
import type { Answered } from "./http.ts";
import { DOCUMENT, type DocumentedOperation, headersOf } from "./openapi.ts";

/** Every way in which an answer breaks the document's word; none for a good one. */
export function faultsOf(operation: DocumentedOperation, answer: Answered): string[] {
	const response = operation.responses[answer.status];
	if (!response) return [`${operation.id} does not document ${answer.status}`];
	if (answer.status === 500) return ["500"];
	const faults: string[] = [];
	for (const [name, header] of headersOf(response)) {
		const value = answer.headers[name];
		if (value === undefined) {
			if (header.required) faults.push(`the header ${name} is missing`);
		} else if (!fitsHeader(header.schema, String(value))) faults.push(`the header ${name} is ${JSON.stringify(value)}`);
	}
	const type = answer.headers["content-type"];
	if (!response.content) return answer.text === "" ? faults : [...faults, "there is a body where none is documented"];
	const media = type === undefined ? undefined : response.content[type];
	if (!media) return [...faults, `the media type ${type} is not documented for ${answer.status}`];
	const isJson = /[/+]json$/.test(type ?? "");
	if (isJson && answer.json === undefined) return [...faults, "the body is not JSON"];
	const key = `${operation.id} ${answer.status} ${type}`;
	return [...faults, ...bodyFaults(key, media.schema, isJson ? answer.json : answer.text)];
}

/** A field is text; what its schema calls a number is one written out. */
function fitsHeader(schema: Schema, text: string): boolean {
	const value = schema.type === "integer" && /^\d+$/.test(text) ? Number(text) : text;
	return new Validator(schema as object, "2020-12").validate(value).valid;
}

const VALIDATORS = new Map<string, Validator>();
const CLOSED_COMPONENTS = { schemas: closed(DOCUMENT.components.schemas) };

function bodyFaults(key: string, schema: Schema, body: unknown): string[] {
	let validator = VALIDATORS.get(key);
	if (!validator) {
		validator = new Validator({ ...(closed(schema) as object), components: CLOSED_COMPONENTS } as object, "2020-12", false);
		VALIDATORS.set(key, validator);
	}
	return validator.validate(body).errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
}

/** The document leaves answers open for later versions; what is sent today must be written in it today. */
function closed(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(closed);
	if (typeof value !== "object" || value === null) return value;
	const schema = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]));
	const isObject = schema.type === "object" && schema.properties !== undefined && schema.$ref === undefined;
	return isObject && schema.additionalProperties === undefined ? { ...schema, additionalProperties: false } : schema;
}
