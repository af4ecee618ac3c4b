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
	/** Conditions of one guard, each `use` counted with all that it stands for. */
	conditionsPerGuard: 1_024,
	patternCharacters: 256,
	celCharacters: 4_096,
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
const textsSchema = z.array(textSchema).min(1);
const scalarsSchema = z.array(scalarSchema).min(1);
const fieldTextSchema = z.string().min(1).max(ROLE_LIMITS.patternCharacters);

/** The other side of a comparison, read out of the same call. */
const fieldOperandSchema = z.strictObject({ field: fieldTextSchema });
/** A list by its name: of the role's `lists`, else a List document. */
const listOperandSchema = z.strictObject({ list: resourceNameSchema });

const one = <T extends z.ZodType>(constant: T) => z.union([constant, fieldOperandSchema]);
const many = <T extends z.ZodType>(constants: T) => z.union([constants, listOperandSchema, fieldOperandSchema]);

/** The operators, each with the operands that it takes. */
export const OPERATOR_SCHEMAS = {
	eq: one(scalarSchema),
	ne: one(scalarSchema),
	in: many(scalarsSchema),
	not_in: many(scalarsSchema),
	lt: one(numberSchema),
	lte: one(numberSchema),
	gt: one(numberSchema),
	gte: one(numberSchema),
	between: z.tuple([numberSchema, numberSchema]),
	exists: z.boolean(),
	starts_with: many(z.union([textSchema, textsSchema])),
	ends_with: many(z.union([textSchema, textsSchema])),
	contains: one(scalarSchema),
	not_contains: one(scalarSchema),
	contains_any: many(scalarsSchema),
	contains_all: many(scalarsSchema),
	glob: textSchema.max(ROLE_LIMITS.patternCharacters),
	matches: textSchema.max(ROLE_LIMITS.patternCharacters),
	before: one(textSchema),
	after: one(textSchema),
	cidr: z.union([textSchema, textsSchema, listOperandSchema]),
	not_cidr: z.union([textSchema, textsSchema, listOperandSchema]),
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
	"matches",
];

/** The keys of a test besides its operator. */
const testKeys = {
	field: fieldTextSchema,
	default: z.union([scalarSchema, z.array(scalarSchema)]).optional(),
	allow_empty: z.boolean().optional(),
	match: z.enum(["all", "any"]).optional(),
};
const foldingKeys = { ci: z.boolean().optional() };
/** Of `rate.*` and `sum.*`: counted for each value of a field, or for all agents of the role together. */
const countingKeys = { by: fieldTextSchema.optional() };
export const TEST_KEYS = [...Object.keys(testKeys), ...Object.keys(foldingKeys), ...Object.keys(countingKeys)];

/** The operators that may stand on a counter. */
export const COUNTING_OPERATORS: readonly string[] = ["eq", "ne", "in", "not_in", "lt", "lte", "gt", "gte", "between"];

const testSchemas = (Object.keys(OPERATOR_SCHEMAS) as (keyof typeof OPERATOR_SCHEMAS)[]).map((operator) =>
	z.strictObject({
		...testKeys,
		...(FOLDING_OPERATORS.includes(operator) ? foldingKeys : {}),
		...(COUNTING_OPERATORS.includes(operator) ? countingKeys : {}),
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
	by?: string;
	[operator: string]: unknown;
}

/** How a condition holds for the elements of a list of objects. */
export const QUANTIFIERS = ["every", "some", "none"] as const;
export type Quantifier = (typeof QUANTIFIERS)[number];

/** A condition on each element of a list; fields in it are the element's. */
export interface QuantifiedDocument {
	field: string;
	allow_empty?: boolean;
	every?: ConditionDocument;
	some?: ConditionDocument;
	none?: ConditionDocument;
}

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** `mon`, `mon-fri`, `mon-wed, fri`. */
export const DAYS =
	/^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?(, ?(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?)*$/;
/** `09:00`, up to `24:00`. */
export const TIME_OF_DAY = /^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/;

/** A window of time in the role's zone. One that ends before it begins goes on over midnight, and belongs to the day it began. */
export const duringSchema = z.strictObject({
	days: z.union([z.string().regex(DAYS), z.array(z.string().regex(DAYS)).min(1)]).optional(),
	from: z.string().regex(TIME_OF_DAY).optional(),
	to: z.string().regex(TIME_OF_DAY).optional(),
});
export type DuringDocument = z.infer<typeof duringSchema>;

export type ConditionDocument =
	| { all: ConditionDocument[] }
	| { any: ConditionDocument[] }
	| { not: ConditionDocument }
	| { use: string }
	| { cel: string }
	| { during: DuringDocument }
	| QuantifiedDocument
	| TestDocument;

export const conditionSchema: z.ZodType<ConditionDocument> = z
	.lazy(() =>
		z.union([
			z.strictObject({ all: z.array(conditionSchema).min(1) }),
			z.strictObject({ any: z.array(conditionSchema).min(1) }),
			z.strictObject({ not: conditionSchema }),
			z.strictObject({ use: resourceNameSchema }),
			z.strictObject({ cel: z.string().min(1).max(ROLE_LIMITS.celCharacters) }),
			z.strictObject({ during: duringSchema }),
			...QUANTIFIERS.map((quantifier) =>
				z.strictObject({ field: fieldTextSchema, allow_empty: z.boolean().optional(), [quantifier]: conditionSchema }),
			),
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
	self_approval: z.boolean().optional(),
});
export type ReviewTerms = z.infer<typeof reviewTermsSchema>;
export const DEFAULT_REVIEW_TERMS: ReviewTerms = { approvals: 1, expires: "24h" };

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
		/** Conditions by name, taken by `use`. */
		let: z.record(resourceNameSchema, condition).optional(),
		/** Lists by name. */
		lists: z.record(resourceNameSchema, scalarsSchema).optional(),
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
	"": ["apiVersion", "kind", "metadata", "scope", "timezone", "let", "lists", "guards"],
	metadata: ["name", "description", "labels"],
	scope: ["allow", "deny"],
	"guards[]": [...Object.keys(guardSchema.shape)],
	"guards[].review": Object.keys(reviewTermsSchema.shape),
};
