/** `ne`: the value is not the operand. */
import { equalityPhrase } from "./eq.ts";
import { negate, oneOf, readScalar } from "./equality.ts";
import type { Operator } from "./operator.ts";

export const ne: Operator = {
	name: "ne",
	tests: null,
	counters: true,
	folds: true,
	readOperand: readScalar,
	load: (operand, reads, ci) => ({ check: negate(oneOf([operand], reads, ci)) }),
	phrase: (subject, outcome) => equalityPhrase(subject, !outcome),
};
