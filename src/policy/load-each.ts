/** A condition on each element of a list of objects: `every`, `some`, `none`. */
import type { CompiledCondition, CompiledEach, InputPath } from "./compiled-role.ts";
import {
	type Deciding,
	decided,
	elementDeciding,
	type Kept,
	keep,
	type LoadedCondition,
	type LoadedReader,
	type Loading,
	slotKey,
} from "./deciding.ts";
import { FALSE, opposite, outcomeOf, TRUE, UNKNOWN } from "./outcome.ts";
import { elementsReader } from "./read-field.ts";
import { type Cell, Unreadable } from "./reading.ts";
import { newSlots } from "./slots.ts";
import { takeWork } from "./work.ts";

/**
 * Loads a condition on elements. An empty list has no element to object and none that vouches: `some` is false, `none` true,
 * `every` indeterminate unless its author allows an empty list.
 * @param load - loads the inner condition; it holds no counter, so that its outcome is never left open
 */
export function loadEach(
	{ each, field, of, allow_empty: allowEmpty }: CompiledEach,
	loading: Loading,
	load: (condition: CompiledEach["of"], loading: Loading) => LoadedCondition,
): LoadedCondition {
	const read = elementsReader(field);
	const listKey = `elements ${slotKey(field, undefined)}`;
	const elementsOf = (deciding: Deciding) => keep(deciding, listKey, read);
	const outer = field.element === true ? loading.elementPath : [];
	const readers: LoadedReader[] = [];
	const elementPath: InputPath = [...outer, ...(field.paths[0] as InputPath), { each: true }];
	const otherPaths: InputPath[] =
		field.element === true
			? (loading.otherPaths ?? []).map((path) => [...path, ...(field.paths[0] as InputPath), { each: true }])
			: field.paths.slice(1).map((path) => [...path, { each: true }]);
	const inner = load(of, {
		...loading,
		elementPath,
		otherPaths,
		readers,
		slot: newSlots(readers, loading.definition, loading.role, elementPath, otherPaths),
	});
	const steps = ELEMENT_STEPS * (1 + conditionsIn(of));
	const pass = each === "every" ? TRUE : FALSE;
	const decisive = opposite(pass);
	const empty = each !== "every" ? FALSE : allowEmpty === true ? TRUE : UNKNOWN;
	/** Of the elements under `every`, else under `some`, of which `none` is the opposite. */
	const within = (deciding: Deciding): Kept => {
		const elements = elementsOf(deciding);
		if (elements === null) return { outcome: UNKNOWN, at: -1 };
		if (elements.length === 0) return { outcome: empty, at: -1 };
		let open = -1;
		let isOpen = false;
		for (let at = 0; at < elements.length; at++) {
			const element = elements[at] as Cell;
			if (!takeWork(deciding.work, steps)) return { outcome: UNKNOWN, at: open };
			// What lacks the list is no element of which anything could be missing.
			const isElement = !(element instanceof Unreadable);
			const outcome = isElement ? inner.test(elementDeciding(deciding, element, readers.length)) : UNKNOWN;
			if (outcome === decisive) return { outcome, at };
			if (outcome === pass) continue;
			isOpen = true;
			if (open === -1 && isElement) open = at;
		}
		return isOpen ? { outcome: UNKNOWN, at: open } : { outcome: pass, at: 0 };
	};
	const kept = (deciding: Deciding): Kept => keep(deciding, within, within);
	return decided(
		each === "none" ? (deciding) => opposite(kept(deciding).outcome) : (deciding) => kept(deciding).outcome,
		(deciding, outcome) => {
			const wanted = each === "none" && outcome !== null ? !outcome : outcome;
			const elements = elementsOf(deciding) ?? [];
			const { at } = kept(deciding);
			for (let i = at; i !== -1 && i < elements.length && takeWork(deciding.work, steps); i++) {
				const element = elements[i] as Cell;
				if (element instanceof Unreadable) continue;
				const one = elementDeciding(deciding, element, readers.length);
				const phrase = inner.test(one) === outcomeOf(wanted) ? inner.blame(one, wanted) : null;
				if (phrase !== null) return phrase;
			}
			return outcome === null ? { reason: `${field.text} has no element`, detail: `${field.text} missing` } : null;
		},
	);
}

/** What one element costs, and each condition on it. */
const ELEMENT_STEPS = 20;

function conditionsIn(condition: CompiledCondition): number {
	if ("not" in condition) return conditionsIn(condition.not);
	if ("each" in condition) return 1 + conditionsIn(condition.of);
	const children = "all" in condition ? condition.all : "any" in condition ? condition.any : [];
	return children.reduce((count, child) => count + conditionsIn(child), 1);
}
