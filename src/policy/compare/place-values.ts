/** Puts values where a field reads them: into the input, undoing what is derived from it. */
import type { Json, JsonObject } from "../../contract/json.ts";
import type { CompiledInputField, InputPath } from "../compiled-role.ts";
import { type Cell, Unreadable } from "../reading.ts";

/** Longer texts and lists are not made for the sake of a call. */
const LENGTH_MAX = 20_000;
const COUNT_MAX = 500;

/**
 * Inputs in which a field reads these values, as far as can be; what is derived from one value (`to.domain`) may stand in several.
 * @param base - what the rest of the input is
 */
export function placeValues(base: JsonObject, field: CompiledInputField, cells: Cell[], sample: Json): JsonObject[] {
	const path = field.paths[0] as InputPath;
	const readable = cells.filter((cell): cell is Json => !(cell instanceof Unreadable));
	if (cells.length > 0 && readable.length === 0) return [withAt(base, path, undefined)];
	if (field.derived === "count") {
		const count = Number(readable[0]);
		return count <= COUNT_MAX
			? [withAt(base, path, Array<Json>(count).fill(Array.isArray(sample) ? (sample[0] ?? "x") : sample))]
			: [];
	}
	return sourcesOf(field.derived, readable).flatMap((values) => {
		if (path.some((step) => typeof step === "object" && "each" in step)) return [withEach(base, path, values)];
		if (values.length === 0) return [withAt(base, path, []), withAt(base, path, undefined)];
		return values.length === 1 ? [withAt(base, path, values[0]), withAt(base, path, values)] : [withAt(base, path, values)];
	});
}

/** Values from which those given are derived. */
function sourcesOf(derived: string | undefined, values: Json[]): Json[][] {
	const all = (make: (text: string) => Json): Json[] => values.map((value) => make(String(value)));
	switch (derived) {
		case undefined:
			return [values];
		case "domain":
			return [all((domain) => `someone@${domain}`), all((domain) => `https://${domain}/`)];
		case "host":
			return [all((host) => `https://${host.includes(":") ? `[${host}]` : host}/`)];
		case "local":
			return [all((local) => `${local}@example.com`)];
		case "scheme":
			return [all((scheme) => `${scheme}://example.com/`)];
		case "path":
			return [all((path) => `https://example.com${path}`)];
		case "length":
			return values.some((value) => Number(value) > LENGTH_MAX) ? [] : [values.map((value) => "x".repeat(Number(value)))];
		default:
			return [];
	}
}

/** Elements that are there already keep what else is in them: two fields may be read out of one list. */
function withEach(base: JsonObject, path: InputPath, values: Json[]): JsonObject {
	const at = path.findIndex((step) => typeof step === "object" && "each" in step);
	const [before, rest] = [path.slice(0, at), path.slice(at + 1)];
	if (rest.length === 0 || values.length === 0) return withAt(base, before, values);
	const there = valueAt(base, before);
	const isNested = rest.some((step) => typeof step === "object" && "each" in step);
	const elements = values.map((value, index): Json => {
		const old = there[index];
		const element = typeof old === "object" && old !== null && !Array.isArray(old) ? old : {};
		return isNested ? withEach(element, rest, [value]) : withAt(element, rest, value);
	});
	return withAt(base, before, [...elements, ...there.slice(elements.length)]);
}

/** The list at a path of names; an empty one where there is none. */
function valueAt(base: JsonObject, path: InputPath): Json[] {
	let at: Json | undefined = base;
	for (const step of path) {
		if (typeof step !== "string" || typeof at !== "object" || at === null || Array.isArray(at)) return [];
		at = Object.hasOwn(at, step) ? at[step] : undefined;
	}
	return Array.isArray(at) ? at : [];
}

/** The same input with a value at a path; undefined takes it away. */
function withAt(base: JsonObject, path: InputPath, value: Json | undefined): JsonObject {
	return setAt(base, path, value) as JsonObject;
}

function setAt(base: Json | undefined, path: InputPath, value: Json | undefined): Json | undefined {
	const [step, ...rest] = path;
	if (step === undefined) return value;
	if (typeof step === "object") {
		const list = Array.isArray(base) ? [...base] : [];
		const at = "at" in step ? step.at : 0;
		if (at > COUNT_MAX) return list;
		while (list.length <= at) list.push(list[0] ?? {});
		list[at] = setAt(list[at], rest, value) ?? null;
		return list;
	}
	const object = typeof base === "object" && base !== null && !Array.isArray(base) ? { ...base } : {};
	const inner = setAt(object[step], rest, value);
	if (inner === undefined) delete object[step];
	else object[step] = inner;
	return object;
}
