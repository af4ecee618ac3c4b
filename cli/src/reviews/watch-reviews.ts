/** Reviews as they come: asked for again and again, each told once. */
import {
	AuthenticationError,
	type HiveKeyAdmin,
	HiveKeyError,
	MissingScopeError,
	type ReviewSummary,
} from "../../../sdk/typescript/src/index.ts";

export interface Watch {
	admin: HiveKeyAdmin;
	agent: string | undefined;
	/** The newest id that is known already; "" for none. */
	after: string;
	pollMs: number;
	signal: AbortSignal;
	onReview(review: ReviewSummary): void;
	/** Called once when the gateway cannot be asked, and once when it can be again. */
	onLost(): void;
	onFound(): void;
}

/**
 * Until the signal. A gateway that goes away is waited for.
 * @throws HiveKeyError if the key is no longer taken
 */
export async function watchReviews({ admin, agent, after, pollMs, signal, onReview, onLost, onFound }: Watch): Promise<void> {
	let newest = after;
	let lost = false;
	while (!signal.aborted) {
		try {
			const fresh = await pendingAfter(admin, agent, newest, signal);
			if (lost) onFound();
			lost = false;
			for (const review of fresh) onReview(review);
			newest = fresh.at(-1)?.id ?? newest;
		} catch (error) {
			if (signal.aborted) return;
			if (!(error instanceof HiveKeyError) || error instanceof AuthenticationError || error instanceof MissingScopeError)
				throw error;
			if (!lost) onLost();
			lost = true;
		}
		await pause(pollMs, signal);
	}
}

/** Pending reviews that came after one, the oldest first. */
async function pendingAfter(
	admin: HiveKeyAdmin,
	agent: string | undefined,
	after: string,
	signal: AbortSignal,
): Promise<ReviewSummary[]> {
	const fresh: ReviewSummary[] = [];
	for await (const review of admin.reviews.list({ agent, order: "desc" }, { signal })) {
		if (review.id <= after) break;
		fresh.unshift(review);
	}
	return fresh;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			clearTimeout(timer);
			signal.removeEventListener("abort", done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		signal.addEventListener("abort", done, { once: true });
	});
}
