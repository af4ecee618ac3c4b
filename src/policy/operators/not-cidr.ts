/** `not_cidr`: the address lies in none of the ranges. */
import { negate } from "./equality.ts";
import { membershipPhrase } from "./in.ts";
import type { Operator } from "./operator.ts";
import { inRanges, readRanges } from "./ranges.ts";

export const notCidr: Operator = {
	name: "not_cidr",
	tests: ["string"],
	counters: false,
	takesLists: true,
	readOperand: readRanges,
	load: (operand) => ({ check: negate(inRanges(operand)), dear: true }),
	phrase: (subject, outcome) => membershipPhrase(subject, !outcome),
};
