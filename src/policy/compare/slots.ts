/** What the tests of one action read, and which statements about them cannot go together. */
import type { ActionDefinition } from "../../contract/action-definition.ts";
import type { Json } from "../../contract/json.ts";
import { QUANTIFIERS } from "../../contract/role-document.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { CompiledCondition, CompiledEach, CompiledGuard, CompiledRole, InputPath } from "../compiled-role.ts";
import type { Cell } from "../reading.ts";
import type { Claim } from "./claims.ts";
import { type CounterSlot, counterBounds, counterOf, isWithin } from "./counter-bounds.ts";
import { type EachClaim, type EachLeaf, isEachClosed, readEach } from "./each-leaves.ts";
import { type Leaf, leafKey, readLeaf } from "./leaf.ts";
import { partsImply } from "./part-operands.ts";
import type { OpenCase } from "./prove.ts";
import { samplesOf } from "./samples.ts";
import { type Asserted, openValues, type TestedValues } from "./slot-values.ts";

export interface Slots {
	/** Names a leaf, and takes note of it: before a case is judged that it stands in. */
	name(leaf: CompiledCondition, guard: CompiledGuard, role: CompiledRole): string;
	/** Whether wherever all of `given` holds, one of `goals` does: by what the tests mean, each slot by itself. */
	isClosed(open: OpenCase): boolean;
	/** Values for every slot under which an open case stays open, where they are not read from one another. */
	modelOf(open: OpenCase): { leaf: Leaf; cells: Cell[] }[];
	/** For every slot some values, one for each way in which its tests may come out. */
	choices(): { leaf: Leaf; cells: Cell[] }[];
}

interface Slot {
	leaves: Leaf[];
	counter: CounterSlot | null;
	values: TestedValues | null;
}

/**
 * Makes the slots of one action.
 * @param elements - the way to the elements that conditions are about, for those within `every`, `some` and `none`
 */
export function createSlots(definition: ActionDefinition, elements: InputPath | null = null): Slots {
	const leaves = new Map<string, Leaf | null>();
	const eachLeaves = new Map<string, EachLeaf>();
	const lists = new Map<string, Slots>();
	const slots = new Map<string, Slot>();
	const counters: CounterSlot[] = [];

	function valuesOf(slot: Slot): TestedValues {
		const others = slot.counter === null ? [] : counters.flatMap(({ constants }) => constants);
		slot.values ??= samplesOf(slot.leaves, others);
		return slot.values;
	}

	function openAt(name: string, all: Map<string, Asserted>): Cell[] | null {
		const slot = slots.get(name) as Slot;
		const asserted = all.get(name) as Asserted;
		const values = valuesOf(slot);
		if (slot.counter === null) return openValues(values, asserted);
		const bounds = counterBounds(
			slot.counter,
			(other) => {
				const given = all.get(other.name)?.given ?? [];
				return given.length === 0 ? null : { values: valuesOf(slots.get(other.name) as Slot), given };
			},
			counters,
		);
		return openValues(values, asserted, (cell) => isWithin(cell, bounds));
	}

	function nameEach(key: string, condition: CompiledEach, guard: CompiledGuard, role: CompiledRole): void {
		const { field } = condition;
		const { text: _text, ...read } = field;
		const list = canonicalJson(read as unknown as Json);
		const path = [...(field.element === true ? (elements ?? []) : []), ...(field.paths[0] ?? []), { each: true as const }];
		const inner = lists.get(list) ?? createSlots(definition, path);
		lists.set(list, inner);
		eachLeaves.set(key, readEach(condition, list, guard, role, inner));
	}

	function isClosedByElements(open: OpenCase): boolean {
		const claimsOf = (claims: Claim[], list: string) =>
			claims.flatMap(({ key, wanted }): EachClaim[] => {
				const leaf = eachLeaves.get(key);
				return leaf?.list === list ? [{ leaf, wanted }] : [];
			});
		return [...lists].some(([list, inner]) => isEachClosed(claimsOf(open.given, list), claimsOf(open.goals, list), inner));
	}

	return {
		name(condition, guard, role) {
			const key = leafKey(condition, guard, role);
			if (leaves.has(key)) return key;
			const leaf = readLeaf(condition, guard, role, definition, elements);
			leaves.set(key, leaf);
			if ("each" in condition && QUANTIFIERS.includes(condition.each)) nameEach(key, condition, guard, role);
			if (leaf === null) return key;
			let slot = slots.get(leaf.slot);
			if (slot === undefined) {
				slot = { leaves: [], counter: counterOf(leaf, guard), values: null };
				slots.set(leaf.slot, slot);
				if (slot.counter !== null) counters.push(slot.counter);
			}
			slot.leaves.push(leaf);
			// Samples stand for the tests that there are; one more, and they are chosen again.
			for (const other of slot.counter === null ? [slot] : slots.values()) other.values = null;
			slot.counter?.constants.push(...[leaf.test.operand].flat().filter((one) => typeof one === "number"));
			return key;
		},
		isClosed(open) {
			if (isClosedByName(open)) return true;
			const all = bySlot(open, leaves);
			for (const [name, asserted] of all) {
				if (partsImply(asserted.given, asserted.goals)) return true;
				if (openAt(name, all) === null) return true;
			}
			return isClosedByElements(open);
		},
		modelOf(open) {
			const all = bySlot(open, leaves);
			return [...all].map(([name, { given, goals }]) => ({
				leaf: ([...given, ...goals][0] as { leaf: Leaf }).leaf,
				cells: openAt(name, all) ?? [],
			}));
		},
		choices: () =>
			[...slots.values()].map((slot) => {
				const { samples, outcome } = valuesOf(slot);
				const kinds = new Map<string, Cell>();
				samples.forEach(({ cell }, index) => {
					const kind = slot.leaves.map((leaf) => String(outcome(leaf, index))).join();
					if (!kinds.has(kind)) kinds.set(kind, cell);
				});
				return { leaf: slot.leaves[0] as Leaf, cells: [...kinds.values()] };
			}),
	};
}

/** The same statement on both sides, or a statement and its opposite given at once. */
function isClosedByName({ given, goals }: OpenCase): boolean {
	const has = (claims: Claim[], key: string, wanted: boolean) =>
		claims.some((claim) => claim.key === key && claim.wanted === wanted);
	return given.some(({ key, wanted }) => has(goals, key, wanted) || has(given, key, !wanted));
}

function bySlot({ given, goals }: OpenCase, leaves: ReadonlyMap<string, Leaf | null>): Map<string, Asserted> {
	const all = new Map<string, Asserted>();
	for (const [side, claims] of [
		["given", given],
		["goals", goals],
	] as const) {
		for (const { key, wanted } of claims) {
			const leaf = leaves.get(key);
			if (!leaf) continue;
			const asserted = all.get(leaf.slot) ?? { given: [], goals: [] };
			all.set(leaf.slot, asserted);
			asserted[side].push({ leaf, wanted });
		}
	}
	return all;
}
