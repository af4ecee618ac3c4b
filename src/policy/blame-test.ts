/** A test in words: the value that its outcome is owed to, found after it has been judged. */
import type { Json } from "../contract/json.ts";
import { cellOutcome, memberOutcome } from "./cell-outcome.ts";
import type { CompiledReadField } from "./compiled-role.ts";
import type { Deciding, Kept, LoadedCondition, LoadedReader, Loading } from "./deciding.ts";
import { fieldNames, noValues, unreadable } from "./field-names.ts";
import type { Operator, Phrase } from "./operators/operator.ts";
import { outcomeOf } from "./outcome.ts";
import { type Cell, type Reading, Unreadable } from "./reading.ts";
import { spokenValue } from "./seen-values.ts";
import { fill } from "./slots.ts";
import type { ValueTest } from "./test-values.ts";
import { takeWork } from "./work.ts";

/** A test that was loaded. */
interface Blamed {
	field: CompiledReadField;
	operator: Operator;
	operand: Json;
	values: ValueTest;
	/** Whether the field is tested as a list, not value by value. */
	isList: (reading: Reading) => boolean;
	loading: Loading;
}

/** Makes the function that puts a test into words. */
export function blameTest(blamed: Blamed): LoadedCondition["blame"] {
	const { values, isList } = blamed;
	return (deciding, outcome) => {
		const reading = deciding.readings[values.slot] ?? fill(deciding, values.slot, values.read);
		return isList(reading) ? blameWhole(blamed, deciding, reading, outcome) : blameValue(blamed, deciding, reading, outcome);
	};
}

/** The first value that comes to the outcome. */
function blameValue(
	{ field, operator, operand, values, loading }: Blamed,
	deciding: Deciding,
	{ cells, origins }: Reading,
	outcome: boolean | null,
): Phrase {
	const { slot, loaded } = values;
	const index =
		(deciding.kept?.get(values) as Kept | undefined)?.at ??
		cells.findIndex((cell) => cellOutcome(cell, loaded, deciding.work) === outcomeOf(outcome));
	const origin = origins?.[index] ?? 0;
	const names = fieldNames(field, origin, loading);
	if (index === -1) return noValues(names, outcome, operator, operand);
	const cell = cells[index] as Cell;
	if (outcome === null) return unreadable(names, cell, operator);
	if (cell instanceof Unreadable) return operator.phrase({ ...names, value: "", bare: "", hidden: true, operand }, outcome);
	const isLogged = (loading.readers[slot] as LoadedReader).logged[origin] === true;
	const { quoted, bare } = spokenValue(cell, isLogged, deciding.facts.digest);
	return operator.phrase({ ...names, value: quoted, bare, hidden: !isLogged, operand }, outcome);
}

/** Of a list as a whole: the value that was found in it, or the one that leaves it open. */
function blameWhole(
	{ field, operator, operand, values: { slot, loaded }, loading }: Blamed,
	deciding: Deciding,
	{ cells, origins }: Reading,
	outcome: boolean | null,
): Phrase {
	const { logged } = loading.readers[slot] as LoadedReader;
	const wanted = outcomeOf(outcome === null ? null : true);
	const isSought = takeWork(deciding.work, cells.length);
	const index = isSought ? cells.findIndex((cell) => memberOutcome(cell, loaded) === wanted) : -1;
	const origin = origins?.[index] ?? 0;
	const names = fieldNames(field, origin, loading);
	if (outcome === null) return unreadable(names, cells[index] ?? null, operator);
	const found = index === -1 ? null : (cells[index] as Json);
	const hidden = found === null ? logged.includes(false) : logged[origin] !== true;
	const { quoted, bare } = found === null ? { quoted: "", bare: "" } : spokenValue(found, !hidden, deciding.facts.digest);
	return operator.phrase({ ...names, value: quoted, bare, hidden, whole: true, operand }, outcome);
}
