/** The Connector document: an HTTP API as actions that roles can grant. The published JSON Schema is generated from these. */
import * as z from "zod";
import type { JsonObject } from "./json.ts";
import { actionNameSchema, labelsSchema, resourceNameSchema } from "./names.ts";
import { DURATION, durationMs, POLICY_API_VERSION } from "./role-document.ts";

/** Limits of a connector, each named in the error that it causes. */
export const CONNECTOR_LIMITS = {
	sourceBytes: 8_388_608,
	/** All values of a document, those in its schemas too. */
	values: 500_000,
	actions: 2_000,
	/** One action as canonical JSON: a row of its own holds it. */
	actionBytes: 262_144,
	pathCharacters: 1_024,
	timeLimitMs: 300_000,
	responseBytes: 16_777_216,
	retries: 5,
	concurrency: 1_000,
} as const;

/** What stands where a document leaves it out. */
export const CONNECTOR_DEFAULTS = {
	timeLimitMs: 30_000,
	responseBytes: 1_048_576,
	concurrency: 64,
	breaker: { failures: 20, openMs: 30_000 },
} as const;

export const HTTP_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];
/** The methods that do the same when they are sent twice (RFC 9110, 9.2.2). */
export const IDEMPOTENT_METHODS: readonly HttpMethod[] = ["GET", "HEAD", "PUT", "DELETE"];

/** A header's name (RFC 9110, 5.1), written in lower case on the wire. */
const headerNameSchema = z
	.string()
	.max(128)
	.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "a header's name has letters, digits and hyphens");
/** A constant header's value: visible ASCII with blanks inside, no line ends. */
const headerValueSchema = z
	.string()
	.max(4_096)
	.regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, "a header's value is plain ASCII on one line");
const parameterNameSchema = z.string().min(1).max(256);
const fieldNameSchema = z.string().min(1).max(128);
const scalarSchema = z.union([z.string().max(4_096), z.number(), z.boolean()]);

const durationOf = (most: number, words: string) =>
	z
		.string()
		.regex(DURATION, "a duration looks like 15s or 2m")
		.refine((text) => {
			const ms = durationMs(text);
			return ms === null || ms <= most;
		}, words);
const timeLimitSchema = durationOf(CONNECTOR_LIMITS.timeLimitMs, "a call takes at most 5m");

const secret = { secret: resourceNameSchema };

/** How the upstream is shown who calls: one of these. Secrets are named, never written. */
export const connectorAuthSchema = z
	.strictObject({
		bearer: z.strictObject(secret).optional(),
		header: z.strictObject({ name: headerNameSchema, ...secret, prefix: z.string().max(64).optional() }).optional(),
		basic: z
			.strictObject({
				username: z
					.string()
					.max(256)
					.regex(/^[ -9;-~]*$/, "a user name is plain ASCII without a colon"),
				...secret,
			})
			.optional(),
		query: z.strictObject({ name: parameterNameSchema, ...secret }).optional(),
		oauth2: z
			.strictObject({
				token_url: z.string().max(2_048),
				client_id: z.string().min(1).max(512),
				...secret,
				scopes: z.array(z.string().min(1).max(256)).max(64).optional(),
				audience: z.string().min(1).max(2_048).optional(),
			})
			.optional(),
	})
	.refine(
		(auth) => Object.values(auth).filter((one) => one !== undefined).length === 1,
		"one of bearer, header, basic, query, oauth2",
	)
	.meta({ minProperties: 1, maxProperties: 1 });
export type ConnectorAuth = z.infer<typeof connectorAuthSchema>;

export const ERROR_STYLES = ["generic", "openai", "stripe", "github"] as const;
export type ErrorStyle = (typeof ERROR_STYLES)[number];

/** `fields` and `hide` are paths into the answer: `id`, `owner.login`, `items[].id`. */
const answerPathSchema = z
	.string()
	.max(512)
	.regex(
		/^[^.[\]]+(\[\])*(\.[^.[\]]+(\[\])*)*$|^(\[\])+(\.[^.[\]]+(\[\])*)*$/,
		"a path looks like id, owner.login or items[].id",
	);

export const connectorResponseSchema = z.strictObject({
	max_bytes: z.number().int().min(1).max(CONNECTOR_LIMITS.responseBytes).optional(),
	/** Only these parts of a JSON answer. */
	fields: z.array(answerPathSchema).min(1).max(512).optional(),
	/** All but these. */
	hide: z.array(answerPathSchema).min(1).max(512).optional(),
	/** Headers of the answer that the agent sees: the result is then `{status, headers, body}`. */
	headers: z.array(headerNameSchema).min(1).max(32).optional(),
});

export const connectorHttpSchema = z.strictObject({
	base_url: z.string().max(2_048),
	auth: connectorAuthSchema.optional(),
	/** Sent with every call, as they stand here. */
	headers: z.record(headerNameSchema, headerValueSchema).optional(),
	time_limit: timeLimitSchema.optional(),
	response: connectorResponseSchema.pick({ max_bytes: true, headers: true }).optional(),
	/** How many calls run at once. */
	concurrency: z.number().int().min(1).max(CONNECTOR_LIMITS.concurrency).optional(),
	breaker: z
		.strictObject({
			failures: z.number().int().min(1).max(10_000),
			open_for: durationOf(3_600_000, "at most 1h"),
		})
		.optional(),
	proxy: z
		.strictObject({
			enabled: z.boolean(),
			error_style: z.enum(ERROR_STYLES).default("generic"),
			/** Where the upstream's SDK puts its key, if that is not Authorization. */
			token_header: headerNameSchema.optional(),
		})
		.optional(),
});
export type ConnectorHttp = z.infer<typeof connectorHttpSchema>;

