/** Path and query parameters, from the schemas that validate them. */
import type { Endpoint } from "../../src/http/endpoint.ts";
import { headerParameters, ownParameters } from "./headers.ts";
import type { Parameter, Reference, Schema } from "./openapi-types.ts";
import type { SchemaBook } from "./schemas.ts";

/** @throws if the path and the schema of its parameters name different ones */
export function parametersOf(endpoint: Endpoint, book: SchemaBook): (Parameter | Reference)[] {
	const inPath = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
	const path = endpoint.params ? fields(book.write(endpoint.params, "input")) : {};
	if (inPath.join() !== Object.keys(path).join()) {
		throw new Error(`${endpoint.method} ${endpoint.path}: its params schema has ${Object.keys(path).join(", ") || "none"}`);
	}
	const query = endpoint.query ? fields(book.write(endpoint.query, "input")) : {};
	return [
		...inPath.map((name): Parameter => ({ name, in: "path", required: true, ...described(path[name] as Schema) })),
		...Object.entries(query).map(
			([name, schema]): Parameter => ({ name, in: "query", required: false, ...described(withoutNull(schema)) }),
		),
		...headerParameters(endpoint.problems ?? []),
		...ownParameters(endpoint),
	];
}

function fields(schema: Schema): Record<string, Schema> {
	return schema.properties as Record<string, Schema>;
}

/** The description belongs to the parameter. */
function described({ description, ...schema }: Schema): { description?: string; schema: Schema } {
	return { ...(typeof description === "string" ? { description } : {}), schema };
}

/** A query cannot say null: it leaves the parameter out. */
function withoutNull({ anyOf, default: fallback, ...rest }: Schema): Schema {
	const choices = (anyOf as Schema[] | undefined)?.filter(({ type }) => type !== "null");
	return {
		...rest,
		...(choices === undefined ? {} : choices.length === 1 ? choices[0] : { anyOf: choices }),
		...(fallback === undefined || fallback === null ? {} : { default: fallback }),
	};
}
