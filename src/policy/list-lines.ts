/** A list as plain text. */

/** One item a line, in order; empty lines and those that start with `#` are none. Blanks around an item are not part of it. */
export function itemsOfLines(text: string): string[] {
	return text
		.split(/\r?\n/)
		.map((line) => line.trim())
		.filter((line) => line !== "" && !line.startsWith("#"));
}
