/** Patterns of actions: `*` stands for one segment, `**` for one or more. All else is a name. */

/** Whether a text is a pattern, not a name. */
export function isPattern(text: string): boolean {
	return text.includes("*");
}

/** Whether a name or pattern stands for an action. Takes time in the product of their segments, whatever the pattern. */
export function matchesAction(pattern: string, action: string): boolean {
	if (!isPattern(pattern)) return pattern === action;
	const segments = action.split(".");
	// reachable[i]: the pattern so far can have used up exactly i segments.
	let reachable = [true, ...segments.map(() => false)];
	for (const step of pattern.split(".")) {
		const next = reachable.map(() => false);
		for (let i = 0; i < segments.length; i++) {
			const from = reachable[i] === true || (step === "**" && next[i] === true);
			if (from && (step === "**" || step === "*" || step === segments[i])) next[i + 1] = true;
		}
		reachable = next;
	}
	return reachable[segments.length] === true;
}

/** The actions among `names` that any of the patterns stands for, sorted. A thousand plain names cost one look-up a name. */
export function expandPatterns(patterns: readonly string[], names: Iterable<string>): string[] {
	const exact = new Set(patterns);
	const wild = patterns.filter(isPattern);
	return [...new Set(names)].filter((name) => exact.has(name) || wild.some((pattern) => matchesAction(pattern, name))).sort();
}
