/** What a naive evaluation stands on: conditions, values, and what is known besides. */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import type { Facts } from "../../../src/policy/decision.ts";

export type Test = { field: string; [key: string]: unknown };
export type Condition =
	| { all: Condition[] }
	| { any: Condition[] }
	| { not: Condition }
	| { use: string }
	| { during: { days?: string | string[]; from?: string; to?: string } }
	| Test;

const OPTIONS = ["field", "default", "allow_empty", "match", "ci", "by"];
export const operatorOf = (test: Test) => Object.keys(test).find((key) => !OPTIONS.includes(key)) as string;

/** A value that is not there, and one that is none of the kind that is asked for. */
export const MISSING = Symbol("missing");
export const WRONG = Symbol("wrong");
export type Value = Json | typeof MISSING | typeof WRONG;

/** A call that was authorised before this one. */
export interface PastCall {
	action: string;
	input: JsonObject;
	secondsAgo: number;
	/** By another agent of the same role. */
	byOther: boolean;
}

export interface World {
	action: string;
	facts: Facts;
	timezone: string;
	named: Record<string, Condition>;
	lists: Record<string, Json[]>;
	past: PastCall[];
}

/** Where a condition within `every`, `some` or `none` is. */
export interface Element {
	value: Value;
	/** Its way from the input, such as `parts[]`. */
	path: string;
}

/** Where a condition stands. */
export interface Standing {
	input: JsonObject;
	world: World;
	/** The actions that the guard is about, which its counters count. */
	actions: string[];
	/** Every value of a list must pass; else one suffices. */
	every: boolean;
	element: Element | null;
}
