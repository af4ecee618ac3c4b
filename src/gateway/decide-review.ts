/** `POST /v1/reviews/{id}/approve|deny`: a person's word, made durable before anything follows from it. */
import type { ReviewDetail, ReviewState } from "../contract/review.ts";
import type { Administrator } from "./administrator.ts";
import type { Ledger } from "./ports.ts";
import { type ReadReviewPorts, reviewDetail } from "./read-reviews.ts";
import { type CallReleased, type ReleasePorts, releaseCall } from "./release-call.ts";
import type { DecideRequest, Difference, HeldCall, ReviewDecided } from "./review-ports.ts";
import { reviewerFacts } from "./reviewers.ts";

export type DecideReviewPorts = ReadReviewPorts & ReleasePorts;

export type DecisionTaken =
	| { kind: "decided"; review: ReviewDetail }
	| { kind: "not_found" }
	| { kind: "over"; state: ReviewState }
	/** The call was decided afresh, for what binds the agent has changed, or for what a guard says now. */
	| { kind: "afresh"; differences: Difference[]; became: CallReleased }
	| Extract<ReviewDecided, { kind: "not_what_is_held" | "own_agent" | "already_approved" }>;

export async function decideReview(
	ports: DecideReviewPorts,
	by: Administrator,
	reviewId: string,
	decision: DecideRequest["decision"],
	note: string | null,
): Promise<DecisionTaken> {
	const workspaceId = by.key.workspace_id;
	const listed = await ports.reviews.get(workspaceId, reviewId);
	if (!listed) return { kind: "not_found" };
	const ledger = ports.ledgers.of(workspaceId, listed.agent_id);
	const [keys, made_by] = await Promise.all([
		ports.reviews.keys(workspaceId),
		ports.reviews.agentMaker(workspaceId, listed.agent_id),
	]);
	const decided = await ledger.decideReview({
		review_id: reviewId,
		decision,
		note,
		by: {
			key_id: by.key.id,
			owner: by.key.owner,
			...reviewerFacts(keys, by.key.id, made_by),
			request_id: by.requestId,
			source_ip: by.sourceIp,
		},
	});
	switch (decided.kind) {
		case "not_found":
			// The ledger forgets what ended a week ago.
			return { kind: "over", state: listed.view.state };
		case "over":
		case "not_what_is_held":
		case "own_agent":
		case "already_approved":
			return decided;
		case "binding_changed":
			return {
				kind: "afresh",
				differences: decided.differences,
				became: await releaseCall(ports, workspaceId, listed.agent_id, reviewId),
			};
		case "counted":
		case "denied":
			return { kind: "decided", review: await detailOf(ports, ledger, workspaceId, reviewId) };
		case "approved": {
			const became = await carryOut(ports, workspaceId, listed.agent_id, reviewId);
			if (became?.kind === "held" || became?.kind === "denied") return { kind: "afresh", differences: [], became };
			return { kind: "decided", review: await detailOf(ports, ledger, workspaceId, reviewId) };
		}
	}
}

/** The approval is durable: where letting go fails now, the ledger sees to it. */
async function carryOut(
	ports: DecideReviewPorts,
	workspaceId: string,
	agentId: string,
	reviewId: string,
): Promise<CallReleased | null> {
	try {
		return await releaseCall(ports, workspaceId, agentId, reviewId);
	} catch (error) {
		ports.log("release_failed", { review: reviewId, error: error instanceof Error ? error.name : typeof error });
		return null;
	}
}

async function detailOf(ports: DecideReviewPorts, ledger: Ledger, workspaceId: string, reviewId: string): Promise<ReviewDetail> {
	const held: HeldCall | null = await ledger.review(reviewId);
	if (!held) throw new Error("a review that was just decided is gone");
	return reviewDetail(ports, workspaceId, held);
}
