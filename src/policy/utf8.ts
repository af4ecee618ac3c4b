/** Bytes to text and back to sizes: UTF-8 or nothing. No byte is ever replaced by U+FFFD, and a byte order mark stays visible. */

/** The part of the platform's TextDecoder that we use; the heart is compiled without the DOM's types. */
declare class TextDecoder {
	constructor(label: "utf-8", options: { fatal: true; ignoreBOM: true });
	decode(bytes: Uint8Array): string;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text, or null if the bytes are not UTF-8 (overlong forms and surrogates included, RFC 3629). */
export function decodeUtf8(bytes: Uint8Array): string | null {
	try {
		return decoder.decode(bytes);
	} catch {
		return null;
	}
}

/** How many bytes a text takes in UTF-8. */
export function utf8Length(text: string): number {
	let length = text.length;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit < 0x80) continue;
		if (unit >= 0xd800 && unit <= 0xdbff) i++;
		length += unit < 0x800 ? 1 : 2;
	}
	return length;
}

/** The longest start of the bytes that is UTF-8, as text: where it ends is where the first bad byte stands. */
export function longestUtf8Start(bytes: Uint8Array): string {
	let good = 0;
	let bad = bytes.length;
	// Whether a start decodes is monotone but for a cut inside one character, which is at most three bytes behind its beginning.
	while (bad - good > 4) {
		const middle = (good + bad) >>> 1;
		if (decodesUpTo(bytes, middle)) good = middle;
		else bad = middle;
	}
	// What decodes may end up to three bytes before `good`; the empty start does.
	for (let end = bad; ; end--) {
		const text = decodeUtf8(bytes.subarray(0, end));
		if (text !== null) return text;
	}
}

/** Whether a start that ends here, or up to three bytes before, is UTF-8. */
function decodesUpTo(bytes: Uint8Array, end: number): boolean {
	for (let cut = end; cut >= Math.max(0, end - 3); cut--) if (decodeUtf8(bytes.subarray(0, cut)) !== null) return true;
	return false;
}
