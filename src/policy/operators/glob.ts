/** `glob`: all of the text fits a pattern of `*` and `?`. */
import { ROLE_LIMITS } from "../../contract/role-document.ts";
import { foldCase } from "../fold-case.ts";
import { globMatcher } from "./glob-pattern.ts";
import type { Operator } from "./operator.ts";
import { readPart, spokenOperands, textCheck } from "./texts.ts";

export const glob: Operator = {
	name: "glob",
	tests: ["string"],
	counters: false,
	folds: true,
	readOperand(operand, target) {
		if (typeof operand === "string" && operand.length > ROLE_LIMITS.patternCharacters)
			return { ok: false, code: "too_large", message: `a pattern has at most ${ROLE_LIMITS.patternCharacters} characters` };
		return readPart(operand, target, /[*?]/g);
	},
	load: (operand, reads, ci) => ({ check: textCheck(operand as string, foldCase, globMatcher, reads, ci), dear: true }),
	phrase: (subject, outcome) => ({
		reason: `${subject.name} ${subject.value} ${outcome ? "matches" : "does not match"} ${spokenOperands(subject, outcome, "or")}`,
		detail: `${subject.noun} ${subject.bare} not allowed`,
	}),
};
