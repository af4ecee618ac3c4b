/** Turns a compiled field into the function that reads it out of a call. Own properties only, whatever the object is. */
import type { Json, JsonObject } from "../contract/json.ts";
import type { CompiledField, InputPath } from "./compiled-role.ts";
import type { Call, Facts } from "./decision.ts";
import { DERIVED_FIELDS, type DerivedField } from "./fields/derived.ts";
import { FACT_READERS } from "./fields/facts.ts";
import { type Cell, MISSING, type Reading, UNREADABLE_FORM, Unreadable } from "./reading.ts";

export type FieldReader = (call: Call, facts: Facts) => Reading;
type InputField = Extract<CompiledField, { from: "input" }>;
type FactField = Extract<CompiledField, { from: "fact" }>;

/**
 * Makes the reader of one field.
 * @param fallback - the author's `default`, taken for each value that is missing
 */
export function fieldReader(field: InputField | FactField, fallback: Json | undefined): FieldReader {
	const read = field.from === "fact" ? factReader(field) : inputReader(field);
	return fallback === undefined ? read : (call, facts) => withFallback(read(call, facts), fallback);
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

function factReader(field: FactField): FieldReader {
	const read = FACT_READERS.get(field.path[0] as string);
	return (_call, facts) => ({ cells: [read?.(facts, field.path.slice(1)) ?? MISSING], origins: null, gaveList: false });
}

function inputReader(field: InputField): FieldReader {
	const derived = field.derived === undefined ? undefined : DERIVED_FIELDS.get(field.derived);
	if (field.derived !== undefined && derived === undefined) return () => ({ cells: [MISSING], origins: null, gaveList: false });
	if (derived?.of === "list") return listReader(field, derived);
	const [first, ...covered] = field.paths as [InputPath, ...InputPath[]];
	return (call) => {
		const cells: Cell[] = [];
		let origins: number[] | null = null;
		let gaveList = collect(call.input, first, 0, !field.list, cells);
		// No schema lets a list stand here: an empty one is a wrong type, not a list without values.
		if (cells.length === 0 && !field.list) cells.push(UNREADABLE_FORM);
		for (let i = 0; i < covered.length; i++) {
			const before = cells.length;
			if (collect(call.input, covered[i] as InputPath, 0, false, cells)) gaveList = true;
			if (cells.length === before) continue;
			origins ??= new Array(before).fill(0);
			while (origins.length < cells.length) origins.push(i + 1);
		}
		if (derived !== undefined)
			for (let i = 0; i < cells.length; i++) {
				const cell = cells[i] as Cell;
				if (!(cell instanceof Unreadable)) cells[i] = derived.derive(cell);
			}
		return { cells, origins, gaveList };
	};
}

/** For what is derived from a list as a whole: the lists that a field covers count as one with it. */
function listReader(field: InputField, derived: DerivedField): FieldReader {
	const inner = (field.paths[0] as InputPath).some((step) => typeof step === "object" && "each" in step);
	const paths = inner ? field.paths.slice(0, 1) : field.paths;
	return (call) => {
		const lists: Cell[] = [];
		for (let i = 0; i < paths.length; i++) collectWhole(call.input, paths[i] as InputPath, 0, i === 0 && !field.list, lists);
		if (inner)
			return {
				cells: lists.map((list) => (list instanceof Unreadable ? list : derived.derive(list))),
				origins: null,
				gaveList: false,
			};
		const values: Json[] = [];
		for (const list of lists) {
			if (list instanceof Unreadable) return { cells: [list], origins: null, gaveList: false };
			if (Array.isArray(list)) for (const value of list) values.push(value);
			else values.push(list);
		}
		return { cells: [derived.derive(values)], origins: null, gaveList: false };
	};
}

function own(value: Json, key: string): Json | undefined {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
	return Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined;
}

/**
 * Gathers the values at a path, lists taken apart; whether one stood at its end comes back.
 * @param needed - a missing value is a cell of its own, not an empty list
 */
function collect(value: Json, path: InputPath, from: number, needed: boolean, cells: Cell[]): boolean {
	let at: Json | undefined = value;
	for (let i = from; i < path.length; i++) {
		const step = path[i] as InputPath[number];
		if (typeof step === "string") at = own(at, step);
		else if ("at" in step) at = Array.isArray(at) ? at[step.at] : step.at === 0 ? at : undefined;
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
		if (typeof step === "string") at = own(at, step);
		else if ("at" in step) at = Array.isArray(at) ? at[step.at] : step.at === 0 ? at : undefined;
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
