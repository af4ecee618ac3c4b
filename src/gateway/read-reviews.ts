/** `GET /v1/reviews/{id}`: everything that will run, and why it is held. The ledger says how it stands, the list where to ask. */
import type { ReviewDetail } from "../contract/review.ts";
import { type HeldInputPorts, readHeldInput } from "./held-input.ts";
import type { Ledgers } from "./ports.ts";
import type { HeldCall, ReviewStore } from "./review-ports.ts";

export interface ReadReviewPorts extends HeldInputPorts {
	reviews: ReviewStore;
	ledgers: Ledgers;
}

export type ReviewRead =
	| { kind: "found"; review: ReviewDetail }
	| { kind: "not_found" }
	/** It is held, and what is held cannot be read: nobody can sign it as it is. */
	| { kind: "unreadable" };

export async function readReview(ports: ReadReviewPorts, workspaceId: string, reviewId: string): Promise<ReviewRead> {
	const listed = await ports.reviews.get(workspaceId, reviewId);
	if (!listed) return { kind: "not_found" };
	const held = await ports.ledgers.of(workspaceId, listed.agent_id).review(reviewId);
	if (!held) return { kind: "found", review: { ...listed.view, input: null, call: null } };
	const review = await reviewDetail(ports, workspaceId, held);
	return review.input === null && review.state === "pending" ? { kind: "unreadable" } : { kind: "found", review };
}

export async function reviewDetail(ports: HeldInputPorts, workspaceId: string, held: HeldCall): Promise<ReviewDetail> {
	const kept = await readHeldInput(ports, workspaceId, held);
	return { ...held.view, input: kept?.input ?? null, call: held.call };
}
