/** Slots: each field of an action is read once a call, however many tests look at it; each plain counter is one number. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { InputPath } from "./compiled-role.ts";
import { type Deciding, type LoadedReader, type Loading, type PlainCounter, type RoleLoading, slotKey } from "./deciding.ts";
import { type FieldReader, fieldReader } from "./read-field.ts";
import type { Reading } from "./reading.ts";
import { loggedPaths } from "./seen-values.ts";

/** Makes the function that gives a field its slot, and puts its reader there. */
export function newSlots(
	readers: LoadedReader[],
	definition: ActionDefinition,
	role: RoleLoading,
	elementPath: InputPath = [],
	/** Other ways to the element, through lists that the first one covers. What one of them keeps off the log stays off it. */
	otherPaths: readonly InputPath[] = [],
): Loading["slot"] {
	const slots = new Map<string, number>();
	return (field, fallback) => {
		const key = slotKey(field, fallback);
		let index = slots.get(key);
		if (index === undefined) {
			const others = otherPaths.map((path) => loggedPaths(field, definition, path));
			const logged = loggedPaths(field, definition, elementPath).map((is, i) => is && others.every((other) => other[i] === true));
			index = readers.push({ read: fieldReader(field, fallback, role.clock), logged }) - 1;
			slots.set(key, index);
		}
		return index;
	};
}

/**
 * Reads a field into its slot. Whoever looks for it writes `deciding.readings[slot] ?? fill(deciding, slot, read)`: with the
 * look-up in the test's own closure, and the rare case here, a reading that is there costs one load (measured).
 */
export function fill(deciding: Deciding, slot: number, read: FieldReader): Reading {
	const reading = read(deciding);
	deciding.readings[slot] = reading;
	return reading;
}

/** The slot of a plain counter. Two guards share one if they count the same actions. */
export function counterSlot(counters: PlainCounter[], { actions, window }: PlainCounter): number {
	const known = counters.findIndex((one) => one.window === window && one.actions.join() === actions.join());
	return known === -1 ? counters.push({ actions, window }) - 1 : known;
}
