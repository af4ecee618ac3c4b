/** Random and derived base62 text. The one place that turns bytes of node:crypto into characters. */
import { randomBytes } from "node:crypto";
import { BASE62 } from "../contract/ids.ts";

/** Above this, a byte is thrown away, so that every character is equally likely. */
const FAIR_LIMIT = 62 * 4;

/** `length` characters, 5.95 bits of chance each. */
export function randomBase62(length: number): string {
	let text = "";
	while (text.length < length) {
		for (const byte of randomBytes(length)) {
			if (byte < FAIR_LIMIT && text.length < length) text += BASE62[byte % 62];
		}
	}
	return text;
}

/**
 * The first `length` bytes as one character each. Slightly uneven (a character has at most 5/256): 22 characters of a MAC
 * are worth at least 124 bits against forging.
 */
export function base62OfBytes(bytes: Uint8Array, length: number): string {
	let text = "";
	for (let i = 0; i < length; i++) text += BASE62[(bytes[i] as number) % 62];
	return text;
}
