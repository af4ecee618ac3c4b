/** `cidr`: the address lies in the range, or in one of them. */
import { membershipPhrase } from "./in.ts";
import type { Operator } from "./operator.ts";
import { inRanges, readRanges } from "./ranges.ts";

export const cidr: Operator = {
	name: "cidr",
	tests: ["string"],
	counters: false,
	takesLists: true,
	readOperand: readRanges,
	load: (operand) => ({ check: inRanges(operand), dear: true }),
	phrase: (subject, outcome) => membershipPhrase(subject, outcome),
};
