/** Fields in words: what people call them, and what is wrong with what stands there. */
import type { Json } from "../contract/json.ts";
import type { CompiledReadField, InputPath } from "./compiled-role.ts";
import type { Loading } from "./deciding.ts";
import { DERIVED_FIELDS } from "./fields/derived.ts";
import type { Operator, Phrase } from "./operators/operator.ts";
import { type Cell, Unreadable } from "./reading.ts";

/** A field as people call it, and the short form. */
export interface Names {
	name: string;
	noun: string;
}

/** What people call the field, by the path that the value came from: a value of `cc` under `to` is a cc recipient. */
export function fieldNames(field: CompiledReadField, origin: number, loading: Loading): Names {
	if (field.from !== "input") return { name: field.text, noun: field.text };
	const outer = field.element === true ? loading.elementPath : [];
	const steps = [...outer, ...(field.paths[origin] as InputPath)].filter((step) => typeof step === "string");
	const first = steps[0] as string;
	const { human_names } = loading.definition;
	const plain = [Object.hasOwn(human_names, first) ? human_names[first] : first, ...steps.slice(1)].join(" ");
	const human = field.derived === undefined ? undefined : DERIVED_FIELDS.get(field.derived)?.human;
	return human === undefined
		? { name: plain, noun: steps[steps.length - 1] as string }
		: { name: `${plain} ${human}`, noun: human };
}

/** A list has no value that could be tested. */
export function noValues(names: Names, outcome: boolean | null, operator: Operator, operand: Json): Phrase {
	if (outcome !== null && operator.name === "exists")
		return operator.phrase({ ...names, value: "", bare: "", hidden: true, operand }, outcome);
	return { reason: `${names.name} has no value`, detail: `${names.noun} missing` };
}

/** Why a value could not be tested. */
export function unreadable(names: Names, cell: Cell, operator: Operator): Phrase {
	if (cell instanceof Unreadable && cell.why === "missing")
		return { reason: `${names.name} is missing`, detail: `${names.noun} missing` };
	if (cell instanceof Unreadable) return { reason: `${names.name} cannot be read`, detail: `${names.noun} cannot be read` };
	if (cell === "") return { reason: `${names.name} is empty`, detail: `${names.noun} empty` };
	if (operator.tests?.length === 1 && typeof cell !== operator.tests[0])
		return { reason: `${names.name} is not a ${operator.tests[0]}`, detail: `${names.noun} not a ${operator.tests[0]}` };
	return { reason: `${names.name} cannot be compared`, detail: `${names.noun} cannot be compared` };
}
