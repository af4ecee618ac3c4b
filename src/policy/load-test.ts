/** One operator on one field, as a closure: value by value, so that no value can hide behind another. */
import type { Json } from "../contract/json.ts";
import type { CompiledField, CompiledTest, InputPath } from "./compiled-role.ts";
import { type Deciding, type LoadedCondition, type Loading, slotKey } from "./deciding.ts";
import { DERIVED_FIELDS } from "./fields/derived.ts";
import type { LoadedOperator, Operator, Phrase, Target } from "./operators/operator.ts";
import { OPERATORS } from "./operators/registry.ts";
import { fieldReader } from "./read-field.ts";
import { type Cell, type Reading, Unreadable } from "./reading.ts";
import { loggedPaths, spokenValue } from "./seen-values.ts";

type ReadField = Exclude<CompiledField, { from: "rate" }>;

/** Loads a test. An operator or a derived field that this version does not know makes it indeterminate. */
export function loadTest(test: CompiledTest, loading: Loading): LoadedCondition {
	const field = test.field as ReadField;
	const operator = OPERATORS.get(test.op);
	const loaded = loadOperator(test, operator, loading);
	if (operator === undefined || loaded === null) return { outcome: () => null, blame: () => null };
	const slot = loading.slot(slotKey(test), () => ({
		read: fieldReader(field, test.default),
		logged: loggedPaths(field, loading.definition),
	}));
	const { read, logged } = loading.readers[slot] as Loading["readers"][number];
	const every = test.rule === "every";
	const empty = loaded.missing ?? emptyOutcome(test, loaded.negated === true);
	const takesList = loaded.whole !== undefined;
	const declared = test.whole === true;
	const inBrackets =
		field.from === "input" && field.paths[0]?.some((step) => typeof step === "object" && "each" in step) === true;
	const readingOf = (deciding: Deciding): Reading => {
		let reading = deciding.readings[slot];
		if (reading === undefined) deciding.readings[slot] = reading = read(deciding.call, deciding.facts);
		return reading;
	};
	/** Of a list as a whole: the value that was found in it, or the one that leaves it open. */
	const blameWhole = (deciding: Deciding, cells: Cell[], origins: number[] | null, outcome: boolean | null): Phrase => {
		const index = cells.findIndex((cell) => memberOutcome(cell, loaded) === (outcome === null ? null : true));
		const origin = origins?.[index] ?? 0;
		const names = fieldNames(field, origin, loading);
		if (outcome === null) return unreadable(names, cells[index] ?? null, operator);
		const found = index === -1 ? null : (cells[index] as Json);
		const hidden = found === null ? logged.includes(false) : logged[origin] !== true;
		const { quoted, bare } = found === null ? { quoted: "", bare: "" } : spokenValue(found, !hidden, deciding.facts.digest);
		return operator.phrase({ ...names, value: quoted, bare, hidden, whole: true, operand: test.operand }, outcome);
	};
	return {
		outcome(deciding) {
			const { cells, gaveList } = readingOf(deciding);
			if (takesList && cells.length > 0 && (declared || gaveList))
				// A list that no schema declared, in each element of another: nobody can tell which one is meant.
				return inBrackets ? null : wholeOutcome(cells, loaded);
			if (cells.length === 1) return cellOutcome(cells[0] as Cell, loaded);
			if (cells.length === 0) return empty;
			let indeterminate = false;
			for (let i = 0; i < cells.length; i++) {
				const outcome = cellOutcome(cells[i] as Cell, loaded);
				if (outcome === !every) return outcome;
				if (outcome === null) indeterminate = true;
			}
			return indeterminate ? null : every;
		},
		blame(deciding, outcome) {
			const { cells, origins, gaveList } = readingOf(deciding);
			if (takesList && cells.length > 0 && (declared || gaveList)) return blameWhole(deciding, cells, origins, outcome);
			const index = cells.findIndex((cell) => cellOutcome(cell, loaded) === outcome);
			const origin = origins?.[index] ?? 0;
			const names = fieldNames(field, origin, loading);
			if (index === -1) return noValues(names, outcome, operator, test);
			const cell = cells[index] as Cell;
			if (cell instanceof Unreadable || outcome === null) {
				if (cell instanceof Unreadable && outcome !== null)
					return operator.phrase({ ...names, value: "", bare: "", hidden: true, operand: test.operand }, outcome);
				return unreadable(names, cell, operator);
			}
			const isLogged = logged[origin] === true;
			const { quoted, bare } = spokenValue(cell, isLogged, deciding.facts.digest);
			return operator.phrase({ ...names, value: quoted, bare, hidden: !isLogged, operand: test.operand }, outcome);
		},
	};
}

