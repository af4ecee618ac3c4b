/**
 * What the `contains` family shares. A list is tested as a whole: whether the operands are among its values, compared as `eq`
 * compares them. A text is tested for them as its parts.
 */
import type { Json } from "../../contract/json.ts";
import { type Cell, Unreadable } from "../reading.ts";
import { takeWork, type Work } from "../work.ts";
import { negate, oneOf, readScalar } from "./equality.ts";
import type { Check, LoadedOperator, OperandResult, Operator, Phrase, Subject, Target } from "./operator.ts";
import { foldAll, partsTest, readEach, readPart, spokenOperands, textCheck } from "./texts.ts";

/** What it costs to look one value up. */
const MEMBER_STEPS = 5;

interface Kind {
	/** Takes a list of operands; else one. */
	many: boolean;
	/** All operands must be there; else one suffices. */
	all?: true;
	/** Holds where the others do not. */
	negated?: true;
}

/** Makes an operator of the family. */
export function containmentOperator(name: string, kind: Kind): Operator {
	return {
		name,
		tests: null,
		counters: false,
		folds: true,
		lists: true,
		...(kind.many ? { takesLists: true as const } : {}),
		takesFields: true,
		readOperand(operand, target) {
			if (!kind.many) return readMember(operand, target);
			return Array.isArray(operand)
				? readEach(operand, target, readMember)
				: { ok: false, code: "operand_type", message: "a list should stand here, in [brackets] or one a line" };
		},
		load: (operand, reads, ci) => load(kind.many ? (operand as Json[]) : [operand], kind, reads, ci),
		phrase: (subject, outcome) => phrase(subject, outcome !== (kind.negated === true), kind),
	};
}

function readMember(operand: Json, target: Target): OperandResult {
	if (target.list) return readScalar(operand, target);
	if (target.types === null && typeof operand !== "string") return readScalar(operand, target);
	if (target.types !== null && !target.types.has("string"))
		return {
			ok: false,
			code: "wrong_type",
			message: `the field is ${[...target.types].join(" or ")}, neither a text nor a list`,
		};
	return readPart(operand, target);
}

function load(operands: Json[], kind: Kind, reads: Target["reads"], ci: boolean): LoadedOperator {
	const member = oneOf(operands, reads, ci);
	const each = kind.all === true ? operands.map((operand) => oneOf([operand], reads, ci)) : [member];
	const whole = (cells: readonly Cell[], work?: Work): boolean | null => {
		if (work !== undefined && !takeWork(work, each.length * cells.length * MEMBER_STEPS)) return null;
		let indeterminate = false;
		for (const one of each) {
			const outcome = contained(cells, one);
			if (outcome === false) return false;
			if (outcome === null) indeterminate = true;
		}
		return indeterminate ? null : true;
	};
	const check = partsCheck(operands, kind, reads, ci);
	if (kind.negated !== true) return { check, whole, member, dear: true };
	const not = (cells: readonly Cell[], work?: Work): boolean | null => {
		const outcome = whole(cells, work);
		return outcome === null ? null : !outcome;
	};
	return { check: negate(check), whole: not, member, negated: true, dear: true };
}

/** Whether a list contains a value; a value that cannot be told apart leaves it open. */
function contained(cells: readonly Cell[], is: Check): boolean | null {
	let indeterminate = false;
	for (const cell of cells) {
		const outcome = cell instanceof Unreadable || cell === "" ? null : is(cell);
		if (outcome === true) return true;
		if (outcome === null) indeterminate = true;
	}
	return indeterminate ? null : false;
}

function partsCheck(operands: Json[], kind: Kind, reads: Target["reads"], ci: boolean): Check {
	const texts = operands.filter((operand) => typeof operand === "string");
	// On a field that may be anything a number can be in a list, and in no text.
	if (texts.length < operands.length) return () => null;
	const makeHolds = (parts: string[]) => partsTest(parts, (text, part) => text.includes(part), kind.all === true, true);
	return textCheck(texts, foldAll, makeHolds, reads, ci);
}

function phrase(subject: Subject, contains: boolean, kind: Kind): Phrase {
	const operands = spokenOperands(subject, contains, kind.all === true ? "and" : "or");
	if (!subject.whole)
		return {
			reason: `${subject.name} ${subject.value} ${contains ? "contains" : "does not contain"} ${operands}`,
			detail: `${subject.noun} ${subject.bare} not allowed`,
		};
	if (!contains) return { reason: `${subject.name} does not contain ${operands}`, detail: `${subject.noun} incomplete` };
	return kind.all === true
		? { reason: `${subject.name} contains ${operands}`, detail: `${subject.noun} not allowed` }
		: { reason: `${subject.name} ${subject.value} is not allowed`, detail: `${subject.noun} ${subject.bare} not allowed` };
}
