/** A definition's schema made ready to check calls: once per definition object, kept as long as that lives. */
import { Validator } from "@cfworker/json-schema";
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Json, JsonObject } from "../contract/json.ts";
import { EMAIL_PATTERN } from "./email-address.ts";
import { EmailPlace } from "./email-places.ts";
import { patternFormat } from "./pattern-format.ts";
import { type QuickCheck, quickCheck } from "./quick-check.ts";
import { isSchema } from "./schema-nodes.ts";

export interface InputValidator {
	/** Whether the input fits at all. */
	fits: QuickCheck;
	/** Says the first thing that is wrong. */
	first: Validator;
	/** Goes on to the end. */
	thorough: Validator;
	places: EmailPlace;
}

const validators = new WeakMap<ActionDefinition, InputValidator>();

/** The validator of a definition's input. */
export function inputValidator(definition: ActionDefinition): InputValidator {
	let validator = validators.get(definition);
	if (validator === undefined) {
		const schema = strictSchema(definition.input_schema, definition.http !== undefined);
		validator = {
			fits: quickCheck(schema) ?? libraryCheck(schema),
			first: new Validator(schema as never, "2020-12", true),
			thorough: new Validator(schema as never, "2020-12", false),
			places: new EmailPlace([definition.input_schema], definition.input_schema),
		};
		validators.set(definition, validator);
	}
	return validator;
}

/** The library's word, for schemas that use more than the quick check knows. It stops at the first thing that is wrong. */
function libraryCheck(schema: Json): QuickCheck {
	const validator = new Validator(schema as never, "2020-12", true);
	return (value) => validator.validate(value).valid;
}

/** Keywords whose value is data, not a schema: nothing in them is a keyword. */
const DATA = new Set(["const", "enum", "default", "examples", "required", "dependentRequired", "type"]);
/** Keywords whose value is an object of schemas by name. */
const MAPS = new Set(["$defs", "definitions", "properties", "patternProperties", "dependentSchemas", "dependencies"]);

/**
 * A copy in which `format: "email"` is our own grammar of addresses. The library's idea of an address takes quoted local
 * parts and IP literals, which no two mailers read alike.
 * @param linear - whether patterns are somebody else's: they are then formats of our own, which take linear time
 */
function strictSchema(schema: Json, linear: boolean): Json {
	if (Array.isArray(schema)) return schema.map((inner) => strictSchema(inner, linear));
	if (!isSchema(schema)) return schema;
	const copy: JsonObject = {};
	for (const key of Object.keys(schema)) {
		const value = schema[key] as Json;
		if (DATA.has(key)) copy[key] = value;
		else if (MAPS.has(key) && isSchema(value)) {
			const schemas: JsonObject = {};
			for (const name of Object.keys(value)) schemas[name] = strictSchema(value[name] as Json, linear);
			copy[key] = schemas;
		} else copy[key] = strictSchema(value, linear);
	}
	if (schema["format"] === "email") {
		delete copy["format"];
		addTo(copy, { pattern: EMAIL_PATTERN });
	}
	if (linear && typeof schema["pattern"] === "string") {
		delete copy["pattern"];
		addTo(copy, { format: patternFormat(schema["pattern"]) });
	}
	return copy;
}

function addTo(schema: JsonObject, more: JsonObject): void {
	schema["allOf"] = [...(Array.isArray(schema["allOf"]) ? schema["allOf"] : []), more];
}
