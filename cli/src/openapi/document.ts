/** An OpenAPI document as it was read, and what is wrong with it told by place. */
import type { Json, JsonObject } from "../../../src/contract/json.ts";

export interface OpenApiDocument {
	/** How messages call it: the file or the address that it is from. */
	file: string;
	version: "2.0" | "3.0" | "3.1";
	root: JsonObject;
	/** Where something stands, by its JSON Pointer; undefined if the text says no such thing. */
	position(pointer: string): { line: number; column: number } | undefined;
}

/** Something that keeps one operation, or the whole document, from being imported. */
export interface Finding {
	/** JSON Pointer into the document. */
	pointer: string;
	message: string;
}

/** Thrown while an operation is read; caught once, where operations are gone through. */
export class Unreadable extends Error {
	readonly finding: Finding;

	constructor(pointer: string, message: string) {
		super(message);
		this.name = "Unreadable";
		this.finding = { pointer, message };
	}
}

export function isObject(value: Json | undefined): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own property, undefined where there is none or the holder is no object. */
export function own(holder: Json | undefined, key: string): Json | undefined {
	return typeof holder === "object" && holder !== null && Object.hasOwn(holder, key) ? (holder as JsonObject)[key] : undefined;
}

/** A text at a key, undefined for anything else. */
export function textAt(holder: Json | undefined, key: string): string | undefined {
	const value = own(holder, key);
	return typeof value === "string" ? value : undefined;
}

export function listAt(holder: Json | undefined, key: string): Json[] {
	const value = own(holder, key);
	return Array.isArray(value) ? value : [];
}

/** Appends steps to a JSON Pointer. @see https://www.rfc-editor.org/rfc/rfc6901 */
export function pointerTo(pointer: string, ...steps: (string | number)[]): string {
	return steps.reduce<string>((at, step) => `${at}/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`, pointer);
}

/** The steps of a JSON Pointer; a percent-encoded one (as in `$ref`) is decoded. */
export function stepsOf(pointer: string): string[] {
	if (pointer === "") return [];
	return pointer
		.slice(1)
		.split("/")
		.map((step) => {
			let decoded = step;
			try {
				decoded = decodeURIComponent(step);
			} catch {
				// Not percent-encoded: taken as it is.
			}
			return decoded.replaceAll("~1", "/").replaceAll("~0", "~");
		});
}
