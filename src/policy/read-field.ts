/** Turns a compiled field into the function that reads it out of a call. Own properties only, whatever the object is. */
import type { Json, JsonObject } from "../contract/json.ts";
import { WEEKDAYS } from "../contract/role-document.ts";
import type { CompiledFact, CompiledInputField, CompiledReadField, CompiledTime, InputPath } from "./compiled-role.ts";
import type { Deciding } from "./deciding.ts";
import { DERIVED_FIELDS, type DerivedField } from "./fields/derived.ts";
import { FACT_READERS, isFactPath } from "./fields/facts.ts";
import { type Cell, MISSING, type Reading, UNREADABLE_FORM, Unreadable } from "./reading.ts";
import { dateText, type LocalTime, type ZoneClock } from "./zone-clock.ts";

export type FieldReader = (source: Pick<Deciding, "call" | "facts" | "element">) => Reading;

/**
 * Makes the reader of one field.
 * @param fallback - the author's `default`, taken for each value that is missing
 * @param clock - of the role's zone; null if the platform does not know it
 */
export function fieldReader(field: CompiledReadField, fallback: Json | undefined, clock: ZoneClock | null): FieldReader {
	const read = field.from === "fact" ? factReader(field) : field.from === "time" ? timeReader(field, clock) : inputReader(field);
	if (fallback === undefined) return read;
	const isGiven = field.from === "input" ? givenList(field) : () => false;
	return (source) => {
		const reading = read(source);
		return reading.cells.length === 0 && isGiven(source) ? reading : withFallback(reading, fallback);
	};
}

/** Whether a list is there, if only an empty one: it is not missing, and a default is not for it. */
function givenList(field: CompiledInputField): (source: Pick<Deciding, "call" | "element">) => boolean {
	const root = rootOf(field);
	const outer = field.paths.map((path) => path.slice(0, Math.max(path.findIndex(isEach), 0) || path.length));
	return (source) => {
		const lists: Cell[] = [];
		for (const path of outer) collectWhole(root(source), path, 0, false, lists);
		return lists.length > 0;
	};
}

/** Whether a field goes through each element of a list. */
export function isInBrackets(field: CompiledReadField): boolean {
	return field.from === "input" && field.paths[0]?.some(isEach) === true;
}

function isEach(step: InputPath[number]): boolean {
	return typeof step === "object" && "each" in step;
}

function withFallback(reading: Reading, fallback: Json): Reading {
	if (reading.cells.length === 0)
		return { cells: Array.isArray(fallback) ? fallback : [fallback], origins: null, gaveList: Array.isArray(fallback) };
	if (!reading.cells.includes(MISSING)) return reading;
	return {
		cells: reading.cells.map((cell) => (cell === MISSING ? fallback : cell)),
		origins: reading.origins,
		gaveList: reading.gaveList,
	};
}

/** A field of another version, or of a zone that is not known: nothing can be read there, which is not the same as nothing there. */
const UNKNOWN_FIELD: FieldReader = () => ({ cells: [UNREADABLE_FORM], origins: null, gaveList: false });

function factReader(field: CompiledFact): FieldReader {
	const read = isFactPath(field.path) ? FACT_READERS.get(field.path[0] as string) : undefined;
	if (read === undefined) return UNKNOWN_FIELD;
	return ({ facts }) => ({ cells: [read(facts, field.path.slice(1)) ?? MISSING], origins: null, gaveList: false });
}

function timeReader({ part }: CompiledTime, clock: ZoneClock | null): FieldReader {
	const parts: Record<CompiledTime["part"], (time: LocalTime) => Json> = {
		hour: ({ minutes }) => Math.floor(minutes / 60),
		minute: ({ minutes }) => minutes % 60,
		weekday: ({ weekday }) => WEEKDAYS[weekday] as string,
		date: ({ days }) => dateText(days),
	};
	const read: ((time: LocalTime) => Json) | undefined = parts[part];
	if (clock === null || read === undefined) return UNKNOWN_FIELD;
	return ({ facts }) => ({ cells: [read(clock(facts.now))], origins: null, gaveList: false });
}

/** Of more values than this nothing is read out of their texts, each of which takes about a microsecond: they are indeterminate. */
const DERIVED_MAX = 1_000;

