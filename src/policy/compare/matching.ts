/** Pairs things with others so that as many as can be have one of their own. */

/**
 * A maximum matching (by augmenting paths, Kuhn 1955).
 * @param candidates - for one thing those that it may be paired with, the likeliest first
 * @param fits - asked as rarely as can be, and once a pair
 */
export function matched<A extends object, B extends object>(
	things: A[],
	candidates: (thing: A) => B[],
	fits: (thing: A, other: B) => boolean,
): Map<A, B> {
	const pairs = new Map<A, B>();
	const owner = new Map<B, A>();
	const known = new Map<A, Map<B, boolean>>();
	const fit = (thing: A, other: B): boolean => {
		const row = known.get(thing) ?? new Map<B, boolean>();
		known.set(thing, row);
		let answer = row.get(other);
		if (answer === undefined) {
			answer = fits(thing, other);
			row.set(other, answer);
		}
		return answer;
	};
	const find = (thing: A, tried: Set<B>): boolean => {
		for (const other of candidates(thing)) {
			if (tried.has(other) || !fit(thing, other)) continue;
			tried.add(other);
			const current = owner.get(other);
			if (current !== undefined && !find(current, tried)) continue;
			owner.set(other, thing);
			pairs.set(thing, other);
			return true;
		}
		return false;
	};
	for (const thing of things) find(thing, new Set());
	return pairs;
}
