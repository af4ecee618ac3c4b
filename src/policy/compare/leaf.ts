/** One test as statements are made of it: which values come out how, and whether one value suffices or each must pass. */
import type { ActionDefinition } from "../../contract/action-definition.ts";
import type { Json } from "../../contract/json.ts";
import { canonicalJson } from "../canonical-json.ts";
import {
	type CompiledCondition,
	type CompiledDuring,
	type CompiledField,
	type CompiledGuard,
	type CompiledRole,
	type CompiledTest,
	type InputPath,
	TIME_PARTS,
} from "../compiled-role.ts";
import type { LoadedOperator } from "../operators/operator.ts";
import { OPERATORS } from "../operators/registry.ts";
import { type Cell, MISSING, Unreadable } from "../reading.ts";
import { placeAt, placeTypes } from "../schema-place.ts";
import { isDuring, partAt } from "./clock-samples.ts";
import { readsOfField } from "./reads.ts";
import { CONTAINMENT } from "./text-shapes.ts";

export interface Leaf {
	key: string;
	test: CompiledTest;
	/** What it reads: two leaves of one slot read the same values. */
	slot: string;
	/** There always is one value, neither more nor none. */
	single: boolean;
	/** What one value comes to. */
	outcome(cell: Cell): boolean | null;
	/** What no value at all comes to. */
	empty: boolean | null;
	/** What the guard's counters count. */
	actions: string[];
	/** Where the clock is read: whose. */
	zone?: string;
	/** Whether each value must come out `wanted`, that the test does; else one suffices. */
	each(wanted: boolean): boolean;
}

const TEST_KEYS = new Set(["op", "field", "operand", "rule", "allow_empty", "default", "ci", "whole"]);

/** The name under which a leaf comes out alike wherever it stands. */
export function leafKey(leaf: CompiledCondition, guard: CompiledGuard, role: CompiledRole): string {
	const text = canonicalJson(withoutTexts(leaf as unknown as Json));
	const counts = text.includes('"from":"rate"');
	const clock = text.includes('"during"') || text.includes('"from":"time"');
	const lists = [...listsIn(leaf as unknown as Json)].map((name): Json => [name, (role.lists?.[name] ?? null) as Json]);
	return canonicalJson([
		text,
		counts ? guard.actions : null,
		counts && text.includes('"by":"role"') ? role.name : null,
		clock ? role.timezone : null,
		lists,
	]);
}

/** The names of all lists that tests in it take. */
function* listsIn(value: Json): Generator<string> {
	if (typeof value !== "object" || value === null) return;
	if (!Array.isArray(value) && typeof value["list"] === "string") yield value["list"];
	for (const member of Object.values(value)) yield* listsIn(member);
}

/** How a field is spelled changes nothing of what it reads. */
function withoutTexts(value: Json): Json {
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map(withoutTexts);
	const isField = typeof value["from"] === "string";
	return Object.fromEntries(
		Object.entries(value).flatMap(([key, member]) => (isField && key === "text" ? [] : [[key, withoutTexts(member)]])),
	);
}

/** What is known of a leaf; null where it is more than one operator with constants on one field. */
export function readLeaf(
	condition: CompiledCondition,
	guard: CompiledGuard,
	role: CompiledRole,
	definition: ActionDefinition,
	elements: InputPath | null,
): Leaf | null {
	if ("during" in condition) return duringLeaf(condition.during, leafKey(condition, guard, role), guard, role);
	if (!("op" in condition) || Object.keys(condition).some((key) => !TEST_KEYS.has(key))) return null;
	const { field } = condition;
	const operator = OPERATORS.get(condition.op);
	if (operator === undefined || !isKnownField(field, elements)) return null;
	const single = isSingle(field, definition, elements);
	// On a list that no schema declares it depends on the call whether a list or a text is tested.
	if (operator.lists === true && condition.whole !== true && !single) return null;
	if (condition.whole === true && (!CONTAINMENT.has(condition.op) || isInBrackets(field))) return null;
	const loaded = operator.load(condition.operand, readsOfField(field).as, condition.ci === true);
	const outcome = outcomeOf(condition, loaded);
	const zone = field.from === "time" ? { zone: role.timezone } : {};
	return {
		...zone,
		actions: guard.actions,
		key: leafKey(condition, guard, role),
		test: condition,
		slot: slotName(field, guard, role),
		single,
		outcome,
		empty: emptyOutcome(condition, loaded, outcome),
		each: (wanted) => (condition.whole === true ? wanted === (loaded.negated === true) : wanted === (condition.rule === "every")),
	};
}

