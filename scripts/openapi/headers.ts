/** Header fields of requests and answers. Which ones come follows from an endpoint's contract. */
import type { z } from "zod";
import {
	appliedRoleSchema,
	createdAgentSchema,
	createdKeySchema,
	createdTokenSchema,
	createdWorkspaceSchema,
	roleSchema,
} from "../../src/contract/admin.ts";
import type { ProblemCode } from "../../src/contract/codes.ts";
import type { Endpoint } from "../../src/http/endpoint.ts";
import type { Header, Parameter, Reference } from "./openapi-types.ts";

const text = { type: "string" };

export const HEADERS: Record<string, Header> = {
	RequestId: {
		description: "Names this request; made by the gateway, never taken from the client.",
		required: true,
		schema: { type: "string", pattern: "^req_[0-9A-Za-z]{22}$" },
	},
	RetryAfter: {
		description: "Seconds after which the same request may pass.",
		required: true,
		schema: { type: "integer", minimum: 1 },
	},
	RetryAfterLimit: {
		description: "Seconds after which the limit lets the same call pass; absent where waiting does not help.",
		schema: { type: "integer", minimum: 1 },
	},
	RateLimitPolicy: {
		description: "The limit that is used up: the guard, its quota (`q`) and its window in seconds (`w`).",
		schema: { ...text, examples: ['"hourly-cap";q=50;w=3600'] },
	},
	RateLimit: {
		description: "What is left of it (`r`), and after how many seconds the call would pass (`t`).",
		schema: { ...text, examples: ['"hourly-cap";r=0;t=1804'] },
	},
	ETag: {
		description: "The revision of the role, for `If-Match` and `If-None-Match`; a dry run has none.",
		schema: { ...text, pattern: '^"[0-9]+-[0-9a-f]{16}"$' },
	},
	NoStore: {
		description: "The answer holds a secret that is shown this once.",
		required: true,
		schema: { const: "no-store, no-transform" },
	},
	Location: { description: "Where to go.", required: true, schema: text },
	WwwAuthenticate: { description: "RFC 6750: a bearer token is wanted.", required: true, schema: text },
};

export const PARAMETERS: Record<string, Parameter> = {
	IdempotencyKey: {
		name: "Idempotency-Key",
		in: "header",
		required: false,
		description:
			"Repeats of one call carry the same key: it runs once, and each repeat is answered with how it went. Kept for 24 hours.",
		schema: { ...text, pattern: "^[\\x21-\\x7e]{1,255}$" },
	},
	IfMatch: {
		name: "If-Match",
		in: "header",
		required: false,
		description: "The change is made only if the role is at one of these revisions (`ETag`), or exists (`*`).",
		schema: text,
	},
	IfNoneMatch: {
		name: "If-None-Match",
		in: "header",
		required: false,
		description: "The change is made only if the role is at none of these revisions, or does not exist (`*`).",
		schema: text,
	},
};

const WITH_REVISION: unknown[] = [roleSchema, appliedRoleSchema];
const WITH_SECRET: unknown[] = [createdAgentSchema, createdTokenSchema, createdKeySchema, createdWorkspaceSchema];

const header = (name: keyof typeof HEADERS & string): Reference => ({ $ref: `#/components/headers/${name}` });
const parameter = (name: keyof typeof PARAMETERS & string): Reference => ({ $ref: `#/components/parameters/${name}` });

/** Of an answer that is no problem. */
export function answerHeaders(status: number, schema: z.ZodType | null): Record<string, Reference> {
	return {
		"x-request-id": header("RequestId"),
		...(WITH_REVISION.includes(schema) ? { etag: header("ETag") } : {}),
		...(WITH_SECRET.includes(schema) ? { "cache-control": header("NoStore") } : {}),
		...(status >= 300 && status < 400 ? { location: header("Location") } : {}),
		...(status === 429
			? {
					"retry-after": header("RetryAfterLimit"),
					"ratelimit-policy": header("RateLimitPolicy"),
					ratelimit: header("RateLimit"),
				}
			: {}),
	};
}

/** Of an endpoint's own, with its 200. */
export function ownHeaders({ headers }: Pick<Endpoint, "headers">): Record<string, Header> {
	return Object.fromEntries(
		Object.entries(headers?.answer ?? {}).map(([name, description]) => [name, { description, schema: text }]),
	);
}

/** The same, as an endpoint reads them. */
export function ownParameters({ headers }: Pick<Endpoint, "headers">): Parameter[] {
	return Object.entries(headers?.request ?? {}).map(([name, description]) => ({
		name,
		in: "header",
		required: false,
		description,
		schema: text,
	}));
}

/** Of a problem. */
export function problemHeaders(status: number): Record<string, Reference> {
	return {
		"x-request-id": header("RequestId"),
		...(status === 401 ? { "www-authenticate": header("WwwAuthenticate") } : {}),
		...(status === 429 || status === 503 ? { "retry-after": header("RetryAfter") } : {}),
	};
}

/** Header fields that an endpoint reads: the problems that they cause give them away. */
export function headerParameters(problems: readonly ProblemCode[]): Reference[] {
	return [
		...(problems.includes("idempotency_mismatch") ? [parameter("IdempotencyKey")] : []),
		...(problems.includes("stale_revision") ? [parameter("IfMatch"), parameter("IfNoneMatch")] : []),
	];
}
