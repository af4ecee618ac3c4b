/**
 * What the operators on parts of texts share. Addresses and local parts are compared as `eq` compares them: what agrees but for
 * its case is indeterminate, unless the author folds case.
 */
import type { Json } from "../../contract/json.ts";
import { ATEXT_LETTERS } from "../email-address.ts";
import { foldCase, foldWithin } from "../fold-case.ts";
import { takeWork, type Work } from "../work.ts";
import type { Check, OperandResult, Operator, Subject, Target } from "./operator.ts";

/** On a field whose texts may be addresses or not. */
export const CAPITALS: OperandResult = {
	ok: false,
	code: "capital_letters",
	message: "texts here may be addresses, whose domains stand in lower case: write this so too, or put `ci: true` beside it",
};

/** What values are made of where they have a form of their own: a part with any other letter is in none of them. */
const LETTERS: Partial<Record<Target["reads"], { value: string; other: RegExp; hint: string }>> = {
	email: {
		value: "address",
		other: new RegExp(`[^${ATEXT_LETTERS}.]`, "u"),
		hint: "what is compared is the bare address, with its domain as xn--…",
	},
	local: { value: "local part", other: new RegExp(`[^${ATEXT_LETTERS}.]`, "u"), hint: "it ends before the @" },
	domain: { value: "domain", other: /[^A-Za-z0-9.-]/u, hint: "it begins after the @, and stands as xn--… in other letters" },
	host: { value: "host", other: /[^A-Za-z0-9.:-]/u, hint: "it has no scheme or path, and stands as xn--… in other letters" },
	scheme: { value: "scheme", other: /[^A-Za-z0-9+.-]/u, hint: "it ends before the ://" },
};

/**
 * Reads one part of a text, in the form in which the field's values are: domains are lower-cased there.
 * @param wildcards - what stands for letters in it, if it is a pattern
 */
export function readPart(operand: Json, { reads, lower }: Target, wildcards?: RegExp): OperandResult {
	if (typeof operand !== "string") return { ok: false, code: "operand_type", message: "a text should stand here" };
	if (operand === "") return { ok: false, code: "empty_operand", message: "an empty text is part of every text" };
	if (lower === true && operand !== operand.toLowerCase()) return CAPITALS;
	const never = neverFound(wildcards === undefined ? operand : operand.replace(wildcards, ""), reads);
	if (never !== null) return never;
	if (reads === "domain" || reads === "host" || reads === "scheme") return { ok: true, operand: operand.toLowerCase() };
	const at = reads === "email" ? operand.lastIndexOf("@") : -1;
	return { ok: true, operand: at === -1 ? operand : operand.slice(0, at) + operand.slice(at).toLowerCase() };
}

/** The refusal of a part that no value has; null where one may. */
export function neverFound(part: string, reads: Target["reads"]): OperandResult | null {
	const at = reads === "email" ? part.indexOf("@") : -1;
	if (at !== -1) return neverFound(part.slice(0, at), "email") ?? neverFound(part.slice(at + 1), "domain");
	const letters = LETTERS[reads];
	const other = letters?.other.exec(part)?.[0];
	if (letters === undefined || other === undefined) return null;
	const hint = other === "*" || other === "?" ? "only `glob` takes wildcards" : letters.hint;
	const message = `no ${letters.value} has ${JSON.stringify(other)} in it, so this is never found: ${hint}`;
	return { ok: false, code: "never_found", message };
}

/** Reads a list, each operand by `read`, sorted out of doubles. */
export function readEach(operand: Json[], target: Target, read: (one: Json, target: Target) => OperandResult): OperandResult {
	if (operand.length === 0) return { ok: false, code: "empty_operand", message: "an empty list holds for nothing" };
	const operands = new Set<Json>();
	for (const [index, one] of operand.entries()) {
		const result = read(one, target);
		if (!result.ok) return { ...result, path: `[${index}]` };
		operands.add(result.operand);
	}
	return { ok: true, operand: [...operands] };
}

/** Null where there is no work left to find it out. */
export type TextTest = (text: string, work?: Work) => boolean | null;

/** A test of texts. `makeHolds` makes it from operands in the case in which the values come. */
export function textCheck<T>(
	operand: T,
	fold: (operand: T) => T,
	makeHolds: (operand: T) => TextTest,
	reads: Target["reads"],
	ci: boolean,
): Check {
	if (!ci && (reads === "plain" || reads === "domain")) {
		const holds = makeHolds(operand);
		return (value, work) => (typeof value === "string" ? holds(value, work) : null);
	}
	const foldedHolds = makeHolds(fold(operand));
	const folded: TextTest = (text, work) => {
		const inOneCase = foldWithin(text, work);
		return inOneCase === null ? null : foldedHolds(inOneCase, work);
	};
	if (ci) return (value, work) => (typeof value === "string" ? folded(value, work) : null);
	const exact = makeHolds(operand);
	return (value, work) => {
		if (typeof value !== "string") return null;
		const outcome = exact(value, work);
		return outcome === false && folded(value, work) !== false ? null : outcome;
	};
}

/** Letters that are searched for one part in the time of one step. */
const SEARCHED_A_STEP = 6;
/** What it costs to look for one part at its place. */
const PART_STEPS = 4;

/** The test whether any (`all`: each) of some parts is in a text at its place; `searches` if that is anywhere. */
export function partsTest(
	parts: readonly string[],
	has: (text: string, part: string) => boolean,
	all: boolean,
	searches: boolean,
): TextTest {
	const test = all
		? (text: string) => parts.every((part) => has(text, part))
		: (text: string) => parts.some((part) => has(text, part));
	return (text, work) => {
		const steps = parts.length * (PART_STEPS + (searches ? text.length / SEARCHED_A_STEP : 0));
		return work !== undefined && !takeWork(work, steps) ? null : test(text);
	};
}

export function foldAll(texts: string[]): string[] {
	return texts.map(foldCase);
}

/** Makes an operator that holds where a text has one of the operands at its place. */
export function partOperator(
	name: string,
	has: (text: string, part: string) => boolean,
	words: { failed: string; held: string },
): Operator {
	return {
		name,
		tests: ["string"],
		counters: false,
		folds: true,
		takesLists: true,
		takesFields: true,
		readOperand(operand, target) {
			if (Array.isArray(operand)) return readEach(operand, target, readPart);
			const read = readPart(operand, target);
			return read.ok ? { ok: true, operand: [read.operand] } : read;
		},
		load: (operand, reads, ci) => ({
			check: textCheck(operand as string[], foldAll, (parts) => partsTest(parts, has, false, false), reads, ci),
			dear: true,
		}),
		phrase: (subject, outcome) => ({
			reason: `${subject.name} ${subject.value} ${outcome ? words.held : words.failed} ${spokenOperands(subject, outcome, "or")}`,
			detail: `${subject.noun} ${subject.bare} not allowed`,
		}),
	};
}

/** The operands in a sentence. Beside a value that is kept off the log they would tell what is in it. */
export function spokenOperands(subject: Subject, held: boolean, and: "and" | "or"): string {
	if (subject.hidden) return held ? "what is not allowed" : "what is allowed";
	const operands = Array.isArray(subject.operand) ? subject.operand : [subject.operand];
	if (operands.length > 3) return `${and === "or" ? "one of" : "all of"} ${operands.length} values`;
	return operands.map((operand) => (typeof operand === "string" ? `'${operand}'` : JSON.stringify(operand))).join(` ${and} `);
}
