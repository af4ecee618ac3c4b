/**
 * Case folded by Unicode's simple lower-case mapping, character by character: what a letter becomes depends on no neighbour, so
 * that a part of a text folds to a part of the folded text. (`toLowerCase` makes of a capital sigma one thing at the end of a
 * word and another inside it.)
 */
export function foldCase(text: string): string {
	let ascii = true;
	for (let i = 0; i < text.length && ascii; i++) ascii = text.charCodeAt(i) < 0x80;
	if (ascii) return text.toLowerCase();
	let folded = "";
	for (const character of text) folded += character === "\u0130" ? "i" : character.toLowerCase();
	return folded;
}
