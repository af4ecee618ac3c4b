/**
 * Text from elsewhere, made safe to print. What a terminal would obey (escape sequences, C0 and C1 controls) and what would
 * show one text while another is there (bidirectional overrides, invisible and tag characters) is written as an escape.
 * @see https://trojansource.codes
 */
const UNSAFE =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
	/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const SHORT: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** One line of printable text; newlines are escaped too. */
export function printable(text: string): string {
	return text.replace(UNSAFE, (character) => SHORT[character] ?? escapeOf(character));
}

/** Characters as JSON and YAML escapes: the value that a program reads stays what it was. */
export function escapeUnsafe(jsonText: string): string {
	return jsonText.replace(UNSAFE, (character) => {
		if (character === "\n") return character;
		return [...Array(character.length).keys()].map((at) => `\\u${hex(character.charCodeAt(at), 4)}`).join("");
	});
}

/** Whether a text has anything in it that {@link printable} would change. */
export function isUnsafe(text: string): boolean {
	return text.search(UNSAFE) !== -1;
}

function escapeOf(character: string): string {
	const code = character.codePointAt(0) ?? 0;
	if (code <= 0xff) return `\\x${hex(code, 2)}`;
	return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 1)}}`;
}

function hex(code: number, digits: number): string {
	return code.toString(16).padStart(digits, "0");
}
