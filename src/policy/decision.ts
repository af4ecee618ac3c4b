/**
 * What deciding comes to: a verdict, or, where a guard needs a counter that only the ledger has, a residual.
 * Both are plain data: a residual crosses to the ledger, which concludes it with the same code in its own turn.
 */
import type { GuardFact } from "../contract/audit-record.ts";
import type { ReasonCode } from "../contract/codes.ts";
import type { Json, JsonObject } from "../contract/json.ts";
import type { Effect } from "../contract/verdict.ts";
import type { RateWindow, ReviewTermsTaken } from "./compiled-role.ts";

/** One call, after the strict parser and the canonical form. */
export interface Call {
	action: string;
	input: JsonObject;
}

/** What is known besides the input. Nothing here is read from a clock or a network by the heart. */
export interface Facts {
	/** Milliseconds since 1970. */
	now: number;
	agent: { name: string; labels: Record<string, string> };
	request: { ip?: string; country?: string };
	/** Turns the text of a value that must stay off the log into its salted digest. */
	digest: (text: string) => string;
}

export interface Verdict {
	verdict: Effect;
	/** The guard that denied, else the first that asked for review, else the first that matched; null if none did. */
	matched_guard: string | null;
	/** Null on allow, as are the next two. */
	reason_code: ReasonCode | null;
	/** The sentence for the agent. */
	reason: string | null;
	/** Every guard that was evaluated, in order, with what it saw. */
	facts: GuardFact[];
	/** Whether a person could let the call pass. */
	approvable: boolean;
	/** When the same call would pass, in milliseconds since 1970, where a limit alone stood in its way; else null. */
	retry_at: number | null;
	/** The limit that stood in the way, for `RateLimit` fields. */
	limit: { guard: string; max: number; window_seconds: number } | null;
	/** The strictest terms of all reviews that were asked for; null unless the verdict is review. */
	review: ({ guards: string[] } & ReviewTermsTaken) | null;
}

/** `uses` is what the call adds to counters besides the plain count of its action, if it is authorised; left out for nothing. */
export type Decision = ({ kind: "verdict"; verdict: Verdict } | { kind: "residual"; residual: Residual }) & { uses?: Use[] };

/** What one authorised call adds to one series. */
export interface Use {
	key: string;
	/** An exact decimal; null where calls are counted. */
	adds: string | null;
	/** The series is shared by all agents of the role. */
	shared?: true;
}

/** The guards of one call, evaluated as far as they go without counters. JSON-safe. */
export interface Residual {
	guards: ResidualGuard[];
}

export interface ResidualGuard {
	id: string;
	effect: Effect;
	otherwise: Effect;
	reason?: string;
	shadow?: true;
	review?: ReviewTermsTaken;
	when: ResidualCondition;
	/** Values seen so far. */
	saw: JsonObject;
	/** Phrases for when the guard asks for more than allow, as far as the pure engine could name them. */
	phrases?: { reason: string; detail: string };
}

/** True, false, null (indeterminate), or a tree over counters. */
export type ResidualCondition =
	| boolean
	| null
	| { all: ResidualCondition[] }
	| { any: ResidualCondition[] }
	| { not: ResidualCondition }
	| { counter: CounterTest };

/** "This call included, how many calls of `actions` in the window", or how much of a field in all of them, compared. */
export interface CounterTest {
	field: string;
	actions: string[];
	window: RateWindow;
	op: string;
	operand: number | number[];
	/** Left out for the plain count of the agent's calls. */
	series?: Use & {
		/** The value that it is counted for, as the log may show it. */
		value?: Json;
		/** What is counted, and for whom, in words: `calls`, `amount`; ` for 'eve@acme.com'`. */
		what: string;
		whose: string;
	};
}

/** One series of a counter: of an agent's ledger, or of all agents of a role. */
export interface SeriesName {
	key: string;
	shared?: true;
}

/** The counters, as of the ledger's current turn. Reading has no effect. A series left out is the plain count of calls. */
export interface Counters {
	/** How many calls of these actions were authorised in the window that ends now, this call not included. */
	count(actions: string[], windowSeconds: number, series?: SeriesName): number;
	/**
	 * When at most `keep` of the calls now in the window will be left in it, in milliseconds since 1970 (now if that is so already).
	 */
	whenAtMost(actions: string[], windowSeconds: number, keep: number, series?: SeriesName): number;
	/** How much those calls come to, an exact decimal. */
	sum(actions: string[], windowSeconds: number, series: Use): string;
	/** When what is now in the window will come to `keep` at most, or to less than that where `below` is set. */
	whenSumAtMost(actions: string[], windowSeconds: number, keep: string, below: boolean, series: Use): number;
}
