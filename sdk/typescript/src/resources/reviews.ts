/** Reviews: calls that wait for a person's sign-off. */
import { pathSegment, queryString } from "../address.ts";
import { answered, listed } from "../answered.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { Approval, Denial, ReviewDetail, ReviewQuery, ReviewSummary } from "../review-types.ts";
import type { CallOptions, Transport } from "../transport.ts";
import type { Answered } from "../types.ts";

/** An approval answers once the call has run: as long as the slowest action may take. */
const DECISION_TIMEOUT_MS = 120_000;

export class Reviews {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/** Calls that wait, the oldest first, unless the query says otherwise. */
	list(query: ReviewQuery = {}, options: CallOptions = {}): List<ReviewSummary> {
		const pathOf = (cursor: string | undefined) => `/v1/reviews${queryString({ ...query, cursor })}`;
		return listed<ReviewSummary>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/**
	 * One review, with everything that will run.
	 * @param id - `rev_…`
	 */
	get(id: string, options: CallOptions = {}): Promise<ReviewDetail & Answered> {
		return answered<ReviewDetail>(this.#transport, { method: "GET", path: reviewPath(id), ...options }, ["id", "digest"]);
	}

	/**
	 * Signs a held call off. What was shown under the digest runs, and nothing else. Never sent twice.
	 * @example
	 * const review = await admin.reviews.get(id);
	 * if (looksRight(review.input)) await admin.reviews.approve(id, { digest: review.digest });
	 * @throws ConflictError if it was decided already, or is not any more what was shown: nothing was approved then
	 */
	approve(id: string, approval: Approval, options: CallOptions = {}): Promise<ReviewDetail & Answered> {
		return this.#decide(id, "approve", approval, options);
	}

	/** Refuses a held call: it never runs. Never sent twice. */
	deny(id: string, denial: Denial = {}, options: CallOptions = {}): Promise<ReviewDetail & Answered> {
		return this.#decide(id, "deny", denial, options);
	}

	#decide(id: string, decision: "approve" | "deny", body: object, options: CallOptions): Promise<ReviewDetail & Answered> {
		const path = `${reviewPath(id)}/${decision}`;
		const request = { method: "POST", path, body: jsonText(body), timeoutMs: DECISION_TIMEOUT_MS, ...options } as const;
		return answered<ReviewDetail>(this.#transport, request, ["id", "state"]);
	}
}

function reviewPath(id: string): string {
	return `/v1/reviews/${pathSegment(id)}`;
}
