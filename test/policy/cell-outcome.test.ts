/** An operator that fails is a bug, and no call gets past it: what it was to test is indeterminate. */
import { expect, test } from "vitest";
import { cellOutcome, memberOutcome, wholeOutcome } from "../../src/policy/cell-outcome.ts";
import type { LoadedOperator } from "../../src/policy/operators/operator.ts";
import { UNKNOWN } from "../../src/policy/outcome.ts";
import { MISSING } from "../../src/policy/reading.ts";

const fail = (): never => {
	throw new Error("a bug");
};
const failing: LoadedOperator = { check: fail, member: fail, whole: fail };
const work = { left: 1_000 };

test("a value, a list and a member of it are indeterminate where the operator fails", () => {
	expect(cellOutcome("x", failing, work)).toBe(UNKNOWN);
	expect(wholeOutcome(["x"], failing, work)).toBe(UNKNOWN);
	expect(memberOutcome("x", failing)).toBe(UNKNOWN);
});

test("an operator that tests no lists, and looks for no member, cannot tell of any", () => {
	const holds: LoadedOperator = { check: () => true };
	expect(wholeOutcome(["x"], holds, work)).toBe(UNKNOWN);
	expect(memberOutcome("x", holds)).toBe(UNKNOWN);
	expect(cellOutcome("", holds, work)).toBe(UNKNOWN);
	expect(cellOutcome(MISSING, holds, work)).toBe(UNKNOWN);
});
