/**
 * A server that answers before it has read the body, and then closes, may take its own answer away: what the client still sends is
 * met by a reset, and a reset empties the client's buffer (RFC 9112, section 9.6). So what is refused unread is read to its end
 * first, if that is near.
 */

const MAX_BYTES = 8 * 1024 * 1024;
const MAX_MS = 1_000;

/** Reads on, and throws away, until the body ends, 8 MiB have come, or a second is over. */
export async function drainBody(body: ReadableStream<Uint8Array>): Promise<void> {
	const reader = body.getReader();
	let timer: ReturnType<typeof setTimeout> | undefined;
	const limit = new Promise<void>((resolve) => {
		timer = setTimeout(resolve, MAX_MS);
	});
	await Promise.race([readAway(reader), limit]);
	clearTimeout(timer);
	// Whatever is left is not wanted; the answer goes out now.
	reader.cancel().catch(() => {});
}

async function readAway(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
	let length = 0;
	try {
		while (length <= MAX_BYTES) {
			const { done, value } = await reader.read();
			if (done) return;
			length += value.length;
		}
	} catch {
		// The client is gone: there is nobody to answer.
	}
}
