import * as z from "zod";
import { denyReviewSchema, reviewDetailSchema } from "../../contract/review.ts";
import { decideReview } from "../../gateway/decide-review.ts";
import { endpoint } from "../endpoint.ts";
import { answerDecision } from "../review-bodies.ts";

export const denyReviewRoute = endpoint({
	method: "post",
	path: "/v1/reviews/{id}/deny",
	summary: "Refuse a held call: it never runs",
	access: { scopes: ["review"] },
	params: z.object({ id: z.string() }),
	body: { schema: denyReviewSchema },
	responses: { 200: reviewDetailSchema },
	problems: ["not_found", "review_decided"],
	async handle(ports, { admin, params, body, keepAlive }) {
		const taken = await decideReview({ ...ports, keepAlive }, admin, params.id, { kind: "deny" }, body.reason ?? null);
		return answerDecision(taken);
	},
});
