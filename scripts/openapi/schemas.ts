/** Zod's schemas as JSON Schemas: those with an id become components, every other one stands where it is used. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Schema } from "./openapi-types.ts";

/** `input` is what a client may send, `output` what it may be answered. */
export type Direction = "input" | "output";

export interface SchemaBook {
	/** The schema, its named parts moved into {@link components}. */
	write(schema: z.ZodType, direction: Direction): Schema;
	/** Every named schema so far, by name. */
	components(): Record<string, Schema>;
}

const IN_PLACE = "#/$defs/";
const IN_COMPONENTS = "#/components/schemas/";

export function createSchemaBook(): SchemaBook {
	const named = new Map<string, Schema>();
	return {
		write(schema, direction) {
			const { $schema: _, $defs = {}, ...plain } = z.toJSONSchema(schema, { target: "draft-2020-12", io: direction }) as Schema;
			for (const [name, definition] of Object.entries($defs as Record<string, Schema>)) {
				if (name.startsWith("__")) throw new Error("a schema that names itself needs an id: .meta({ id })");
				const tidied = tidy(definition, direction);
				const known = named.get(name);
				if (known && !isDeepStrictEqual(known, tidied)) throw new Error(`two schemas have the id ${name}`);
				named.set(name, tidied);
			}
			return tidy(plain, direction);
		},
		components: () => Object.fromEntries([...named].sort(([a], [b]) => (a < b ? -1 : 1))),
	};
}

/**
 * Takes away what only the validator needs: the id of a component (its name says it), the pattern of a time (its format says it).
 * An answer may gain keys in a later version, so it is left open.
 */
function tidy(value: unknown, direction: Direction): Schema {
	const walk = (at: unknown): unknown => {
		if (Array.isArray(at)) return at.map(walk);
		if (typeof at !== "object" || at === null) return at;
		const { ...copy } = at as Schema;
		if (typeof copy.$ref === "string") copy.$ref = copy.$ref.replace(IN_PLACE, IN_COMPONENTS);
		if (copy.format === "date-time") delete copy.pattern;
		if (typeof copy.id === "string") delete copy.id;
		if (direction === "output" && copy.additionalProperties === false) delete copy.additionalProperties;
		return Object.fromEntries(Object.entries(copy).map(([key, inner]) => [key, walk(inner)]));
	};
	return walk(value) as Schema;
}
