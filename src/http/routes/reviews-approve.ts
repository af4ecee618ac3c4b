import * as z from "zod";
import { approveReviewSchema, reviewDetailSchema } from "../../contract/review.ts";
import { decideReview } from "../../gateway/decide-review.ts";
import { endpoint } from "../endpoint.ts";
import { answerDecision } from "../review-bodies.ts";

export const approveReviewRoute = endpoint({
	method: "post",
	path: "/v1/reviews/{id}/approve",
	summary: "Sign off a held call: what was shown under this digest runs, and nothing else",
	access: { scopes: ["review"] },
	params: z.object({ id: z.string() }),
	body: { schema: approveReviewSchema },
	responses: { 200: reviewDetailSchema },
	problems: ["not_found", "own_agent", "review_decided", "review_changed", "already_approved"],
	async handle(ports, { admin, params, body, keepAlive }) {
		const decision = { kind: "approve" as const, digest: body.digest };
		return answerDecision(await decideReview({ ...ports, keepAlive }, admin, params.id, decision, body.note ?? null));
	},
});
