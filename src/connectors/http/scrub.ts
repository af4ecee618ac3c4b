/** Takes secrets out of what an upstream answers: it may echo what it was sent, as it was sent or in another dress. */
import type { Json } from "../../contract/json.ts";

/** What stands in the place of a secret. */
export const SCRUBBED = "[secret]";
/** A shorter one would be found by chance all over an answer. */
const SHORTEST = 4;

/** Makes the function that takes these secrets, and what they are encoded as, out of a text. */
export function scrubber(secrets: readonly string[]): (text: string) => string {
	const forms = secretForms(secrets);
	return (text) => forms.reduce((scrubbed, form) => scrubbed.replaceAll(form, SCRUBBED), text);
}

/** Everything that these secrets may stand as, the longest first. */
export function secretForms(secrets: readonly string[]): string[] {
	return [...new Set(secrets.flatMap(formsOf))].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length);
}

function formsOf(secret: string): string[] {
	const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(secret)));
	const plain = base64.replace(/=+$/, "");
	return [
		secret,
		encodeURIComponent(secret),
		encodeURIComponent(secret).replaceAll("%20", "+"),
		JSON.stringify(secret).slice(1, -1),
		plain,
		plain.replaceAll("+", "-").replaceAll("/", "_"),
	];
}

/** The same for every text of a value, keys too. */
export function scrubValue(value: Json, scrub: (text: string) => string): Json {
	if (typeof value === "string") return scrub(value);
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map((one) => scrubValue(one, scrub));
	// As entries: a key `__proto__` stays a key.
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [scrub(key), scrubValue(inner, scrub)]));
}
