/** `$ref` inside one document. A reference elsewhere is never followed: a document from an address could name any file here. */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { isObject, own, pointerTo, stepsOf, textAt, Unreadable } from "./document.ts";

/** What a reference leads to, and where that stands. */
export interface Found {
	value: Json;
	pointer: string;
}

/**
 * What a pointer leads to.
 * @returns undefined if there is nothing
 */
export function valueAt(root: JsonObject, pointer: string): Json | undefined {
	let at: Json | undefined = root;
	for (const step of stepsOf(pointer)) at = own(at, step);
	return at;
}

/**
 * What a `$ref` names.
 * @param from - the pointer of the object that has the `$ref`
 * @throws Unreadable if it leads nowhere, or out of the document
 */
export function follow(root: JsonObject, ref: string, from: string): Found {
	const at = pointerTo(from, "$ref");
	if (!ref.startsWith("#")) {
		throw new Unreadable(at, `${shown(ref)} is in another document; bundle them into one first (npx @redocly/cli bundle)`);
	}
	const pointer = ref.slice(1);
	if (pointer !== "" && !pointer.startsWith("/")) {
		throw new Unreadable(at, `${shown(ref)} names an anchor; only paths, such as #/components/schemas/Pet, are followed`);
	}
	const value = valueAt(root, pointer);
	if (value === undefined) throw new Unreadable(at, `${shown(ref)} leads nowhere${missingStep(root, pointer)}`);
	return { value, pointer: `/${stepsOf(pointer).map(escaped).join("/")}`.replace(/^\/$/, "") };
}

/**
 * A parameter, body or response behind as many references as there are.
 * @throws Unreadable if a reference is broken, or goes in a circle
 */
export function resolved(root: JsonObject, value: Json | undefined, pointer: string): { value: JsonObject; pointer: string } {
	const seen = new Set<string>();
	let at: Found = { value: value ?? null, pointer };
	for (;;) {
		const ref = textAt(at.value, "$ref");
		if (ref === undefined) break;
		if (seen.has(at.pointer)) throw new Unreadable(pointer, `${shown(ref)} leads back to itself`);
		seen.add(at.pointer);
		at = follow(root, ref, at.pointer);
	}
	if (!isObject(at.value)) throw new Unreadable(at.pointer, "an object is expected here");
	return { value: at.value, pointer: at.pointer };
}

function missingStep(root: JsonObject, pointer: string): string {
	let at: Json | undefined = root;
	for (const step of stepsOf(pointer)) {
		if (own(at, step) === undefined) return `: there is no ${shown(step)}`;
		at = own(at, step);
	}
	return "";
}

function escaped(step: string): string {
	return step.replaceAll("~", "~0").replaceAll("/", "~1");
}

function shown(text: string): string {
	return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
