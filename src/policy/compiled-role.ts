/**
 * The compiled form of a role: data only, so that it can lie in KV under the hash of its own canonical bytes.
 * Everything that a decision needs is in it; `load-role.ts` turns it into closures once per isolate.
 */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Json } from "../contract/json.ts";
import type { Quantifier } from "../contract/role-document.ts";
import type { Effect } from "../contract/verdict.ts";

/** Raised whenever the meaning of any key below changes; another version is compiled again from its source. */
export const COMPILED_VERSION = 1;

export interface CompiledRole {
	v: typeof COMPILED_VERSION;
	name: string;
	rev: number;
	timezone: string;
	/** Lists that tests take by name: the role's own whole, others by the SHA-256 of their canonical bytes. */
	lists?: Record<string, Json[] | ListReference>;
	/** Granted actions only, patterns expanded. An action that is not a key here does not exist for the agent. */
	actions: Record<string, CompiledAction>;
	/**
	 * The guards of the granted actions in file order. One that reads different things out of different actions (`to` covers
	 * `cc` only where a definition says so) stands here once for each reading, under one id.
	 */
	guards: CompiledGuard[];
}

export interface ListReference {
	sha256: string;
	count: number;
}

export interface CompiledAction {
	definition: ActionDefinition;
	/** Indexes into `guards` of those that match, in file order. */
	guards: number[];
}

export interface CompiledGuard {
	id: string;
	/** The guard's actions after expansion, sorted: what its `rate.*` counts. */
	actions: string[];
	when: CompiledCondition;
	effect: Effect;
	otherwise: Effect;
	/** The author's own words, shown to the agent. */
	reason?: string;
	mode: "enforce" | "shadow";
	review?: ReviewTermsTaken;
}

/** What a review takes to be approved. */
export interface ReviewTermsTaken {
	approvals: number;
	expires_ms: number;
	/** Whether the owner whose key made the agent may approve it. */
	self_approval: boolean;
	/** The author has said no to that in so many words: it is refused even where nobody else could approve. */
	others_only?: true;
}

/** How a field with several values is tested: every value must pass, or one suffices. Resolved from effect, otherwise and polarity. */
export type ListRule = "every" | "one";

export type CompiledCondition =
	| { all: CompiledCondition[] }
	| { any: CompiledCondition[] }
	| { not: CompiledCondition }
	| { const: boolean }
	| { during: CompiledDuring }
	| CompiledEach
	| CompiledTest;

/** A condition on each element of a list of objects. */
export interface CompiledEach {
	each: Quantifier;
	field: CompiledInputField;
	of: CompiledCondition;
	allow_empty?: true;
}

/** A window of time in the role's zone, over midnight where `to` is not after `from`. */
export interface CompiledDuring {
	/** 0 is Monday. */
	days: number[];
	/** Minutes of the day, `to` not included. */
	from: number;
	to: number;
}

/** One operator on one field. */
export interface CompiledTest {
	op: string;
	field: CompiledField;
	operand: Json;
	/** The operand is a list of the role by name; `operand` is null then. */
	list?: string;
	/** The operand is read out of the same call; `operand` is null then. */
	other?: CompiledReadField;
	rule: ListRule;
	allow_empty?: true;
	default?: Json;
	/** Case is folded. */
	ci?: true;
	/** The field is a list, which the operator tests as a whole. */
	whole?: true;
}

export type CompiledField = CompiledInputField | CompiledCounter | CompiledFact | CompiledTime;
/** The fields that are read, not counted. */
export type CompiledReadField = CompiledInputField | CompiledFact | CompiledTime;

/**
 * A value of the input. `paths` holds the named field first, then those that it covers; `list` where the schema lets it
 * hold several values; `reads` where the schema says what its texts are.
 */
export interface CompiledInputField {
	from: "input";
	text: string;
	paths: InputPath[];
	derived?: string;
	list: boolean;
	reads?: "email";
	/** Some of its texts may be addresses, and those stand there in their canonical form. */
	addresses?: true;
	/** Read out of the element that `every`, `some` or `none` is at. */
	element?: true;
}

/** A counter: how many calls in the window, or how much of a field in all of them. */
export interface CompiledCounter {
	from: "rate";
	text: string;
	window: RateWindow;
	/** What is added up; calls are counted if left out. */
	sum?: { field: CompiledInputField; default?: Json };
	/** Counted for each value of a field, or over all agents of the role. */
	by?: "role" | { field: CompiledInputField | CompiledFact };
}

export interface CompiledFact {
	from: "fact";
	text: string;
	path: string[];
}

/** A part of the time in the role's zone. */
export interface CompiledTime {
	from: "time";
	text: string;
	part: TimePart;
}

export const TIME_PARTS = ["hour", "minute", "weekday", "date"] as const;
export type TimePart = (typeof TIME_PARTS)[number];

/** `items[].price` is `["items", {each: true}, "price"]`, `items[0]` is `["items", {at: 0}]`. */
export type InputPath = (string | { each: true } | { at: number })[];

export const RATE_WINDOW_SECONDS = {
	per_second: 1,
	per_minute: 60,
	per_hour: 3_600,
	per_day: 86_400,
	per_week: 604_800,
	per_month: 2_592_000,
} as const;
export type RateWindow = keyof typeof RATE_WINDOW_SECONDS;
