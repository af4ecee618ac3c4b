/** How much room a text takes on a terminal. */

const WIDE =
	/\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** Columns that a printable text takes: two for East Asian wide characters and emoji, none for combining marks. */
export function displayWidth(text: string): number {
	let width = 0;
	for (const character of text) width += characterWidth(character);
	return width;
}

/** Fills up with spaces. */
export function padTo(text: string, width: number): string {
	return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** Cuts a text to a width; what was cut ends in an ellipsis. */
export function truncateTo(text: string, width: number): string {
	if (displayWidth(text) <= width) return text;
	let cut = "";
	let room = Math.max(0, width - 1);
	for (const character of text) {
		room -= characterWidth(character);
		if (room < 0) break;
		cut += character;
	}
	return `${cut}…`;
}

function characterWidth(character: string): number {
	if (character <= "~") return 1;
	if (NO_WIDTH.test(character)) return 0;
	return WIDE.test(character) ? 2 : 1;
}
