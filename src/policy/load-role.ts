/** A compiled role as closures, made once per isolate and kept. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Effect } from "../contract/verdict.ts";
import {
	COMPILED_VERSION,
	type CompiledAction,
	type CompiledCondition,
	type CompiledGuard,
	type CompiledRole,
	type CompiledTest,
} from "./compiled-role.ts";
import { type LoadedCondition, type Loading, slotKey } from "./deciding.ts";
import { loadCondition } from "./load-condition.ts";
import type { LoadedOperator } from "./operators/operator.ts";
import type { FieldReader } from "./read-field.ts";
import { stricter } from "./strictness.ts";

export interface LoadedRole {
	compiled: CompiledRole;
	/** Granted actions by name. */
	actions: ReadonlyMap<string, LoadedAction>;
}

export interface LoadedAction {
	definition: ActionDefinition;
	guards: LoadedGuard[];
	/** The readers of all fields that the guards name, by slot. */
	readers: { read: FieldReader; logged: boolean[] }[];
}

export interface LoadedGuard {
	compiled: CompiledGuard;
	when: LoadedCondition;
	/** The fields that the guard looks at, for the log. */
	looks: { text: string; slot: number }[];
	/** What it takes where `when` is indeterminate. */
	unsure: Effect;
}

/** Loads a role. The compiled form is trusted: it is ours, under the hash of its bytes. */
export function loadRole(compiled: CompiledRole): LoadedRole {
	const operators = new Map<object, LoadedOperator | null>();
	const actions = new Map<string, LoadedAction>();
	for (const name of Object.keys(compiled.actions)) {
		actions.set(name, loadAction(compiled.actions[name] as CompiledAction, compiled.guards, operators));
	}
	return { compiled, actions };
}

function loadAction(action: CompiledAction, all: CompiledGuard[], operators: Loading["operators"]): LoadedAction {
	const readers: LoadedAction["readers"] = [];
	const slots = new Map<string, number>();
	const slot: Loading["slot"] = (key, make) => {
		let index = slots.get(key);
		if (index === undefined) {
			index = readers.push(make()) - 1;
			slots.set(key, index);
		}
		return index;
	};
	const guards = action.guards.map((index): LoadedGuard => {
		const guard = all[index] as CompiledGuard;
		const looks = new Map<string, number>();
		const loading: Loading = { definition: action.definition, actions: guard.actions, readers, operators, slot };
		const when = loadCondition(guard.when, loading);
		for (const { field, key } of fieldsOf(guard.when)) {
			const index = slots.get(key);
			if (index !== undefined && !looks.has(field.text)) looks.set(field.text, index);
		}
		return {
			compiled: guard,
			when,
			looks: [...looks].map(([text, index]) => ({ text, slot: index })),
			unsure: stricter(guard.effect, guard.otherwise),
		};
	});
	return { definition: action.definition, guards, readers };
}

function* fieldsOf(condition: CompiledCondition): Generator<{ field: CompiledTest["field"]; key: string }> {
	if ("const" in condition) return;
	if ("not" in condition) yield* fieldsOf(condition.not);
	else if ("all" in condition) for (const child of condition.all) yield* fieldsOf(child);
	else if ("any" in condition) for (const child of condition.any) yield* fieldsOf(child);
	else if (condition.field.from !== "rate") yield { field: condition.field, key: slotKey(condition) };
}

/**
 * Reads a compiled role out of its stored bytes.
 * @returns null if the text is none, or of a version that this code does not know: it is to be compiled again from its source
 */
export function readCompiledRole(text: string): CompiledRole | null {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return null;
	}
	return isCompiledRole(value) ? value : null;
}

function isCompiledRole(value: unknown): value is CompiledRole {
	if (typeof value !== "object" || value === null) return false;
	const role = value as Partial<CompiledRole>;
	return (
		role.v === COMPILED_VERSION &&
		typeof role.name === "string" &&
		typeof role.rev === "number" &&
		typeof role.timezone === "string" &&
		typeof role.actions === "object" &&
		role.actions !== null &&
		Array.isArray(role.guards) &&
		Object.values(role.actions).every(
			(action) => Array.isArray(action?.guards) && action.guards.every((index) => role.guards?.[index] !== undefined),
		)
	);
}
