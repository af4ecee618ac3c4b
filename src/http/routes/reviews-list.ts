import * as z from "zod";
import { pageSchema } from "../../contract/admin.ts";
import { resourceNameSchema } from "../../contract/names.ts";
import { REVIEW_STATES, reviewSummarySchema } from "../../contract/review.ts";
import { endpoint } from "../endpoint.ts";
import { pageQuery } from "../page-query.ts";

export const listReviews = endpoint({
	method: "get",
	path: "/v1/reviews",
	summary: "Calls that wait for sign-off, or did, the oldest first",
	access: { scopes: ["review"] },
	query: pageQuery.extend({
		state: z.enum([...REVIEW_STATES, "all"]).default("pending"),
		agent: resourceNameSchema.optional(),
		order: z.enum(["asc", "desc"]).default("asc"),
	}),
	responses: { 200: pageSchema(reviewSummarySchema) },
	async handle(ports, { admin, query: { state, agent, ...page } }) {
		const wanted = { ...page, ...(state === "all" ? {} : { state }), ...(agent === undefined ? {} : { agent }) };
		return { status: 200, body: await ports.reviews.list(admin.key.workspace_id, wanted) };
	},
});
