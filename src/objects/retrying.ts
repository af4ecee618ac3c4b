/** Calls to a Durable Object that may be made twice. */

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 20;

/**
 * Makes an idempotent call, and makes it again if the object was reset or the connection lost. An overloaded object is left
 * alone: asking again would make it worse.
 * @see https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
 */
export async function retrying<T>(call: (attempt: number) => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await call(attempt);
		} catch (error) {
			if (attempt >= ATTEMPTS || (error as { overloaded?: boolean }).overloaded) throw error;
			await scheduler.wait(FIRST_PAUSE_MS * 3 ** (attempt - 1) * (0.5 + Math.random()));
		}
	}
}
