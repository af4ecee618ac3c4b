/** The Role document: what people write, in YAML or JSON. The published JSON Schema is generated from these. */
import * as z from "zod";
import { labelsSchema, resourceNameSchema } from "./names.ts";
import { EFFECTS, type Effect } from "./verdict.ts";

export const POLICY_API_VERSION = "policy.hivekey.ai/v1";

/** Limits of a role's source, each named in the error that it causes. */
export const ROLE_LIMITS = {
	sourceBytes: 262_144,
	guards: 256,
	guardsPerAction: 64,
	conditionDepth: 16,
	patternCharacters: 256,
} as const;

/** An exact action, or a pattern in which `*` stands for one segment and `**` for one or more. */
export const ACTION_PATTERN = /^(\*\*?|[a-z][a-z0-9_-]*)(\.(\*\*?|[A-Za-z0-9_-]+))*$/;

export const actionPatternSchema = z
	.string()
	.max(ROLE_LIMITS.patternCharacters)
	.regex(ACTION_PATTERN, "an action such as mail.send, or a pattern such as crm.ticket.*");

const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const numberSchema = z.number();
const textSchema = z.string().min(1);
const textsSchema = z.union([textSchema, z.array(textSchema).min(1)]);

/** The operators, each with the operands that it takes. */
export const OPERATOR_SCHEMAS = {
	eq: scalarSchema,
	ne: scalarSchema,
	in: z.array(scalarSchema).min(1),
	not_in: z.array(scalarSchema).min(1),
	lt: numberSchema,
	lte: numberSchema,
	gt: numberSchema,
	gte: numberSchema,
	between: z.tuple([numberSchema, numberSchema]),
	exists: z.boolean(),
	starts_with: textsSchema,
	ends_with: textsSchema,
	contains: scalarSchema,
	not_contains: scalarSchema,
	contains_any: z.array(scalarSchema).min(1),
	contains_all: z.array(scalarSchema).min(1),
	glob: textSchema.max(ROLE_LIMITS.patternCharacters),
	before: textSchema,
	after: textSchema,
	cidr: textsSchema,
	not_cidr: textsSchema,
} as const;

/** The operators beside which `ci: true` folds case. */
export const FOLDING_OPERATORS: readonly string[] = [
	"eq",
	"ne",
	"in",
	"not_in",
	"starts_with",
	"ends_with",
	"contains",
	"not_contains",
	"contains_any",
	"contains_all",
	"glob",
];

/** The keys of a test besides its operator. */
const testKeys = {
	field: z.string().min(1).max(ROLE_LIMITS.patternCharacters),
	default: z.union([scalarSchema, z.array(scalarSchema)]).optional(),
	allow_empty: z.boolean().optional(),
	match: z.enum(["all", "any"]).optional(),
};
const foldingKeys = { ci: z.boolean().optional() };
export const TEST_KEYS = [...Object.keys(testKeys), ...Object.keys(foldingKeys)];

const testSchemas = (Object.keys(OPERATOR_SCHEMAS) as (keyof typeof OPERATOR_SCHEMAS)[]).map((operator) =>
	z.strictObject({
		...testKeys,
		...(FOLDING_OPERATORS.includes(operator) ? foldingKeys : {}),
		[operator]: OPERATOR_SCHEMAS[operator],
	}),
);

export type Scalar = string | number | boolean | null;

