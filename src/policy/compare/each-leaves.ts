/** Conditions on the elements of a list, against each other: what holds of every element, or of one, by what their conditions say. */
import type { CompiledCondition, CompiledEach, CompiledGuard, CompiledRole } from "../compiled-role.ts";
import { comesOut, type Formula } from "./claims.ts";
import { prove } from "./prove.ts";
import type { Slots } from "./slots.ts";

/** A condition on elements: when one of them satisfies it, and when one does not. */
export interface EachLeaf {
	list: string;
	holds: Formula;
	fails: Formula;
	each: CompiledEach["each"];
	allowEmpty: boolean;
}

export interface EachClaim {
	leaf: EachLeaf;
	wanted: boolean;
}

/** Reads a condition on elements. @param inner - the slots of the elements of this list */
export function readEach(
	condition: CompiledEach,
	list: string,
	guard: CompiledGuard,
	role: CompiledRole,
	inner: Slots,
): EachLeaf {
	const name = (leaf: CompiledCondition) => inner.name(leaf, guard, role);
	return {
		list,
		holds: comesOut(condition.of, true, name),
		fails: comesOut(condition.of, false, name),
		each: condition.each,
		allowEmpty: condition.allow_empty === true,
	};
}

/** What a statement about elements asks: of every element or of one, and whether a list without any will do. */
interface Asked {
	every: boolean;
	of: Formula;
	empty: boolean;
}

function askedBy({ leaf: { each, holds, fails, allowEmpty }, wanted }: EachClaim): Asked {
	if (each === "every") return wanted ? { every: true, of: holds, empty: allowEmpty } : { every: false, of: fails, empty: false };
	const some = (each === "some") === wanted;
	return some ? { every: false, of: holds, empty: false } : { every: true, of: fails, empty: true };
}

/**
 * Whether wherever all of `given` holds of a list, one of `goals` does. A list for which that is not so would have an element for
 * each thing that is asked of one, and for each goal about every element one that fails it; if one of these cannot be, no list can.
 */
export function isEachClosed(given: EachClaim[], goals: EachClaim[], inner: Slots): boolean {
	// Of what is no list at all nothing holds, the goals no more than anything.
	if (given.length === 0) return false;
	const [asked, wanted] = [given.map(askedBy), goals.map(askedBy)];
	const ofEvery = asked.filter(({ every }) => every).map(({ of }) => of);
	const missed = wanted.filter(({ every }) => !every).map(({ of }) => of);
	const cannotBe = (more: Formula[], goal: Formula[]) => prove([...ofEvery, ...more], [...missed, ...goal], inner).proven;
	const ones = asked.filter(({ every }) => !every);
	const strays = wanted.filter(({ every }) => every);
	if (ones.some(({ of }) => cannotBe([of], []))) return true;
	// An element that cannot be read satisfies nothing, and so fails whatever is asked of every one.
	const hasElements = ofEvery.length > 0;
	if (hasElements && strays.some(({ of }) => cannotBe([], [of])) && !mayBeEmpty(asked, wanted)) return true;
	return ones.length === 0 && strays.length === 0 && hasElements && cannotBe([], []) && !mayBeEmpty(asked, wanted);
}

function mayBeEmpty(asked: Asked[], wanted: Asked[]): boolean {
	return asked.every(({ empty }) => empty) && !wanted.some(({ empty }) => empty);
}
