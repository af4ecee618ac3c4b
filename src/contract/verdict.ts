/** What an agent is answered: the body of a call at every stage. Keys stand in the order in which they are sent. */
import * as z from "zod";
import { CALL_ERROR_CODES, REASON_CODES } from "./codes.ts";

export const EFFECTS = ["allow", "review", "deny"] as const;
/** From the laxest to the strictest: allow, review, deny. */
export type Effect = (typeof EFFECTS)[number];

export const CALL_STATES = ["pending", "running", "executed", "denied", "expired", "failed", "unknown"] as const;
export type CallState = (typeof CALL_STATES)[number];

const head = { id: z.string(), action: z.string() };

export const allowBodySchema = z
	.object({
		...head,
		verdict: z.literal("allow"),
		matched_guard: z.string().nullable(),
		agent: z.string(),
		result: z.unknown(),
	})
	.meta({ id: "Allowed" });
export type AllowBody = z.infer<typeof allowBodySchema>;

export const denyBodySchema = z
	.object({
		...head,
		verdict: z.literal("deny"),
		matched_guard: z.string().nullable(),
		reason: z.string(),
		logged: z.literal(true),
		reason_code: z.enum(REASON_CODES),
		agent: z.string(),
		retryable: z.boolean(),
		approvable: z.boolean(),
		retry_at: z.string().optional().describe("When the same call would pass, where waiting helps."),
	})
	.meta({ id: "Denied" });
export type DenyBody = z.infer<typeof denyBodySchema>;

export const reviewSchema = z.object({
	id: z.string(),
	state: z.enum(["pending", "released", "denied", "expired"]),
	expires_at: z.string(),
	poll: z.string(),
});

export const reviewBodySchema = z
	.object({
		...head,
		verdict: z.literal("review"),
		matched_guard: z.string().nullable(),
		reason_code: z.enum(REASON_CODES),
		reason: z.string(),
		agent: z.string(),
		logged: z.literal(true),
		review: reviewSchema,
	})
	.meta({ id: "Held" });
export type ReviewBody = z.infer<typeof reviewBodySchema>;

export const callErrorSchema = z.object({
	code: z.enum(CALL_ERROR_CODES),
	message: z.string(),
	upstream_status: z.number().int().nullable(),
	upstream_body: z.unknown().optional().describe("What the upstream said of it, where the connector lets agents see that."),
});
export type CallError = z.infer<typeof callErrorSchema>;

/** Where a call stands: `GET /v1/calls/{id}`, and the 502 and 504 of an action. */
export const callBodySchema = z
	.object({
		...head,
		verdict: z.enum(EFFECTS),
		matched_guard: z.string().nullable(),
		reason: z.string().optional(),
		reason_code: z.enum(REASON_CODES).optional(),
		agent: z.string(),
		state: z.enum(CALL_STATES),
		result: z.unknown().optional(),
		error: callErrorSchema.optional(),
		review: reviewSchema.optional(),
	})
	.meta({ id: "Call" });
export type CallBody = z.infer<typeof callBodySchema>;

export const visibleActionSchema = z
	.object({ name: z.string(), description: z.string(), input_schema: z.record(z.string(), z.unknown()) })
	.meta({ id: "VisibleAction" });
export type VisibleAction = z.infer<typeof visibleActionSchema>;
