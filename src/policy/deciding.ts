/** What the closures of a loaded role work on. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Json } from "../contract/json.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { CompiledReadField, InputPath, RateWindow } from "./compiled-role.ts";
import type { Call, Facts, ResidualCondition, Use } from "./decision.ts";
import type { LoadedOperator, Phrase } from "./operators/operator.ts";
import { LEFT, type Outcome, truthOf } from "./outcome.ts";
import type { FieldReader } from "./read-field.ts";
import type { Reading } from "./reading.ts";
import { WORK_MAX, type Work } from "./work.ts";
import type { ZoneClock } from "./zone-clock.ts";

/** One call while it is decided. Every field is read once, by its slot. */
export interface Deciding {
	call: Call;
	facts: Facts;
	/** The element that `every`, `some` or `none` is at. */
	element: Json | undefined;
	readings: (Reading | undefined)[];
	/** The plain counters by their slots, this call included; -1 for one that only the ledger knows. */
	counts: readonly number[];
	seen: (Json | undefined)[];
	/** What is left of the work that the call may cause, with all its elements. */
	work: Work;
	/** What dear tests came to, by the test, and what several of them have in common: nothing of that is done twice. */
	kept: Map<unknown, unknown> | null;
}

/** An outcome, and the value that it is owed to, by its index; -1 for none in particular. */
export interface Kept {
	outcome: Outcome;
	at: number;
}

/** Makes it for a call whose action has so many fields. */
export function newDeciding(call: Call, facts: Facts, slots: number, counts: readonly number[]): Deciding {
	return decidingOf(call, facts, undefined, slots, counts, { left: WORK_MAX });
}

/** The same for an element of a list of the call. */
export function elementDeciding({ call, facts, counts, work }: Deciding, element: Json, slots: number): Deciding {
	return decidingOf(call, facts, element, slots, counts, work);
}

/** In one place, so that all of them have one shape to the machine. */
function decidingOf(
	call: Call,
	facts: Facts,
	element: Json | undefined,
	slots: number,
	counts: readonly number[],
	work: Work,
): Deciding {
	return { call, facts, element, readings: new Array(slots), counts, seen: new Array(slots), work, kept: null };
}

/** Does once a call what may be dear. @param key - of its own for every kind of thing that is kept */
export function keep<T>(deciding: Deciding, key: unknown, make: (deciding: Deciding) => T): T {
	deciding.kept ??= new Map();
	if (!deciding.kept.has(key)) deciding.kept.set(key, make(deciding));
	return deciding.kept.get(key) as T;
}

/** A condition at request time. It throws nothing, whatever the call holds. */
export type Test = (deciding: Deciding) => Outcome;

/** The reader of a field, and for each of its paths whether its values may stand on the log. */
export interface LoadedReader {
	read: FieldReader;
	logged: boolean[];
}

/** A count of an agent's calls, as a slot of {@link Deciding.counts}. */
export interface PlainCounter {
	actions: readonly string[];
	window: RateWindow;
}

/** What the conditions of one action share while they are loaded. */
export interface Loading {
	definition: ActionDefinition;
	/** The actions that the guard's counters count. */
	actions: string[];
	/** The way to the element that fields are of, from the input as a whole. */
	elementPath: InputPath;
	/** The ways to elements of lists that this one covers. */
	otherPaths?: readonly InputPath[];
	/** The reader of a field, as a slot of {@link Deciding}. */
	slot(field: CompiledReadField, fallback: Json | undefined): number;
	readers: LoadedReader[];
	counters: PlainCounter[];
	/** What a call adds to counters that count by value or add up, each once. */
	feeds: Map<string, (deciding: Deciding) => Use[]>;
	role: RoleLoading;
}

/** What all actions of a role share while they are loaded. */
export interface RoleLoading {
	/** Operators already loaded, by test, or by list, so that one long list is one set. */
	operators: Map<object | string, LoadedOperator | null>;
	lists: ReadonlyMap<string, readonly Json[]>;
	/** Null where the platform does not know the role's zone: what asks for the time is indeterminate. */
	clock: ZoneClock | null;
}

/** Two fields with the same key read the same values. */
export function slotKey(field: CompiledReadField, fallback: Json | undefined): string {
	return canonicalJson([field as unknown as Json, fallback ?? null, fallback === undefined]);
}

export interface LoadedCondition {
	test: Test;
	/** What is left of it until the counters are known, asked only where `test` comes to that. */
	left(deciding: Deciding): ResidualCondition;
	/** The first test that makes the condition come to `outcome`, put in words; null if none has any. */
	blame(deciding: Deciding, outcome: boolean | null): Phrase | null;
}

/** A condition that no counter decides. */
export function decided(test: Test, blame: LoadedCondition["blame"]): LoadedCondition {
	return { test, left: () => null, blame };
}

/** True, false, null, or what is left of the condition until the counters are known. */
export function residualOf({ test, left }: LoadedCondition, deciding: Deciding): ResidualCondition {
	const outcome = test(deciding);
	return outcome === LEFT ? left(deciding) : truthOf(outcome);
}
