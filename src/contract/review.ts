/** What reviewers send and are answered: held calls, what will run, and who decided. */
import * as z from "zod";
import { guardFactSchema } from "./audit-record.ts";
import { CALL_ERROR_CODES, REASON_CODES } from "./codes.ts";
import { CALL_STATES } from "./verdict.ts";

/** `approved`: enough people have said yes, and the call is on its way; `released`: it has been let go. */
export const REVIEW_STATES = ["pending", "approved", "released", "denied", "expired"] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

export const reviewSummarySchema = z
	.object({
		id: z.string(),
		state: z.enum(REVIEW_STATES),
		act_id: z.string(),
		agent: z.string(),
		action: z.string(),
		matched_guard: z.string().nullable(),
		reason: z.string(),
		reason_code: z.enum(REASON_CODES),
		fields: z.record(z.string(), z.unknown()).describe("The fields of the input that the log may show."),
		digest: z
			.string()
			.describe(
				"Of agent, action, input, binding and the guards that ask: an approval names it. Calls that would do the same have the same one.",
			),
		approvals: z.object({ wanted: z.number().int(), given: z.number().int() }),
		held_at: z.string(),
		expires_at: z.string(),
		decided_at: z.string().nullable(),
		decided_by: z.array(z.string()).describe("The owners of the keys that approved or denied it."),
	})
	.meta({ id: "ReviewSummary" });
export type ReviewSummary = z.infer<typeof reviewSummarySchema>;

export const reviewDecisionSchema = z.object({
	decision: z.enum(["approve", "deny"]),
	owner: z.string(),
	key_id: z.string(),
	note: z.string().nullable(),
	at: z.string(),
	counts: z
		.boolean()
		.describe("False for an approval of what the call was before it was decided afresh, or under a key revoked since."),
});
export type ReviewDecision = z.infer<typeof reviewDecisionSchema>;

/** All of a review but the input, which only the ledger has. */
export const reviewViewSchema = reviewSummarySchema.extend({
	guards: z.array(guardFactSchema).describe("Every guard that looked at the call, with the values that it saw."),
	binding: z.object({
		role: z.object({ name: z.string(), rev: z.number().int(), hash: z.string() }),
		labels: z.record(z.string(), z.string()),
		mailbox: z.string().nullable(),
	}),
	self_approval: z
		.enum(["allowed", "refused", "unless_alone"])
		.describe("Whether the owner whose key made the agent may approve; `unless_alone`: only where nobody else could."),
	decisions: z.array(reviewDecisionSchema),
	input_digest: z.string().nullable(),
	source_ip: z.string().nullable(),
});
export type ReviewView = z.infer<typeof reviewViewSchema>;

export const reviewDetailSchema = reviewViewSchema
	.extend({
		input: z
			.record(z.string(), z.unknown())
			.nullable()
			.describe("Everything that will run, in canonical form; null once the call is not held any more."),
		call: z
			.object({
				state: z.enum(CALL_STATES),
				error: z.object({ code: z.enum(CALL_ERROR_CODES), message: z.string() }).optional(),
			})
			.nullable()
			.describe("Where the call stands; null once the agent's ledger has forgotten it: the log knows."),
	})
	.meta({ id: "ReviewDetail" });
export type ReviewDetail = z.infer<typeof reviewDetailSchema>;

export const NOTE_MAX = 1_000;
const noteSchema = z.string().trim().min(1).max(NOTE_MAX);

export const approveReviewSchema = z
	.strictObject({
		digest: z
			.string()
			.regex(/^[0-9a-f]{64}$/, "send the review's digest as it was shown")
			.describe("Of what you have seen."),
		note: noteSchema.optional().describe("For the log."),
	})
	.meta({ id: "ApproveReview" });

export const denyReviewSchema = z
	.strictObject({ reason: noteSchema.optional().describe("For the agent and the log.") })
	.meta({ id: "DenyReview" });
