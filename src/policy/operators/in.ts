/** `in`: the value is one of the operands. */
import type { Json } from "../../contract/json.ts";
import { oneOf, readScalars } from "./equality.ts";
import type { Operator, Phrase, Subject } from "./operator.ts";

export const inList: Operator = {
	name: "in",
	tests: null,
	counters: true,
	folds: true,
	readOperand: readScalars,
	load: (operand, reads, ci) => ({ check: oneOf(operand as Json[], reads, ci) }),
	phrase: (subject, outcome) => membershipPhrase(subject, outcome),
};

/** `member`: whether the value was on the list, which is what stood in the way. */
export function membershipPhrase(subject: Subject, member: boolean): Phrase {
	return {
		reason: `${subject.name} ${subject.value} ${member ? "in blocklist" : "not in allowlist"}`,
		detail: `${subject.noun} ${subject.bare} not allowed`,
	};
}
