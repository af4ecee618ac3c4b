/** `in`: the value is one of the operands. */
import type { Json } from "../../contract/json.ts";
import { membership, readScalars } from "./equality.ts";
import type { Operator, Phrase, Subject } from "./operator.ts";

export const inList: Operator = {
	name: "in",
	tests: null,
	counters: true,
	folds: true,
	takesLists: true,
	takesFields: true,
	readOperand: readScalars,
	load: (operand, reads, ci) => membership(operand as Json[], reads, ci, true),
	phrase: (subject, outcome) => membershipPhrase(subject, outcome),
};

/** `member`: whether the value was on the list, which is what stood in the way. */
export function membershipPhrase(subject: Subject, member: boolean): Phrase {
	return {
		reason: `${subject.name} ${subject.value} ${member ? "in blocklist" : "not in allowlist"}`,
		detail: `${subject.noun} ${subject.bare} not allowed`,
	};
}
