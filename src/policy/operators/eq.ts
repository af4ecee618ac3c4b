/** `eq`: the value is the operand. */
import { membership, readScalar } from "./equality.ts";
import type { Operator, Phrase, Subject } from "./operator.ts";

export const eq: Operator = {
	name: "eq",
	tests: null,
	counters: true,
	folds: true,
	takesFields: true,
	readOperand: readScalar,
	load: (operand, reads, ci) => membership([operand], reads, ci, true),
	phrase: (subject, outcome) => equalityPhrase(subject, outcome),
};

/** `equal`: whether the value was the operand, which is what stood in the way. */
export function equalityPhrase(subject: Subject, equal: boolean): Phrase {
	const wanted = subject.hidden ? "the value that is allowed" : JSON.stringify(subject.operand).replaceAll('"', "'");
	return {
		reason: equal ? `${subject.name} ${subject.value} is not allowed` : `${subject.name} ${subject.value} is not ${wanted}`,
		detail: `${subject.noun} ${subject.bare} not allowed`,
	};
}
