/** `ne`: the value is not the operand. */
import { equalityPhrase } from "./eq.ts";
import { membership, readScalar } from "./equality.ts";
import type { Operator } from "./operator.ts";

export const ne: Operator = {
	name: "ne",
	tests: null,
	counters: true,
	folds: true,
	takesFields: true,
	readOperand: readScalar,
	load: (operand, reads, ci) => membership([operand], reads, ci, false),
	phrase: (subject, outcome) => equalityPhrase(subject, !outcome),
};