/** One operator on one field. */
export interface TestDocument {
	field: string;
	default?: Scalar | Scalar[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	[operator: string]: unknown;
}

export type ConditionDocument =
	| { all: ConditionDocument[] }
	| { any: ConditionDocument[] }
	| { not: ConditionDocument }
	| TestDocument;

export const conditionSchema: z.ZodType<ConditionDocument> = z
	.lazy(() =>
		z.union([
			z.strictObject({ all: z.array(conditionSchema).min(1) }),
			z.strictObject({ any: z.array(conditionSchema).min(1) }),
			z.strictObject({ not: conditionSchema }),
			...testSchemas,
		]),
	)
	.meta({ id: "Condition" }) as z.ZodType<ConditionDocument>;

/** `30m`, `24h`, `7d`. */
export const DURATION = /^([1-9][0-9]{0,5})([smhd])$/;

/** Milliseconds in a duration; null if the text is none. */
export function durationMs(text: string): number | null {
	const match = DURATION.exec(text);
	if (match === null) return null;
	const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] as "s" | "m" | "h" | "d"];
	return Number(match[1]) * unit;
}

const REVIEW_MIN_MS = 60_000;
const REVIEW_MAX_MS = 30 * 86_400_000;

export const reviewTermsSchema = z.strictObject({
	approvals: z.number().int().min(1).max(16).default(1),
	expires: z
		.string()
		.regex(DURATION, "a duration looks like 30m, 24h or 7d")
		.refine((text) => {
			const ms = durationMs(text);
			return ms === null || (ms >= REVIEW_MIN_MS && ms <= REVIEW_MAX_MS);
		}, "a review is open for at least 1m and at most 30d")
		.default("24h"),
	self_approval: z.boolean().default(false),
});
export type ReviewTerms = z.infer<typeof reviewTermsSchema>;
export const DEFAULT_REVIEW_TERMS: ReviewTerms = { approvals: 1, expires: "24h", self_approval: false };

/** What a guard takes where its author does not say: the opposite of its effect. */
export function defaultOtherwise(effect: Effect): Effect {
	return effect === "allow" ? "deny" : "allow";
}

const guardKeys = {
	id: resourceNameSchema,
	action: z.union([actionPatternSchema, z.array(actionPatternSchema).min(1)]),
	effect: z.enum(EFFECTS).default("allow"),
	otherwise: z.enum(EFFECTS).optional(),
	reason: z.string().min(1).max(512).optional(),
	mode: z.enum(["enforce", "shadow"]).default("enforce"),
	review: reviewTermsSchema.optional(),
};

export const guardSchema = z.strictObject({
	...guardKeys,
	/** Left out, it always holds. */
	when: conditionSchema.optional(),
});
export type GuardDocument = z.infer<typeof guardSchema>;

/** A role whose conditions are checked by `condition`. */
export function roleDocumentWith<T extends z.ZodType>(condition: T) {
	return z.strictObject({
		apiVersion: z.literal(POLICY_API_VERSION),
		kind: z.literal("Role"),
		metadata: z.strictObject({
			name: resourceNameSchema,
			description: z.string().max(1_024).optional(),
			labels: labelsSchema.optional(),
		}),
		scope: z.strictObject({
			allow: z.array(actionPatternSchema),
			deny: z.array(actionPatternSchema).optional(),
		}),
		timezone: z.string().min(1).max(64).default("UTC"),
		guards: z
			.array(z.strictObject({ ...guardKeys, when: condition.optional() }))
			.max(ROLE_LIMITS.guards)
			.default([]),
	});
}

export const roleDocumentSchema = roleDocumentWith(conditionSchema).meta({ id: "RoleDocument" });
export type RoleDocument = z.infer<typeof roleDocumentSchema>;

/** The same without a look at the conditions, which the policy engine checks by its own registries for better words. */
export const roleShapeSchema = roleDocumentWith(z.custom<ConditionDocument>(() => true));

/** Every key that a document may have at a place, for suggestions: `guards[]` stands for each guard. */
export const ROLE_KEYS: Readonly<Record<string, readonly string[]>> = {
	"": ["apiVersion", "kind", "metadata", "scope", "timezone", "guards"],
	metadata: ["name", "description", "labels"],
	scope: ["allow", "deny"],
	"guards[]": [...Object.keys(guardSchema.shape)],
	"guards[].review": Object.keys(reviewTermsSchema.shape),
};
