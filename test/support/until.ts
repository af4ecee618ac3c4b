/** Waits for a condition by asking for it, never by the clock alone. */

/**
 * Asks again and again until `look` gives something other than null, false or undefined.
 * @throws if that does not happen in time, with the last error that `look` threw, if any
 */
export async function until<T>(
	look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
	{ withinMs = 10_000, everyMs = 20 }: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
	const end = Date.now() + withinMs;
	let cause: unknown;
	for (;;) {
		try {
			const found = await look();
			if (found !== null && found !== undefined && found !== false) return found;
			cause = undefined;
		} catch (error) {
			cause = error;
		}
		if (Date.now() > end) throw new Error(`not so within ${withinMs} ms`, { cause });
		await new Promise((resolve) => setTimeout(resolve, everyMs));
	}
}
