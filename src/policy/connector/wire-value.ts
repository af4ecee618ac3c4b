/** One value of the input as a text on the wire, and back. There and back is the same value, or it is refused. */
import type { WireType } from "../../contract/http-action.ts";
import type { Json } from "../../contract/json.ts";
import { isOfType } from "./path-template.ts";

/** The text of a value; null if it is of another type. */
export function wireText(value: Json | undefined, type: WireType): string | null {
	if (typeof value !== (type === "integer" ? "number" : type)) return null;
	const text = String(value);
	return isOfType(text, type) ? text : null;
}

/** The value of a text; undefined if it is none of that type, or has no exact form. */
export function wireValue(text: string, type: WireType): Json | undefined {
	if (!isOfType(text, type)) return undefined;
	switch (type) {
		case "string":
			return text;
		case "boolean":
			return text === "true";
		case "integer":
		case "number": {
			const value = Number(text);
			return Number.isFinite(value) && (type === "number" || Number.isSafeInteger(value)) ? value + 0 : undefined;
		}
	}
}

/** Percent-encodes everything but RFC 3986's unreserved characters; null for half a character. */
export function encodePart(text: string): string | null {
	if (!isWellFormed(text)) return null;
	return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Undoes percent-encoding; null where it is broken or no UTF-8. */
export function decodePart(text: string): string | null {
	try {
		return decodeURIComponent(text);
	} catch {
		return null;
	}
}

/** Whether a text has no half characters, which no UTF-8 can say. */
export function isWellFormed(text: string): boolean {
	return !/\p{Surrogate}/u.test(text);
}
