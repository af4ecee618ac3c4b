/** The RoleTest document: what a role has to decide, case by case. Run by `hivekey role test`, with no network. */
import * as z from "zod";
import { REASON_CODES, type ReasonCode } from "./codes.ts";
import type { Json } from "./json.ts";
import { labelsSchema, resourceNameSchema } from "./names.ts";
import { POLICY_API_VERSION } from "./role-document.ts";
import { EFFECTS, type Effect } from "./verdict.ts";

export const GIVEN_WINDOWS = ["per_second", "per_minute", "per_hour", "per_day", "per_week", "per_month"] as const;

/** The keys of `given` that are whole words. */
export const GIVEN_KEYS: readonly string[] = [
	...GIVEN_WINDOWS.map((window) => `rate.${window}`),
	"time",
	"agent.name",
	"request.ip",
	"request.country",
];
/** Those with a word of the author's in them. */
export const GIVEN_LABEL = /^agent\.labels\.[a-z][a-z0-9-]{0,62}$/;
export const GIVEN_SUM = /^sum\..{1,240}\.per_(second|minute|hour|day|week|month)$/;

/** What a case takes as known besides the input: `{rate.per_day: 12, time: "2026-11-22T10:00:00Z"}`. */
export type Given = Record<string, string | number>;

const rate = { type: "integer", minimum: 1, description: "Calls in the window, this one included." };

/** The engine checks the keys by its own code for better words; the published schema says the same. */
const givenSchema = z.record(z.string(), z.unknown()).meta({
	properties: {
		...Object.fromEntries(GIVEN_WINDOWS.map((window) => [`rate.${window}`, rate])),
		time: { type: "string", description: "When the call is made (RFC 3339)." },
		"agent.name": { type: "string", minLength: 1 },
		"request.ip": { type: "string", minLength: 1 },
		"request.country": { type: "string", minLength: 1 },
	},
	patternProperties: {
		[GIVEN_LABEL.source]: { type: "string", description: "A label of the agent." },
		[GIVEN_SUM.source]: { type: "number", minimum: 0, description: "What the sum comes to, this call included." },
	},
	additionalProperties: false,
});

const expectSchema = z.strictObject({
	verdict: z.enum(EFFECTS),
	guard: resourceNameSchema.nullable().optional(),
	reason: z.string().nullable().optional(),
	reason_code: z.enum(REASON_CODES).nullable().optional(),
	detail: z.string().nullable().optional(),
});

/** What a verdict has to be. A key that is left out is not looked at; null means that there is none. */
export interface Expectation {
	verdict: Effect;
	guard?: string | null;
	reason?: string | null;
	reason_code?: ReasonCode | null;
	/** The short phrase of the guard that matched, as the log's DETAIL column has it. */
	detail?: string | null;
}

const caseSchema = z.strictObject({
	name: z.string().min(1).max(256),
	action: z.string().min(1).max(256),
	/** Anything that JSON can carry: a case may be about input that is refused. */
	input: z.unknown(),
	given: givenSchema.optional(),
	expect: expectSchema,
});

export interface RoleTestCase {
	name: string;
	action: string;
	input: Json;
	given?: Given;
	expect: Expectation;
}

export const roleTestDocumentSchema = z.strictObject({
	apiVersion: z.literal(POLICY_API_VERSION),
	kind: z.literal("RoleTest"),
	metadata: z.strictObject({
		name: resourceNameSchema,
		description: z.string().max(1_024).optional(),
		labels: labelsSchema.optional(),
	}),
	role: resourceNameSchema,
	cases: z.array(caseSchema).min(1),
});

export interface RoleTestDocument extends Omit<z.infer<typeof roleTestDocumentSchema>, "cases"> {
	cases: RoleTestCase[];
}

/** Every key that a document may have at a place, for suggestions: `cases[]` stands for each case. */
export const ROLE_TEST_KEYS: Readonly<Record<string, readonly string[]>> = {
	"": Object.keys(roleTestDocumentSchema.shape),
	metadata: ["name", "description", "labels"],
	"cases[]": Object.keys(caseSchema.shape),
	"cases[].expect": Object.keys(expectSchema.shape),
};
