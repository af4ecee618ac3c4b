/** `between`: the value is at least the first operand and at most the second. */
import type { Json } from "../../contract/json.ts";
import type { OperandResult, Operator, Target } from "./operator.ts";
import { readNumber } from "./order.ts";

export const between: Operator = {
	name: "between",
	tests: ["number"],
	counters: true,
	readOperand,
	load(operand) {
		const [low, high] = operand as [number, number];
		return {
			check: (value) => (typeof value === "number" && Number.isFinite(value) ? value >= low && value <= high : null),
		};
	},
	phrase(subject, outcome) {
		const [low, high] = subject.operand as [number, number];
		const how = `${outcome ? "between" : "not between"} ${low} and ${high}`;
		return { reason: `${subject.name} ${subject.value} ${how}`, detail: `${subject.noun} ${subject.bare} ${how}` };
	},
};

function readOperand(operand: Json, target: Target): OperandResult {
	if (!Array.isArray(operand) || operand.length !== 2)
		return { ok: false, code: "operand_type", message: "two numbers should stand here, the lower first: [1, 10]" };
	for (const [index, one] of operand.entries()) {
		const read = readNumber(one, target);
		if (!read.ok) return { ...read, path: `[${index}]` };
	}
	const [low, high] = operand as [number, number];
	return low <= high
		? { ok: true, operand: [low, high] }
		: { ok: false, code: "empty_range", message: `nothing lies between ${low} and ${high}; the lower number stands first` };
}
