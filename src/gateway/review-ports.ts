/** What signing off needs of the world: the ledger's turns on held calls, and the list of them in D1. */
import type { Page } from "../contract/admin.ts";
import type { ReviewDetail, ReviewState, ReviewSummary, ReviewView } from "../contract/review.ts";
import type { Decision, Verdict } from "../policy/decision.ts";
import type { Binding, PageRequest } from "./ports.ts";
import type { OwnedKey } from "./reviewers.ts";

/** A call that is or was held, as its agent's ledger knows it. */
export interface HeldCall {
	view: ReviewView;
	call: ReviewDetail["call"];
	/** The binding that is in force now, whatever it was when the call was held. */
	binding: Binding;
	/** The canonical input, or the R2 key of a large one; both null once it is not held any more. */
	input: string | null;
	input_key: string | null;
	/** What was known of the request that made the call. */
	request: { ip: string | undefined; country: string | undefined };
}

/** Who decides, and what is known of them that only D1 knows. */
export interface Reviewer {
	key_id: string;
	owner: string;
	/** Whom the key counts as: the owner of the key at the beginning of the chain that made it. */
	principal: string;
	/** Whether that is also who made the agent. */
	is_maker: boolean;
	/** Whether somebody else could decide. */
	others: boolean;
	/** Keys that approved earlier and have been revoked since. */
	revoked_keys: string[];
	request_id: string;
	source_ip: string | undefined;
}

export interface DecideRequest {
	review_id: string;
	/** An approval names the digest of what its reviewer saw. */
	decision: { kind: "approve"; digest: string } | { kind: "deny" };
	note: string | null;
	by: Reviewer;
}

export type ReviewDecided =
	| { kind: "not_found" }
	/** It is not pending any more: nothing changed. */
	| { kind: "over"; state: ReviewState }
	/** What binds the agent is not what was shown: nothing was approved. */
	| { kind: "binding_changed"; differences: Difference[] }
	/** The digest is not that of what is held. */
	| { kind: "not_what_is_held" }
	| { kind: "own_agent" }
	| { kind: "already_approved" }
	/** Noted, and more approvals are wanted. */
	| { kind: "counted" }
	| { kind: "approved" }
	| { kind: "denied" };

/** One part of a binding that changed, in words. */
export interface Difference {
	what: "agent" | "role" | "labels" | "mailbox";
	before: string;
	after: string;
}

export interface ReleaseRequest {
	review_id: string;
	/** Made for this one attempt: the same one again is answered the same, another one finds the call gone. */
	release_id: string;
	/** The epoch of the binding that the decision was made on. */
	epoch: number;
	/** The digest of what was held when it was made. */
	digest: string;
	decision: Decision;
	time_limit_ms: number;
}

export type Released =
	| { kind: "not_found" }
	/** Somebody else has released it, or it has ended; or it is pending and nothing has changed. */
	| { kind: "over"; state: ReviewState }
	| { kind: "stale" }
	/** What the decision needs does not answer: the call stays as it is. */
	| { kind: "unavailable"; why: string }
	/** Decided again, and denied: the call has ended. */
	| { kind: "denied"; verdict: Verdict }
	/** Decided again, and a guard asks that nobody has approved: it is pending, and wants a fresh look. */
	| { kind: "held" }
	/** To be carried out now, by whoever asked, and by nobody else. */
	| { kind: "released"; act_id: string; matched_guard: string | null };

/** The ledger's turns on held calls. */
export interface ReviewLedger {
	review(reviewId: string): Promise<HeldCall | null>;
	/** Makes a decision durable. Not idempotent by itself: a second one finds the first. */
	decideReview(request: DecideRequest): Promise<ReviewDecided>;
	/** Decides a held call again and lets it go, once. Idempotent by release id. */
	release(request: ReleaseRequest): Promise<Released>;
}

/** A review as the list in D1 keeps it; a higher version replaces a lower one, never the other way round. */
export interface ListedReview {
	workspace_id: string;
	agent_id: string;
	version: number;
	view: ReviewView;
}

export interface ReviewQuery extends PageRequest {
	/** Left out: all. */
	state?: ReviewState;
	agent?: string;
	order: "asc" | "desc";
}

export interface ReviewStore {
	list(workspaceId: string, query: ReviewQuery): Promise<Page<ReviewSummary>>;
	get(workspaceId: string, reviewId: string): Promise<ListedReview | null>;
	/**
	 * Writes with them what sinks are to be told, and answers how many notices that is.
	 * @param now - milliseconds since 1970
	 */
	put(reviews: ListedReview[], now: number): Promise<number>;
	/** All keys of the workspace, the revoked ones too: who made which. */
	keys(workspaceId: string): Promise<OwnedKey[]>;
	/** The key that made an agent; null where nobody knows. */
	agentMaker(workspaceId: string, agentId: string): Promise<string | null>;
}
