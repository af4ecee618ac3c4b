/** What the closures of a loaded role work on. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Json } from "../contract/json.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { CompiledTest } from "./compiled-role.ts";
import type { Call, Facts, ResidualCondition } from "./decision.ts";
import type { LoadedOperator, Phrase } from "./operators/operator.ts";
import type { FieldReader } from "./read-field.ts";
import type { Reading } from "./reading.ts";

/** One call while it is decided. Every field is read once, by its slot. */
export interface Deciding {
	call: Call;
	facts: Facts;
	readings: (Reading | undefined)[];
	seen: (Json | undefined)[];
}

/** What the conditions of one action share while they are loaded. */
export interface Loading {
	definition: ActionDefinition;
	/** The actions that the guard's counters count. */
	actions: string[];
	/** The reader of a field, as a slot of {@link Deciding}. */
	slot(key: string, make: () => { read: FieldReader; logged: boolean[] }): number;
	readers: { read: FieldReader; logged: boolean[] }[];
	/** Operators already loaded, by the test that they came from, so that one long list is one set. */
	operators: Map<object, LoadedOperator | null>;
}

/** Two tests with the same key read the same values. */
export function slotKey(test: CompiledTest): string {
	return canonicalJson([test.field as unknown as Json, test.default ?? null, test.default === undefined]);
}

export interface LoadedCondition {
	/** True, false, null, or what is left of the condition until the counters are known. */
	outcome(deciding: Deciding): ResidualCondition;
	/** The first test that makes the condition come to `outcome`, put in words; null if none has any. */
	blame(deciding: Deciding, outcome: boolean | null): Phrase | null;
}