function loadOperator(test: CompiledTest, operator: Operator | undefined, loading: Loading): LoadedOperator | null {
	let loaded = loading.operators.get(test);
	if (loaded === undefined) {
		loaded = operator === undefined ? null : operator.load(test.operand, readsOf(test.field as ReadField), test.ci === true);
		loading.operators.set(test, loaded);
	}
	return loaded;
}

/** How the texts of a field are compared. */
export function readsOf(field: CompiledField): Target["reads"] {
	if (field.from !== "input") return "plain";
	if (field.derived !== undefined) return DERIVED_FIELDS.get(field.derived)?.operands ?? "plain";
	return field.reads ?? "plain";
}

function cellOutcome(cell: Cell, loaded: LoadedOperator): boolean | null {
	if (cell instanceof Unreadable) return cell.why === "missing" ? (loaded.missing ?? null) : null;
	if (cell === "") return null;
	try {
		return loaded.check(cell);
	} catch {
		// An operator that fails is indeterminate, never a yes or a no.
		return null;
	}
}

/** What a list without any value comes to; under the opposite of an operator as under a `not`. */
function emptyOutcome(test: CompiledTest, negated: boolean): boolean | null {
	const every = (test.rule === "every") !== negated;
	if (!every) return negated;
	return test.allow_empty === true ? !negated : null;
}

function wholeOutcome(cells: Cell[], loaded: LoadedOperator): boolean | null {
	try {
		return loaded.whole?.(cells) ?? null;
	} catch {
		return null;
	}
}

function memberOutcome(cell: Cell, { member }: LoadedOperator): boolean | null {
	if (cell instanceof Unreadable || cell === "" || member === undefined) return null;
	try {
		return member(cell);
	} catch {
		return null;
	}
}

interface Names {
	name: string;
	noun: string;
}

/** What people call the field, by the path that the value came from: a value of `cc` under `to` is a cc recipient. */
function fieldNames(field: ReadField, origin: number, loading: Loading): Names {
	if (field.from === "fact") return { name: field.text, noun: field.text };
	const steps = (field.paths[origin] as InputPath).filter((step) => typeof step === "string");
	const first = steps[0] as string;
	const { human_names } = loading.definition;
	const plain = [Object.hasOwn(human_names, first) ? human_names[first] : first, ...steps.slice(1)].join(" ");
	const human = field.derived === undefined ? undefined : DERIVED_FIELDS.get(field.derived)?.human;
	return human === undefined
		? { name: plain, noun: steps[steps.length - 1] as string }
		: { name: `${plain} ${human}`, noun: human };
}

function noValues(names: Names, outcome: boolean | null, operator: Operator, test: CompiledTest): Phrase {
	if (outcome !== null && test.op === "exists")
		return operator.phrase({ ...names, value: "", bare: "", hidden: true, operand: test.operand }, outcome);
	return { reason: `${names.name} has no value`, detail: `${names.noun} missing` };
}

function unreadable(names: Names, cell: Cell, operator: Operator): Phrase {
	if (cell instanceof Unreadable && cell.why === "missing")
		return { reason: `${names.name} is missing`, detail: `${names.noun} missing` };
	if (cell instanceof Unreadable) return { reason: `${names.name} cannot be read`, detail: `${names.noun} cannot be read` };
	if (cell === "") return { reason: `${names.name} is empty`, detail: `${names.noun} empty` };
	if (operator.tests?.length === 1 && typeof cell !== operator.tests[0])
		return { reason: `${names.name} is not a ${operator.tests[0]}`, detail: `${names.noun} not a ${operator.tests[0]}` };
	return { reason: `${names.name} cannot be compared`, detail: `${names.noun} cannot be compared` };
}
