/** What the gateway answers an agent. Names of fields are the wire's own; the shapes are those of openapi.json. */
import type * as wire from "./wire.generated.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** From the laxest to the strictest: allow, review, deny. */
export type Effect = wire.Call["verdict"];

export type CallState = wire.Call["state"];

export type ReasonCode = wire.Denied["reason_code"];

/** Every answer carries the id of its request: name it when you ask for help. */
export interface Answered {
	request_id: string | null;
}

/** What it was when it was read: `ifMatch` takes it, so that nothing is changed that somebody else has changed meanwhile. */
export interface Tagged {
	etag: string | null;
}

/** Which page of a list: its length, at most 200, and where it starts. */
export interface PageQuery {
	limit?: number | undefined;
	cursor?: string | undefined;
}

/** An action that was allowed and done. */
export interface AllowBody<Result = unknown> extends Omit<wire.Allowed, "result"> {
	result: Result;
}

export type DenyBody = wire.Denied;

export type ReviewBody = wire.Held;

/** Where a review stands; `poll` is the path of the call. */
export type Review = wire.Held["review"];

/** Where a call stands. */
export type CallBody = wire.Call;

export type CallFailure = NonNullable<wire.Call["error"]>;

/** An action, with the JSON Schema (2020-12) of its input. */
export type VisibleAction = wire.VisibleAction;

/** RFC 9457 problem details. A gateway that is newer than this package may send other codes. */
export interface Problem extends Omit<wire.Problem, "code"> {
	code: wire.Problem["code"] | (string & {});
}

/** One thing that is wrong with the input; lines and columns count from 1. */
export type ProblemItem = NonNullable<wire.Problem["errors"]>[number];

/** A page of a list; `next_cursor` is null at the end. */
export interface Page<T> {
	items: T[];
	next_cursor: string | null;
}
