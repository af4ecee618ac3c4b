/** An answer on its way from the upstream to the agent: a piece is asked for when the one before was taken, and none is kept. */

export interface StreamEnd {
	/** Why it broke off; null where it ended as its sender meant it to. */
	why: string | null;
	/** How many bytes were passed on. */
	bytes: number;
}

export interface StreamLimits {
	/** How long the upstream may be silent, in milliseconds. */
	idleMs: number;
	/** How long all of it may take. */
	totalMs: number;
}

/**
 * Goes on with an answer of which the beginning was read.
 * @returns what the agent reads, and how that ends: never rejected, and told also where the agent goes away
 */
export function streamOn(
	reader: ReadableStreamDefaultReader<Uint8Array>,
	start: Uint8Array[],
	{ idleMs, totalMs }: StreamLimits,
): { body: ReadableStream<Uint8Array>; ended: Promise<StreamEnd> } {
	let tell: (end: StreamEnd) => void;
	const ended = new Promise<StreamEnd>((resolve) => {
		tell = resolve;
	});
	let bytes = 0;
	let cut: string | null = null;
	// A race against a promise that lives as long as the answer would keep every piece of it.
	const cutOff = (why: string) => {
		cut ??= why;
		reader.cancel().catch(() => {});
	};
	const total = setTimeout(cutOff, totalMs, "the answer took longer than any may");
	const end = (why: string | null) => {
		clearTimeout(total);
		tell({ why, bytes });
	};
	const next = async (): Promise<Uint8Array | null> => {
		const idle = setTimeout(cutOff, idleMs, "the upstream fell silent");
		try {
			const { done, value } = await reader.read();
			return done ? null : value;
		} catch {
			cut ??= "the upstream broke off";
			return null;
		} finally {
			clearTimeout(idle);
		}
	};
	const body = new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const piece = start.shift() ?? (await next());
				if (piece !== null && cut === null) {
					bytes += piece.length;
					controller.enqueue(piece);
					return;
				}
				end(cut);
				if (cut === null) controller.close();
				// Nothing in it that could be a secret: the platform writes down what is thrown.
				else controller.error(new Error("the answer broke off"));
			},
			cancel() {
				cutOff("the agent went away before the answer's end");
				end(cut);
			},
		},
		{ highWaterMark: 0 },
	);
	return { body, ended };
}
