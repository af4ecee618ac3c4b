/** Schemas that need each other for one and the same value: no validator comes to an end with them. */
import type { Json } from "../../../src/contract/json.ts";
import { isObject, own, textAt } from "./document.ts";

const ONE = ["not", "if", "then", "else"] as const;
const MANY = ["allOf", "anyOf", "oneOf"] as const;

/**
 * A shared part that is made of itself; a list of its own kind in it (a tree) is none.
 * @param definitions - parts by name, referring to each other as `#/$defs/name`
 */
export function endlessPart(definitions: ReadonlyMap<string, Json>): string | undefined {
	const done = new Set<string>();
	const visit = (name: string, inside: ReadonlySet<string>): string | undefined => {
		if (inside.has(name)) return name;
		if (done.has(name)) return undefined;
		for (const next of namesAtSamePlace(definitions.get(name) ?? true)) {
			const found = visit(next, new Set([...inside, name]));
			if (found !== undefined) return found;
		}
		done.add(name);
		return undefined;
	};
	for (const name of definitions.keys()) {
		const found = visit(name, new Set());
		if (found !== undefined) return found;
	}
	return undefined;
}

/** The parts that a schema takes for the very value that it is about itself. */
function namesAtSamePlace(schema: Json): string[] {
	if (!isObject(schema)) return [];
	const ref = textAt(schema, "$ref");
	const names = ref === undefined ? [] : [ref.slice("#/$defs/".length)];
	for (const key of ONE) names.push(...namesAtSamePlace(own(schema, key) ?? true));
	for (const key of MANY) {
		const branches = own(schema, key);
		if (Array.isArray(branches)) names.push(...branches.flatMap(namesAtSamePlace));
	}
	return names;
}
