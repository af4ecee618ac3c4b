/** Following a field's path through an action's input schema: is there such a field, and what may stand there. */
import type { Json, JsonObject } from "../contract/json.ts";
import type { InputPath } from "./compiled-role.ts";
import { declaredNames, elementSchemas, isEmailPlace, nodesAt, propertySchemas, typesOf } from "./schema-nodes.ts";

/** What a schema says of one place; no schemas, or `true`, leave everything open. */
export interface SchemaPlace {
	schemas: Json[];
	root: JsonObject;
}

export type PlaceResult =
	| { ok: true; place: SchemaPlace }
	/** The step that leads nowhere; `names` would have been right there, `list` if brackets are missing before it. */
	| { ok: false; step: number; names: string[]; list: boolean };

/** The place that a path leads to from the input as a whole. */
export function placeAt(root: JsonObject, path: InputPath): PlaceResult {
	return placeFrom({ schemas: [root], root }, path);
}

/** The place that a path leads to from another place. */
export function placeFrom(start: SchemaPlace, path: InputPath): PlaceResult {
	const { root } = start;
	let place = start;
	for (const [index, step] of path.entries()) {
		const nodes = nodesAt(place.schemas, root);
		if (typeof step === "string") {
			const { schemas, open } = propertySchemas(nodes, step);
			if (schemas.length === 0 && !open) {
				const list = isListOnly(place);
				const names = declaredNames(list ? nodesAt(elementSchemas(nodes), root) : nodes);
				return { ok: false, step: index, names, list: list && names.includes(step) };
			}
			place = placeOf(schemas, root);
		} else {
			if (placeTypes(place)?.has("array") === false) return { ok: false, step: index, names: [], list: false };
			const schemas = elementSchemas(nodes, "at" in step ? step.at : undefined);
			place = placeOf(schemas, root);
		}
	}
	return { ok: true, place };
}

/** `true` says as little as no schema and as `{}`: an object may be there, with any fields. */
function placeOf(schemas: Json[], root: JsonObject): SchemaPlace {
	return { schemas: schemas.length === 0 ? [{}] : schemas.map((schema) => (schema === true ? {} : schema)), root };
}

/** The JSON types that a place may hold; null where the schema leaves it open. */
export function placeTypes({ schemas, root }: SchemaPlace): Set<string> | null {
	const all = schemas.map((schema) => typesOf(schema, root));
	return all.length === 0 || all.includes(null) ? null : new Set(all.flatMap((types) => [...(types as Set<string>)]));
}

/** The same with a list's elements in the place of the list. */
export function valueTypes(place: SchemaPlace): Set<string> | null {
	const types = placeTypes(place);
	if (types === null || !types.has("array")) return types;
	const elements = placeTypes(elementsOf(place));
	if (elements === null) return null;
	return new Set([...[...types].filter((type) => type !== "array"), ...elements]);
}

/** The names that an object at this place declares. */
export function namesAt({ schemas, root }: SchemaPlace): string[] {
	return declaredNames(nodesAt(schemas, root));
}

/** Whether every text at this place, or in a list there, is an e-mail address. */
export function holdsAddresses(place: SchemaPlace): boolean {
	const types = placeTypes(place);
	if (types === null) return place.schemas.some((schema) => isEmailPlace(schema, place.root));
	const parts = [...(types.has("string") ? [place] : []), ...(types.has("array") ? [elementsOf(place)] : [])];
	return parts.length > 0 && parts.every((part) => part.schemas.some((schema) => isEmailPlace(schema, part.root)));
}

/** Whether some text at this place, or in a list there, may be one that the input has in its canonical form, see email-places.ts. */
export function mayHoldAddresses(place: SchemaPlace): boolean {
	const parts = [place, elementsOf(place)];
	return parts.some(({ schemas, root }) => nodesAt(schemas, root).some((node) => node["format"] === "email"));
}

function elementsOf({ schemas, root }: SchemaPlace): SchemaPlace {
	return { schemas: elementSchemas(nodesAt(schemas, root)), root };
}

function isListOnly(place: SchemaPlace): boolean {
	const types = placeTypes(place);
	return types?.has("array") === true && !types.has("object");
}
