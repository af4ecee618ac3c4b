/** What reviewers send and are answered. Names of fields are the wire's own; the shapes are those of openapi.json. */
import type { PageQuery } from "./types.ts";
import type * as wire from "./wire.generated.ts";

/** A review as lists show it, and with everything that will run. */
export type { ReviewDetail, ReviewSummary } from "./wire.generated.ts";

/** `approved`: enough people have said yes, and the call is on its way; `released`: it has been let go. */
export type ReviewState = wire.ReviewSummary["state"];

export type ReviewDecision = wire.ReviewDetail["decisions"][number];

/** `digest` is that of what you have seen, `note` is for the log. */
export type Approval = wire.ApproveReview;

/** `reason` is for the agent and the log. */
export type Denial = wire.DenyReview;

/** Where people are told of reviews, and whether that arrives. */
export type { AppliedSink, Sink, SinkDocument } from "./wire.generated.ts";

export interface ReviewQuery extends PageQuery {
	/** Left out: `pending`. */
	state?: ReviewState | "all" | undefined;
	agent?: string | undefined;
	/** The oldest first (`asc`, the default) or the newest. */
	order?: "asc" | "desc" | undefined;
}
