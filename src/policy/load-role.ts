/** A compiled role as closures, made once per isolate and kept. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Json } from "../contract/json.ts";
import {
	COMPILED_VERSION,
	type CompiledAction,
	type CompiledGuard,
	type CompiledRole,
	type ListReference,
} from "./compiled-role.ts";
import type { Deciding, LoadedCondition, LoadedReader, Loading, PlainCounter, RoleLoading } from "./deciding.ts";
import type { Use } from "./decision.ts";
import { fieldsOf } from "./fields-of.ts";
import { type Judge, judgedGuard, judgeOf } from "./judge.ts";
import { loadCondition } from "./load-condition.ts";
import { newSlots } from "./slots.ts";
import { zoneClock } from "./zone-clock.ts";

export interface LoadedRole {
	compiled: CompiledRole;
	/** Granted actions by name. */
	actions: ReadonlyMap<string, LoadedAction>;
}

export interface LoadedAction {
	definition: ActionDefinition;
	/** In file order. */
	guards: LoadedGuard[];
	/** Those that are not in shadow mode: the guards that {@link judge} is of, by their places in its answer. */
	enforced: LoadedGuard[];
	judge: Judge;
	/** The readers of all fields that the guards name, by slot. */
	readers: LoadedReader[];
	/** The plain counters that the guards ask for, by slot, and -1 for each of them. */
	counters: PlainCounter[];
	unknownCounts: readonly number[];
	/** What a call adds to counters besides the plain count. */
	feeds: ((deciding: Deciding) => Use[])[];
}

export interface LoadedGuard {
	compiled: CompiledGuard;
	when: LoadedCondition;
	/** The fields that the guard looks at, for the log. */
	looks: { text: string; slot: number }[];
}

/**
 * Loads a role. The compiled form is trusted: it is ours, under the hash of its bytes.
 * @param items - the items of a list that the role names by its digest; whoever calls has fetched all that `listsOf` names
 */
export function loadRole(compiled: CompiledRole, items: (reference: ListReference) => readonly Json[] = () => []): LoadedRole {
	const lists = new Map(
		Object.entries(compiled.lists ?? {}).map(([name, list]): [string, readonly Json[]] => [
			name,
			Array.isArray(list) ? list : items(list),
		]),
	);
	const role: RoleLoading = { operators: new Map(), lists, clock: zoneClock(compiled.timezone) };
	const actions = new Map<string, LoadedAction>();
	for (const name of Object.keys(compiled.actions))
		actions.set(name, loadAction(compiled.actions[name] as CompiledAction, compiled.guards, role));
	return { compiled, actions };
}

/** The lists that a role names by their digests. */
export function listsOf(compiled: CompiledRole): ListReference[] {
	return Object.values(compiled.lists ?? {}).filter((list): list is ListReference => !Array.isArray(list));
}

function loadAction(action: CompiledAction, all: CompiledGuard[], role: RoleLoading): LoadedAction {
	const { definition } = action;
	const readers: LoadedReader[] = [];
	const counters: PlainCounter[] = [];
	const feeds: Loading["feeds"] = new Map();
	const slot = newSlots(readers, definition, role);
	const guards = action.guards.map((index): LoadedGuard => {
		const guard = all[index] as CompiledGuard;
		const { actions } = guard;
		const when = loadCondition(guard.when, { definition, actions, elementPath: [], readers, counters, feeds, slot, role });
		const looks = new Map<string, number>();
		for (const { field, fallback } of fieldsOf(guard.when))
			if (!looks.has(field.text)) looks.set(field.text, slot(field, fallback));
		return { compiled: guard, when, looks: [...looks].map(([text, index]) => ({ text, slot: index })) };
	});
	const enforced = guards.filter(({ compiled }) => compiled.mode !== "shadow");
	const judge = judgeOf(enforced.map(({ compiled, when }) => judgedGuard(when.test, compiled)));
	const unknownCounts = counters.map(() => -1);
	return { definition, guards, enforced, judge, readers, counters, unknownCounts, feeds: [...feeds.values()] };
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

/** Whether a value is a compiled role with all that it refers to. */
export function isCompiledRole(value: unknown): value is CompiledRole {
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