function inputReader(field: CompiledInputField): FieldReader {
	const derived = field.derived === undefined ? undefined : DERIVED_FIELDS.get(field.derived);
	if (field.derived !== undefined && derived === undefined) return UNKNOWN_FIELD;
	if (derived?.of === "list") return listReader(field, derived);
	const derivedMax = derived?.gives === "string" ? DERIVED_MAX : Number.POSITIVE_INFINITY;
	const [first, ...covered] = field.paths as [InputPath, ...InputPath[]];
	const root = rootOf(field);
	return (source) => {
		const input = root(source);
		const cells: Cell[] = [];
		let origins: number[] | null = null;
		let gaveList = collect(input, first, 0, !field.list, cells);
		// No schema lets a list stand here: an empty one is a wrong type, not a list without values.
		if (cells.length === 0 && !field.list) cells.push(UNREADABLE_FORM);
		for (let i = 0; i < covered.length; i++) {
			const before = cells.length;
			if (collect(input, covered[i] as InputPath, 0, false, cells)) gaveList = true;
			if (cells.length === before) continue;
			origins ??= new Array(before).fill(0);
			while (origins.length < cells.length) origins.push(i + 1);
		}
		if (derived !== undefined)
			for (let i = 0; i < cells.length; i++) {
				const cell = cells[i] as Cell;
				if (cell instanceof Unreadable) continue;
				cells[i] = i < derivedMax ? derived.derive(cell) : UNREADABLE_FORM;
			}
		return { cells, origins, gaveList };
	};
}

/** Where a field's paths begin: the input, or the element of a list. */
function rootOf(field: CompiledInputField): (source: Pick<Deciding, "call" | "element">) => Json {
	return field.element === true ? ({ element }) => element ?? null : ({ call }) => call.input;
}

/** For what is derived from a list as a whole: the lists that a field covers count as one with it. */
function listReader(field: CompiledInputField, derived: DerivedField): FieldReader {
	const inner = (field.paths[0] as InputPath).some(isEach);
	const { paths } = field;
	const root = rootOf(field);
	return (source) => {
		const input = root(source);
		const lists: Cell[] = [];
		const origins: number[] = [];
		for (let i = 0; i < paths.length; i++) {
			collectWhole(input, paths[i] as InputPath, 0, i === 0 && !field.list, lists);
			while (origins.length < lists.length) origins.push(i);
		}
		if (inner)
			return {
				cells: lists.map((list) => (list instanceof Unreadable ? list : derived.derive(list))),
				origins,
				gaveList: false,
			};
		const values: Json[] = [];
		for (const list of lists) {
			if (list instanceof Unreadable) return { cells: [list], origins: null, gaveList: false };
			if (list === null) return { cells: [UNREADABLE_FORM], origins: null, gaveList: false };
			if (Array.isArray(list)) for (const value of list) values.push(value);
			else values.push(list);
		}
		return { cells: [derived.derive(values)], origins: null, gaveList: false };
	};
}

/** What stands under a name; what has no names is of the wrong type, which is not the same as missing: no default is for it. */
function own(value: Json, key: string): Json | undefined | typeof UNREADABLE_FORM {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return UNREADABLE_FORM;
	const member = (value as JsonObject)[key];
	return member !== undefined && Object.hasOwn(value, key) ? member : undefined;
}

/**
 * Gathers the values at a path, lists taken apart; whether one stood at its end comes back.
 * @param needed - a missing value is a cell of its own, not an empty list
 */
function collect(value: Json, path: InputPath, from: number, needed: boolean, cells: Cell[]): boolean {
	let at: Json | undefined = value;
	for (let i = from; i < path.length; i++) {
		const step = path[i] as InputPath[number];
		if (typeof step === "string") {
			const member = own(at, step);
			if (member instanceof Unreadable) {
				cells.push(member);
				return false;
			}
			at = member;
		} else if ("at" in step) at = Array.isArray(at) ? at[step.at] : step.at === 0 ? at : undefined;
		else if (Array.isArray(at)) {
			let gaveList = false;
			for (const element of at) if (collect(element, path, i + 1, true, cells)) gaveList = true;
			return gaveList;
		}
		if (at === undefined) {
			if (needed) cells.push(MISSING);
			return false;
		}
	}
	if (!Array.isArray(at)) {
		cells.push(at);
		return false;
	}
	for (const element of at) cells.push(element);
	return true;
}

/** The same with lists left whole. */
function collectWhole(value: Json, path: InputPath, from: number, needed: boolean, lists: Cell[]): void {
	let at: Json | undefined = value;
	for (let i = from; i < path.length; i++) {
		const step = path[i] as InputPath[number];
		if (typeof step === "string") {
			const member = own(at, step);
			if (member instanceof Unreadable) {
				lists.push(member);
				return;
			}
			at = member;
		} else if ("at" in step) at = Array.isArray(at) ? at[step.at] : step.at === 0 ? at : undefined;
		else if (Array.isArray(at)) {
			for (const element of at) collectWhole(element, path, i + 1, true, lists);
			return;
		}
		if (at === undefined) {
			if (needed) lists.push(MISSING);
			return;
		}
	}
	lists.push(at);
}

/**
 * The elements of the list at a field, and of those that it covers. Null where there is no list that could be told: a value that
 * is missing where no schema lets it be a list.
 */
export function elementsReader(field: CompiledInputField): (source: Pick<Deciding, "call" | "element">) => Cell[] | null {
	const root = rootOf(field);
	return (source) => {
		const cells: Cell[] = [];
		for (const [index, path] of field.paths.entries()) collect(root(source), path, 0, index === 0 && !field.list, cells);
		return cells.includes(MISSING) && !field.list ? null : cells;
	};
}
