/**
 * Server-Sent Events, written.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */

export const EVENT_STREAM = "text/event-stream";

/**
 * One event.
 * @param data - without a line break
 */
export function eventText(event: string, id: number, data: string): string {
	return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
}

/** Shows that the connection lives, and from where the reader would go on: an id without data is remembered, and is no event. */
export function beatText(id: number): string {
	return `: \nid: ${id}\n\n`;
}

/**
 * A stream that asks for the next piece when its reader has taken the one before: a slow reader makes nobody hold anything.
 * @param next - the next piece, null at the end
 * @param onBroken - is told when `next` rejects; the stream breaks off, and says nothing of why
 */
export function pulledText(next: () => Promise<string | null>, onBroken: (error: unknown) => void): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				let text: string | null;
				try {
					do text = await next();
					while (text === "");
				} catch (error) {
					onBroken(error);
					// The platform writes down what is thrown, and a query's error has its parameters in it.
					throw new Error("the answer broke off");
				}
				if (text === null) controller.close();
				else controller.enqueue(encoder.encode(text));
			},
		},
		{ highWaterMark: 0 },
	);
}
