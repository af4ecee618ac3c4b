/**
 * `matches`: a regular expression of RE2's syntax matches somewhere in the text, as RE2's and CEL's `matches` do. Who means the
 * whole text writes `^` and `$` (`$` is the very end, no line's); `@acme\.com` alone also matches `e@acme.com.evil.example`.
 */
import { ROLE_LIMITS } from "../../contract/role-document.ts";
import { utf8Length } from "../utf8.ts";
import type { Check, Operator, Target } from "./operator.ts";
import { type Expression, readExpression, type Search } from "./regular-expression.ts";
import { CAPITALS, neverFound, readPart, spokenOperands } from "./texts.ts";

/** Longer texts are indeterminate, in bytes of UTF-8. */
export const SUBJECT_BYTES = 4_096;

/** What has capitals in a pattern and means no letter: escapes, classes by name, named groups. */
const NAMES = /\\[pP](?:\{[^}]*\}|.)|\\.|\(\?P?<\w+>/gsu;

/** A class may well name letters that are not there, to have none of them. */
const CLASSES = /\[\^?\]?[^\]]*\]/gu;
/** Of ASCII a pattern is made: only what is not can be told to stand for itself. */
const ASCII = /\p{ASCII}+/gu;

export const matches: Operator = {
	name: "matches",
	tests: ["string"],
	counters: false,
	folds: true,
	readOperand(operand, { reads, lower }) {
		const text = readPart(operand, { reads: "plain", types: null, counter: false, list: false });
		if (!text.ok) return text;
		const pattern = text.operand as string;
		if (pattern.length > ROLE_LIMITS.patternCharacters)
			return { ok: false, code: "too_large", message: `a pattern has at most ${ROLE_LIMITS.patternCharacters} characters` };
		if (lower === true && /\p{Lu}/u.test(pattern.replace(NAMES, ""))) return CAPITALS;
		const never = neverFound(pattern.replace(NAMES, "").replace(CLASSES, "").replace(ASCII, ""), reads);
		if (never !== null) return never;
		const read = readExpression(pattern, false);
		return read.ok ? text : { ok: false, code: "not_a_pattern", message: read.message };
	},
	load: (operand, reads, ci) => ({ check: withinCap(expressionCheck(operand as string, reads, ci)), dear: true }),
	phrase: (subject, outcome) => ({
		reason: `${subject.name} ${subject.value} ${outcome ? "matches" : "does not match"} ${spokenOperands(subject, outcome, "or")}`,
		detail: `${subject.noun} ${subject.bare} not allowed`,
	}),
};

function withinCap(holds: Search): Check {
	return (value, work) => {
		if (typeof value !== "string" || value.length > SUBJECT_BYTES) return null;
		return value.length * 3 > SUBJECT_BYTES && utf8Length(value) > SUBJECT_BYTES ? null : holds(value, work);
	};
}

/**
 * Domains, hosts and schemes have no case. Addresses and local parts may: there, what case decides is indeterminate, whichever way
 * (`^[^A-Z]+$` holds for less where case is folded).
 */
function expressionCheck(pattern: string, reads: Target["reads"], ci: boolean): Search {
	const folded = () => readExpression(pattern, true);
	const exact = () => readExpression(pattern, false);
	if (ci || reads === "domain" || reads === "host" || reads === "scheme") return only(folded());
	if (reads === "plain") return only(exact());
	const [either, as] = [only(folded()), only(exact())];
	return (text, work) => {
		const outcome = as(text, work);
		return outcome === either(text, work) ? outcome : null;
	};
}

/** A pattern of a compiled role that is none any more (another version compiled it) tests nothing. */
function only(read: Expression): Search {
	return read.ok ? read.matches : () => null;
}
