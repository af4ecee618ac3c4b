/** Another spelling of a text that differs from it in case only. */

/**
 * A text that differs from `text` in case only and is none of `taken`.
 * @returns null if there is none; undefined if there may be one, and none was found
 */
export function caseVariant(text: string, taken: ReadonlySet<unknown>): string | null | undefined {
	const characters = [...text];
	const cased = characters.flatMap((character, index) =>
		character.toLowerCase() !== character || character.toUpperCase() !== character ? [index] : [],
	);
	if (cased.length === 0) return null;
	const tries = Math.min(2 ** Math.min(cased.length, 20), taken.size + 1);
	for (let bits = 0; bits < tries; bits++) {
		const variant = characters
			.map((character, index) => {
				const at = cased.indexOf(index);
				if (at === -1) return character;
				const flipped = at < 20 && (bits & (1 << at)) !== 0;
				return flipped ? character.toLowerCase() : character.toUpperCase();
			})
			.join("");
		if (!taken.has(variant) && variant.toLowerCase() === text.toLowerCase()) return variant;
	}
	return undefined;
}
