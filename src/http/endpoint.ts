/**
 * One endpoint is one object: its contract, then its handler. The server validates params, query and body by the contract before
 * the handler runs, and the OpenAPI document is made from the same objects.
 */
import type { z } from "zod";
import type { KeyScope } from "../contract/admin.ts";
import type { ProblemCode } from "../contract/codes.ts";
import type { ProblemItem } from "../contract/problem.ts";
import type { Administrator } from "../gateway/administrator.ts";
import type { HttpPorts } from "./http-ports.ts";
import type { ProblemWriter } from "./problem.ts";
import type { BodyOptions, RawBody } from "./read-body.ts";

/**
 * Who may call: an agent (the handler checks, for only its ledger can), an administrator's key with one of these scopes, the
 * operator's root key, or anybody.
 */
export type Access = "agent" | "root" | "anybody" | { scopes: readonly KeyScope[] };

export interface Endpoint<P = unknown, Q = unknown, B = unknown> {
	method: "get" | "post" | "put" | "patch" | "delete";
	/** With parameters in braces: `/v1/roles/{name}`. */
	path: string;
	summary: string;
	access: Access;
	params?: z.ZodType<P>;
	query?: z.ZodType<Q>;
	/** A schema for strict JSON, or the options of a body that the handler reads by itself. */
	body?: { schema: z.ZodType<B> } | { raw: BodyOptions; schema?: z.ZodType };
	/** Status -> schema of the body, null for none. */
	responses: Record<number, z.ZodType | null>;
	/** What a 200 is, where it is not JSON; its schema says what the text holds. */
	media?: string;
	/** Header fields of the endpoint's own: what it reads, and what a 200 carries. Name -> what it says. */
	headers?: { request?: Record<string, string>; answer?: Record<string, string> };
	/** Problems that the handler itself answers; those of the server (access, reading, validation) go without saying. */
	problems?: readonly ProblemCode[];
	/** Where clients speak the language of some other API. */
	dialect?: Dialect;
	handle(ports: HttpPorts, request: EndpointRequest<P, Q, B>): Promise<Answer>;
}

/** How the token is found, and how problems are told. */
export interface Dialect {
	token: (headers: Headers) => string | null;
	problem: ProblemWriter;
}

export interface EndpointRequest<P, Q, B> {
	params: P;
	query: Q;
	/** What is wrong with the query of an agent's request, which the handler answers: the ledger comes first. Empty for all others. */
	queryProblems: ProblemItem[];
	body: B;
	/** For endpoints with a raw body, and for agents': reads it at most once, within its limits. */
	readRaw: (options: BodyOptions) => Promise<RawBody>;
	header: (name: string) => string | null;
	/** The request as it came, for endpoints that pass on what others mean by it. */
	raw: Request;
	/** The token, or null. */
	token: string | null;
	/** Set where access asks for a key's scope. */
	admin: Administrator;
	requestId: string;
	sourceIp: string | undefined;
	country: string | undefined;
	/** Keeps the Worker alive for this after the answer. */
	keepAlive: (work: Promise<unknown>) => void;
}

export type Answer =
	/** JSON, or no body at all. */
	| { status: number; body?: unknown; headers?: Record<string, string> }
	/** Text as it is, or as it comes; `media` is its type. */
	| { status: number; media: string; text: string | ReadableStream<Uint8Array>; headers?: Record<string, string> }
	/** What somebody else answered, as it is or as it comes. */
	| { status: number; passed: Uint8Array | ReadableStream<Uint8Array> | null; headers: Record<string, string> }
	| { problem: ProblemCode; detail: string; errors?: ProblemItem[]; id?: string; headers?: Record<string, string> };

/** Gives the handler the types of its own schemas. */
export function endpoint<P, Q, B>(definition: Endpoint<P, Q, B>): Endpoint {
	return definition as unknown as Endpoint;
}
