/** The one spelling of a JSON value: what is hashed, compared and forwarded. RFC 8785. */
import type { Json } from "../contract/json.ts";

/**
 * Serialises by RFC 8785: keys sorted by UTF-16 code units (section 3.2.3), ECMAScript's shortest numbers and its string
 * escapes (3.2.2), no white space.
 * @throws TypeError if a number is not finite; no value of the strict parser is
 */
export function canonicalJson(value: Json): string {
	if (typeof value === "string") return JSON.stringify(value);
	if (typeof value === "number") {
		if (!Number.isFinite(value)) throw new TypeError("a number without a JSON form");
		return String(value);
	}
	if (value === null || typeof value === "boolean") return String(value);
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
	// JavaScript compares strings by UTF-16 code units, which is the order wanted.
	const keys = Object.keys(value).sort();
	let text = "{";
	for (const key of keys) {
		const member = value[key] as Json | undefined;
		if (member === undefined) continue;
		text += `${text === "{" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(member)}`;
	}
	return `${text}}`;
}
