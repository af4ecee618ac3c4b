/** What lt, lte, gt and gte share: numbers against a number. A number given as a text is none. */
import type { Json } from "../../contract/json.ts";
import type { OperandResult, Operator, Target } from "./operator.ts";

/** Makes an operator that compares numbers. `words` say how a value stands to the operand when it failed, and when it held. */
export function orderOperator(
	name: string,
	holds: (value: number, operand: number) => boolean,
	words: { failed: string; held: string },
): Operator {
	return {
		name,
		tests: ["number"],
		counters: true,
		takesFields: true,
		readOperand: readNumber,
		load: (operand) => ({
			check: (value) => (typeof value === "number" && Number.isFinite(value) ? holds(value, operand as number) : null),
		}),
		phrase: (subject, outcome) => {
			const how = `${outcome ? words.held : words.failed} ${subject.operand}`;
			return { reason: `${subject.name} ${subject.value} ${how}`, detail: `${subject.noun} ${subject.bare} ${how}` };
		},
	};
}

/** Reads one operand: a number; a whole one, zero or more, for a counter. */
export function readNumber(operand: Json, target: Target): OperandResult {
	if (typeof operand !== "number" || !Number.isFinite(operand))
		return { ok: false, code: "operand_type", message: "a number should stand here" };
	if (target.counter && (!Number.isSafeInteger(operand) || operand < 0))
		return { ok: false, code: "operand_type", message: "a whole number, zero or more, should stand here" };
	return { ok: true, operand };
}
