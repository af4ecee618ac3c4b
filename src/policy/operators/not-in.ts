/** `not_in`: the value is none of the operands. */
import type { Json } from "../../contract/json.ts";
import { membership, readScalars } from "./equality.ts";
import { membershipPhrase } from "./in.ts";
import type { Operator } from "./operator.ts";

export const notIn: Operator = {
	name: "not_in",
	tests: null,
	counters: true,
	folds: true,
	takesLists: true,
	takesFields: true,
	readOperand: readScalars,
	load: (operand, reads, ci) => membership(operand as Json[], reads, ci, false),
	phrase: (subject, outcome) => membershipPhrase(subject, !outcome),
};
