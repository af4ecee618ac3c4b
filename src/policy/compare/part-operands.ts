/** Starts, ends and parts of texts by their operands alone, where no samples stand for all texts: addresses, whose case is left open. */
import { foldCase } from "../fold-case.ts";
import { readsOfField } from "./reads.ts";
import type { Asserted } from "./slot-values.ts";

const HAS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
	starts_with: (text, part) => text.startsWith(part),
	ends_with: (text, part) => text.endsWith(part),
	contains: (text, part) => text.includes(part),
	contains_any: (text, part) => text.includes(part),
};

type One = Asserted["given"][number];

/** Whether a given statement says one of the goals by what their operands are parts of. */
export function partsImply(given: Asserted["given"], goals: Asserted["goals"]): boolean {
	return given.some((one) => goals.some((goal) => implies(one, goal)));
}

/** What starts with `ab` starts with `a`; what starts not with `a` starts not with `ab`. */
function implies(one: One, goal: One): boolean {
	const [test, other] = [one.leaf.test, goal.leaf.test];
	const has = HAS[test.op];
	if (has === undefined || test.op !== other.op || one.wanted !== goal.wanted) return false;
	if (test.ci !== other.ci || test.whole === true || other.whole === true) return false;
	if (one.leaf.each(one.wanted) !== goal.leaf.each(goal.wanted)) return false;
	if (one.leaf.empty === one.wanted && goal.leaf.empty !== goal.wanted) return false;
	if (test.default !== undefined || other.default !== undefined) return false;
	// Of an address that differs in case only, nobody says that it does not start so.
	const isFolded = test.ci === true || (!one.wanted && readsOfField(test.field).careful);
	const [mine, theirs] = [operandsOf(test.operand, isFolded), operandsOf(other.operand, isFolded)];
	const [fewer, more] = one.wanted ? [mine, theirs] : [theirs, mine];
	return fewer.every((text) => more.some((part) => has(text, part)));
}

function operandsOf(operand: unknown, isFolded: boolean): string[] {
	const texts = (Array.isArray(operand) ? operand : [operand]).filter((one) => typeof one === "string");
	return isFolded ? texts.map(foldCase) : texts;
}
