/**
 * One record of the log. `RECORD_KEYS` is the order in which the keys stand in the stored bytes; what is absent is left out.
 * The bytes, not the parsed object, are what is hashed and chained.
 */
import * as z from "zod";
import { REASON_CODES } from "./codes.ts";
import { EFFECTS } from "./verdict.ts";

export const RECORD_VERSION = 1;
/** The most that a record may take, in UTF-8 bytes, sequence number and hash included. */
export const RECORD_MAX_BYTES = 16_384;
/** `prev` of the first record. */
export const FIRST_PREV = "0".repeat(64);

export const RECORD_STATES = [
	"intent",
	"held",
	"released",
	"started",
	"executed",
	"closed",
	"aborted",
	"failed",
	"unknown",
	"denied",
	"expired",
	"done",
] as const;
export type RecordState = (typeof RECORD_STATES)[number];

/** What one guard made of one call: which way it went, and the values that it saw. */
export const guardFactSchema = z.object({
	guard: z.string(),
	when: z.boolean().nullable().describe("Whether `when` held; null is indeterminate."),
	took: z.enum(EFFECTS).describe("What the guard asked for."),
	saw: z
		.record(z.string(), z.unknown())
		.describe("Field -> the values seen. A field kept off the log shows `{type, length, digest}`."),
	detail: z
		.string()
		.optional()
		.describe("The short phrase for the log's DETAIL column; there when the guard did not simply let the call pass."),
	shadow: z.literal(true).optional(),
});
export type GuardFact = z.infer<typeof guardFactSchema>;

export const auditRecordSchema = z
	.object({
		v: z.literal(RECORD_VERSION),
		seq: z.number().int().min(1),
		prev: z.string(),
		event_id: z.string(),
		time: z.string(),
		kind: z.enum(["action", "admin"]),
		workspace: z.string(),
		agent: z.string().optional().describe("The agent's name; of an administrative act, the agent that it is about."),
		token_id: z.string().optional().describe("The token or key that was used."),
		act_id: z.string(),
		action: z.string().describe("The action; of an administrative act its own name, such as `role.apply`."),
		state: z.enum(RECORD_STATES),
		verdict: z.enum(EFFECTS).optional(),
		matched_guard: z.string().optional(),
		reason_code: z.enum(REASON_CODES).optional(),
		reason: z.string().optional(),
		role: z.object({ name: z.string(), rev: z.number().int(), hash: z.string() }).optional(),
		facts: z.array(guardFactSchema).optional(),
		fields: z.record(z.string(), z.unknown()).optional(),
		input_digest: z.string().optional(),
		idempotency_key: z.string().optional(),
		request_id: z.string().optional(),
		source_ip: z.string().optional(),
		upstream_status: z.number().int().optional(),
		duration_ms: z.number().optional(),
	})
	.meta({ id: "AuditRecord" });
export type AuditRecord = z.infer<typeof auditRecordSchema>;

export const RECORD_KEYS = Object.keys(auditRecordSchema.shape) as (keyof AuditRecord)[];

/** A record before the log gave it its place. */
export type UnsequencedRecord = Omit<AuditRecord, "v" | "seq" | "prev">;
