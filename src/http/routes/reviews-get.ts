import * as z from "zod";
import { reviewDetailSchema } from "../../contract/review.ts";
import { readReview } from "../../gateway/read-reviews.ts";
import { endpoint } from "../endpoint.ts";
import { NO_REVIEW } from "../review-bodies.ts";

export const getReview = endpoint({
	method: "get",
	path: "/v1/reviews/{id}",
	summary: "One review, with everything that will run",
	access: { scopes: ["review"] },
	params: z.object({ id: z.string() }),
	responses: { 200: reviewDetailSchema },
	problems: ["not_found", "unavailable"],
	async handle(ports, { admin, params }) {
		const read = await readReview(ports, admin.key.workspace_id, params.id);
		if (read.kind === "not_found") return NO_REVIEW;
		if (read.kind === "unreadable")
			return { problem: "unavailable", detail: "the input that is held cannot be read now: it can be denied, not approved" };
		return { status: 200, body: read.review };
	},
});
