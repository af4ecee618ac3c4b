/** `exists`: whether the field is there at all. A null is neither there nor missing. */
import type { Operator } from "./operator.ts";

export const exists: Operator = {
	name: "exists",
	tests: null,
	counters: false,
	readOperand: (operand) =>
		typeof operand === "boolean"
			? { ok: true, operand }
			: { ok: false, code: "operand_type", message: "true or false should stand here" },
	load: (operand) => ({ check: (value) => (value === null ? null : operand === true), missing: operand === false }),
	phrase: (subject, outcome) => {
		const wasThere = outcome === (subject.operand === true);
		return wasThere
			? { reason: `${subject.name} must be left out`, detail: `${subject.noun} not allowed` }
			: { reason: `${subject.name} is missing`, detail: `${subject.noun} missing` };
	},
};
