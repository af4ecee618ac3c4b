/** "Did you mean …": the nearest of the words that would have been right. */

/**
 * The nearest candidate, or null if none is near: at most two edits away, one for words of up to three letters
 * (insert, delete, replace, swap neighbours).
 * Between equally near ones the one of the same length wins, then the one that starts alike, then the order given.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
	const allowed = word.length <= 3 ? 1 : 2;
	let best: { candidate: string; rank: number } | null = null;
	for (const candidate of candidates) {
		if (candidate === word || Math.abs(candidate.length - word.length) > allowed) continue;
		const edits = editDistance(word.toLowerCase(), candidate.toLowerCase());
		if (edits > allowed) continue;
		const rank = edits * 1_000 + Math.abs(candidate.length - word.length) * 100 - Math.min(99, commonStart(word, candidate));
		if (best === null || rank < best.rank) best = { candidate, rank };
	}
	return best?.candidate ?? null;
}

/** `, did you mean \`lte\`?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
	const candidate = word.length > 64 ? null : nearest(word, candidates);
	return candidate === null ? "" : `, did you mean \`${candidate}\`?`;
}

/** A word of the author's in a message: short, in backquotes. */
export function quoted(word: string): string {
	return `\`${word.length > 64 ? `${word.slice(0, 64)}…` : word}\``;
}

/** Edits between two words, swapped neighbours being one (optimal string alignment). */
function editDistance(a: string, b: string): number {
	let twoAgo: number[] = [];
	let before = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const replace = (before[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
			let edits = Math.min(replace, (before[j] as number) + 1, (row[j - 1] as number) + 1);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
				edits = Math.min(edits, (twoAgo[j - 2] as number) + 1);
			row.push(edits);
		}
		twoAgo = before;
		before = row;
	}
	return before[b.length] as number;
}

function commonStart(a: string, b: string): number {
	let length = 0;
	while (length < a.length && a[length] === b[length]) length++;
	return length;
}