export const LIST_STYLES = ["repeat", "comma", "brackets"] as const;
/** How a list stands in a query: `id=1&id=2`, `id=1,2`, `id[]=1&id[]=2`. */
export type ListStyle = (typeof LIST_STYLES)[number];

/** What a parameter is: a field of the input, or a value that stands here. */
const oneOfFieldAndConst = (target: { field?: unknown; const?: unknown }) =>
	(target.field === undefined) !== (target.const === undefined);
const ONE_OF = "either `field` or `const` stands here";
const queryTargetSchema = z.union([
	fieldNameSchema,
	z
		.strictObject({
			field: fieldNameSchema.optional(),
			/** Of a list, or `deep` of an object: `created[gte]=1`. */
			style: z.enum([...LIST_STYLES, "deep"]).optional(),
			const: scalarSchema.optional(),
		})
		.refine(oneOfFieldAndConst, ONE_OF),
]);
const headerTargetSchema = z.union([
	fieldNameSchema,
	z.strictObject({ field: fieldNameSchema.optional(), const: headerValueSchema.optional() }).refine(oneOfFieldAndConst, ONE_OF),
]);

export const BODY_FORMATS = ["json", "form", "text"] as const;
export type BodyFormat = (typeof BODY_FORMATS)[number];

const bodySchema = z.strictObject({
	format: z.enum(BODY_FORMATS).default("json"),
	/** Where the upstream wants another media type of JSON or text. */
	content_type: z
		.string()
		.max(128)
		.regex(/^[a-z]+\/[a-z0-9.+-]+$/, "a media type looks like application/vnd.api+json")
		.optional(),
	/** The body is the value of this field, whatever it is. */
	field: fieldNameSchema.optional(),
	/** The body is an object of these fields alone; all that are used nowhere else if left out. */
	fields: z.union([z.array(fieldNameSchema).min(1), z.record(parameterNameSchema, fieldNameSchema)]).optional(),
	/** The object stands under this key: `{"ticket": {...}}`. */
	wrap: parameterNameSchema.optional(),
});

const jsonSchemaSchema = z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>;

export const connectorActionSchema = z.strictObject({
	name: actionNameSchema,
	description: z.string().max(1_024).default(""),
	method: z.enum(HTTP_METHODS),
	/** `/tickets/{id}`: each placeholder is a field of the input. */
	path: z.string().max(CONNECTOR_LIMITS.pathCharacters),
	query: z.record(parameterNameSchema, queryTargetSchema).optional(),
	headers: z.record(headerNameSchema, headerTargetSchema).optional(),
	/** All fields that are used nowhere else, as a JSON object, if left out with POST, PUT or PATCH; `false` for none. */
	body: z.union([z.literal(false), bodySchema]).optional(),
	/** JSON Schema (2020-12) of the input. */
	input: jsonSchemaSchema.optional(),
	human_names: z.record(fieldNameSchema, z.string().min(1).max(64)).optional(),
	logged: z.array(fieldNameSchema).max(64).optional(),
	covers: z.record(fieldNameSchema, z.array(fieldNameSchema).min(1).max(64)).optional(),
	time_limit: timeLimitSchema.optional(),
	retries: z.number().int().min(0).max(CONNECTOR_LIMITS.retries).optional(),
	response: connectorResponseSchema.optional(),
});
/** An action as it is written. */
export type ConnectorActionDocument = z.infer<typeof connectorActionSchema>;

export const connectorDocumentSchema = z
	.strictObject({
		apiVersion: z.literal(POLICY_API_VERSION),
		kind: z.literal("Connector"),
		metadata: z.strictObject({
			name: resourceNameSchema,
			description: z.string().max(1_024).optional(),
			labels: labelsSchema.optional(),
		}),
		http: connectorHttpSchema,
		actions: z.array(connectorActionSchema).min(1).max(CONNECTOR_LIMITS.actions),
	})
	.meta({ id: "ConnectorDocument" });
export type ConnectorDocument = z.infer<typeof connectorDocumentSchema>;

/** Every key that a document may have at a place, for suggestions: `actions[]` stands for each action. */
export const CONNECTOR_KEYS: Readonly<Record<string, readonly string[]>> = {
	"": Object.keys(connectorDocumentSchema.shape),
	metadata: ["name", "description", "labels"],
	http: Object.keys(connectorHttpSchema.shape),
	"http.auth": ["bearer", "header", "basic", "query", "oauth2"],
	"http.auth.bearer": ["secret"],
	"http.auth.header": ["name", "secret", "prefix"],
	"http.auth.basic": ["username", "secret"],
	"http.auth.query": ["name", "secret"],
	"http.auth.oauth2": ["token_url", "client_id", "secret", "scopes", "audience"],
	"http.response": ["max_bytes", "headers"],
	"http.breaker": ["failures", "open_for"],
	"http.proxy": ["enabled", "error_style", "token_header"],
	"actions[]": Object.keys(connectorActionSchema.shape),
	"actions[].body": Object.keys(bodySchema.shape),
	"actions[].response": Object.keys(connectorResponseSchema.shape),
};
