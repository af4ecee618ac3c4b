/** What D1's errors say. Drizzle wraps them, so the whole chain of causes is looked at. */

/** A statement broke a key. */
export function isConstraintError(error: unknown): boolean {
	return says(error, /UNIQUE constraint failed/);
}

/** A trigger of ours refused, with these words. */
export function saysTrigger(error: unknown, words: string): boolean {
	return says(error, new RegExp(`: ${words}`));
}

function says(error: unknown, pattern: RegExp): boolean {
	for (let at: unknown = error; at instanceof Error; at = at.cause) if (pattern.test(at.message)) return true;
	return false;
}
