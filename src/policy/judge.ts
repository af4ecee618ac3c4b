/**
 * How the guards of an action are judged, and the one place that tells it: in file order; a sure deny ends it; the first that asks
 * for review holds the call, and those after it are still asked; where one needs a counter that is not at hand, the call stays open.
 * The answer is one number and says to which guard it is owed. What is written down about it is made afterwards, see describe.ts.
 */
import type { Effect } from "../contract/verdict.ts";
import type { Deciding, Test } from "./deciding.ts";
import { FALSE, LEFT, type Outcome, TRUE } from "./outcome.ts";
import { strictness } from "./strictness.ts";

/** An effect in its lower two bits, above them the guard's place among the guards that are enforced, from 1; 0 for none. */
export type Answer = number;
export type Judge = (deciding: Deciding) => Answer;

export const ALLOW = 0;
export const REVIEW = 1;
export const DENY = 2;
/** A counter is to decide. The guard is the one whose deny is sure whatever the counters say, and ends it; none if there is none. */
export const OPEN = 3;

/** Which of the four an answer is. */
export function effectOf(answer: Answer): number {
	return answer & 3;
}

/** The guard that an answer is owed to, by its place from 0; -1 for none. */
export function guardOf(answer: Answer): number {
	return (answer >> 2) - 1;
}

/** A guard as it is judged: what it takes, by what its condition comes to. */
export interface JudgedGuard {
	test: Test;
	onTrue: number;
	onFalse: number;
	onUnknown: number;
}

/** Where a condition is indeterminate, the stricter of a guard's two effects is taken. */
export function judgedGuard(test: Test, { effect, otherwise }: { effect: Effect; otherwise: Effect }): JudgedGuard {
	const [onTrue, onFalse] = [strictness(effect), strictness(otherwise)];
	return { test, onTrue, onFalse, onUnknown: Math.max(onTrue, onFalse) };
}

function taken(outcome: Outcome, onTrue: number, onFalse: number, onUnknown: number): number {
	return outcome === TRUE ? onTrue : outcome === FALSE ? onFalse : outcome === LEFT ? OPEN : onUnknown;
}

/**
 * Makes the judge of an action out of the guards that are enforced. Most actions have one to three, whose chains are written out:
 * a loop over them takes twice the time (measured), for it calls its tests through one place that has seen too many of them.
 */
export function judgeOf(guards: readonly JudgedGuard[]): Judge {
	const [first, second, third] = guards;
	if (first === undefined) return () => ALLOW;
	if (second === undefined) return chainOfOne(first);
	if (third === undefined) return chainOfTwo(first, second);
	if (guards.length === 3) return chainOfThree(first, second, third);
	return (deciding) => {
		let answer = 4;
		let isOpen = false;
		for (let i = 0; i < guards.length; i++) {
			const { test, onTrue, onFalse, onUnknown } = guards[i] as JudgedGuard;
			const effect = taken(test(deciding), onTrue, onFalse, onUnknown);
			if (effect === DENY) return (i + 1) * 4 + (isOpen ? OPEN : DENY);
			if (effect === OPEN) isOpen = true;
			else if (effect === REVIEW && answer === 4) answer = (i + 1) * 4 + REVIEW;
		}
		return isOpen ? OPEN : answer;
	};
}

function chainOfOne({ test, onTrue, onFalse, onUnknown }: JudgedGuard): Judge {
	return (deciding) => {
		const effect = taken(test(deciding), onTrue, onFalse, onUnknown);
		return effect === OPEN ? OPEN : 4 + effect;
	};
}

function chainOfTwo(first: JudgedGuard, second: JudgedGuard): Judge {
	const { test: testA, onTrue: trueA, onFalse: falseA, onUnknown: unknownA } = first;
	const { test: testB, onTrue: trueB, onFalse: falseB, onUnknown: unknownB } = second;
	return (deciding) => {
		const a = taken(testA(deciding), trueA, falseA, unknownA);
		if (a === DENY) return 4 + DENY;
		const b = taken(testB(deciding), trueB, falseB, unknownB);
		if (b === DENY) return 8 + (a === OPEN ? OPEN : DENY);
		if (a === OPEN || b === OPEN) return OPEN;
		return a === REVIEW ? 4 + REVIEW : b === REVIEW ? 8 + REVIEW : 4;
	};
}

function chainOfThree(first: JudgedGuard, second: JudgedGuard, third: JudgedGuard): Judge {
	const { test: testA, onTrue: trueA, onFalse: falseA, onUnknown: unknownA } = first;
	const { test: testB, onTrue: trueB, onFalse: falseB, onUnknown: unknownB } = second;
	const { test: testC, onTrue: trueC, onFalse: falseC, onUnknown: unknownC } = third;
	return (deciding) => {
		const a = taken(testA(deciding), trueA, falseA, unknownA);
		if (a === DENY) return 4 + DENY;
		const b = taken(testB(deciding), trueB, falseB, unknownB);
		if (b === DENY) return 8 + (a === OPEN ? OPEN : DENY);
		const c = taken(testC(deciding), trueC, falseC, unknownC);
		const isOpen = a === OPEN || b === OPEN;
		if (c === DENY) return 12 + (isOpen ? OPEN : DENY);
		if (isOpen || c === OPEN) return OPEN;
		return a === REVIEW ? 4 + REVIEW : b === REVIEW ? 8 + REVIEW : c === REVIEW ? 12 + REVIEW : 4;
	};
}
