/** Bytes as text and back, strictly: each value has one spelling, so that no changed character goes unseen. */

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes) text += HEX[byte];
	return text;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The bytes of lower-case hex, or null. */
export function fromHex(text: string): Uint8Array | null {
	if (!/^(?:[0-9a-f]{2})*$/.test(text)) return null;
	const bytes = new Uint8Array(text.length / 2);
	for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
	return bytes;
}

/**
 * Standard base64 with padding.
 * @see https://www.rfc-editor.org/rfc/rfc4648#section-4
 */
export function toBase64(bytes: Uint8Array): string {
	let binary = "";
	for (const byte of bytes) binary += String.fromCharCode(byte);
	return btoa(binary);
}

/** The bytes of standard base64, or null: also of one with other padding, white space or unused bits that are not zero. */
export function fromBase64(text: string): Uint8Array | null {
	if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
	try {
		const binary = atob(text);
		if (btoa(binary) !== text) return null;
		return Uint8Array.from(binary, (character) => character.charCodeAt(0));
	} catch {
		return null;
	}
}

/** Whether two byte strings are the same. For public values: the time tells where they differ. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
	if (one.length !== other.length) return false;
	for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
	return true;
}

/** Whether UTF-8 can spell a text: it has no lone surrogate, which would be hashed as U+FFFD. */
export function isWellFormed(text: string): boolean {
	return !/\p{Cs}/u.test(text);
}
