/** Names of actions -> names of tools: models take letters, digits, `_` and `-`, 64 of them, and no dots. */

const LONGEST = 64;

/** A tool name for each action, no two alike. The same actions have the same names, in whatever order they come. */
export function toolNames(actions: readonly string[]): Map<string, string> {
	const taken = new Set<string>();
	const names = new Map<string, string>();
	for (const action of [...actions].sort()) {
		const plain = action.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, LONGEST);
		let name = plain;
		for (let number = 2; taken.has(name); number++) {
			const ending = `_${number}`;
			name = plain.slice(0, LONGEST - ending.length) + ending;
		}
		taken.add(name);
		names.set(action, name);
	}
	return names;
}