function isKnownField(field: CompiledField, elements: InputPath | null): boolean {
	if (field.from === "rate") return field.sum === undefined && (field.by === undefined || field.by === "role");
	if (field.from === "time") return TIME_PARTS.includes(field.part);
	return field.from === "fact" || (field.from === "input" && (field.element === undefined || elements !== null));
}

/** A window of time as a test of the clock, whose minutes stand where the operand does. */
function duringLeaf(during: CompiledDuring, key: string, { actions }: CompiledGuard, role: CompiledRole): Leaf {
	const field: CompiledField = { from: "time", text: "time", part: "minute" };
	return {
		key,
		test: { op: "during", field, operand: [during.from, during.to], rule: "every" },
		slot: clockSlot(role),
		single: true,
		actions,
		zone: role.timezone,
		outcome: (cell) => (typeof cell === "number" ? isDuring(during, cell) : null),
		empty: null,
		each: (wanted) => wanted,
	};
}

function clockSlot(role: CompiledRole): string {
	return canonicalJson(["clock", role.timezone]);
}

function slotName(field: CompiledField, guard: CompiledGuard, role: CompiledRole): string {
	if (field.from === "time" && field.part !== "date") return clockSlot(role);
	if (field.from === "time") return canonicalJson(["date", role.timezone]);
	const { text: _text, ...rest } = field as unknown as { [key: string]: Json };
	const counter = field.from === "rate" ? [guard.actions, field.by === "role" ? role.name : null] : [];
	return canonicalJson([rest as Json, ...(counter as Json[])]);
}

function isSingle(field: CompiledField, definition: ActionDefinition, elements: InputPath | null): boolean {
	if (field.from !== "input") return true;
	const path = field.paths[0] ?? [];
	if (isInBrackets(field)) return false;
	if (field.derived === "count") return true;
	if (field.list || field.paths.length !== 1) return false;
	const found = placeAt(definition.input_schema, field.element === true ? [...(elements ?? []), ...path] : path);
	return found.ok && placeTypes(found.place)?.has("array") === false;
}

function isInBrackets(field: CompiledField): boolean {
	return field.from === "input" && field.paths[0]?.some((step) => typeof step === "object" && "each" in step) === true;
}

/** Mirrors how `load-test.ts` tests one value. */
function outcomeOf(test: CompiledTest, loaded: LoadedOperator): (cell: Cell) => boolean | null {
	const fallback = test.default;
	const check = test.whole === true ? loaded.member : loaded.check;
	const { field } = test;
	// The clock's samples are minutes of the week, of which each test reads its own part.
	const partOf = (cell: Cell) =>
		field.from === "time" && field.part !== "date" && typeof cell === "number" ? partAt(field.part, cell) : cell;
	return (given) => {
		const cell = given === MISSING && fallback !== undefined ? fallback : partOf(given);
		if (cell instanceof Unreadable) return cell.why === "missing" && test.whole !== true ? (loaded.missing ?? null) : null;
		if (cell === "" || check === undefined) return null;
		try {
			const outcome = check(cell);
			return outcome !== null && test.whole === true && loaded.negated === true ? !outcome : outcome;
		} catch {
			return null;
		}
	};
}

function emptyOutcome(test: CompiledTest, loaded: LoadedOperator, outcome: (cell: Cell) => boolean | null): boolean | null {
	const { default: fallback } = test;
	const values = fallback === undefined ? [] : Array.isArray(fallback) ? fallback : [fallback];
	const negated = loaded.negated === true;
	if (values.length === 0) {
		if (loaded.missing !== undefined) return loaded.missing;
		if ((test.rule === "every") === negated) return negated;
		return test.allow_empty === true ? !negated : null;
	}
	const every = test.whole === true ? negated : test.rule === "every";
	const outcomes = values.map(outcome);
	if (outcomes.includes(!every)) return !every;
	return outcomes.includes(null) ? null : every;
}
