/** A body that comes over time -> its pieces; whoever goes silent is given up. */
import { ConnectionError } from "./errors.ts";

/**
 * The pieces of a body. Ending the loop early, or the signal, lets the connection go.
 * @param idleMs - the longest silence between two pieces, in milliseconds
 * @throws ConnectionError if the connection is cut, or silent for too long; the signal's reason if that ended it
 */
export async function* pieces(
	stream: ReadableStream<Uint8Array>,
	idleMs: number,
	signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
	const reader = stream.getReader();
	const onAbort = () => void reader.cancel().catch(() => undefined);
	signal?.addEventListener("abort", onAbort, { once: true });
	let ended = false;
	try {
		for (;;) {
			signal?.throwIfAborted();
			const piece = await within(reader.read(), idleMs);
			signal?.throwIfAborted();
			if (piece.done) {
				ended = true;
				return;
			}
			yield piece.value;
		}
	} catch (error) {
		if (signal?.aborted) throw signal.reason;
		if (error instanceof ConnectionError) throw error;
		throw new ConnectionError("the connection to the gateway was cut", { code: "connection_failed", cause: error });
	} finally {
		signal?.removeEventListener("abort", onAbort);
		if (!ended) void reader.cancel().catch(() => undefined);
	}
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const silence = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new ConnectionError("the gateway went silent", { code: "connection_failed" })), ms);
	});
	try {
		return await Promise.race([work, silence]);
	} finally {
		clearTimeout(timer);
	}
}
