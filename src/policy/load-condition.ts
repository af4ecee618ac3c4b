/** Compiled conditions to closures: what they come to for one call, and which test is to blame for it. */
import { QUANTIFIERS } from "../contract/role-document.ts";
import type { CompiledCondition } from "./compiled-role.ts";
import { decided, type LoadedCondition, type Loading, residualOf, type Test } from "./deciding.ts";
import type { ResidualCondition } from "./decision.ts";
import { loadCounter } from "./load-counter.ts";
import { loadDuring } from "./load-during.ts";
import { loadEach } from "./load-each.ts";
import { loadTest, NEVER_KNOWN } from "./load-test.ts";
import { FALSE, LEFT, type Outcome, opposite, outcomeOf, TRUE, UNKNOWN } from "./outcome.ts";

/** Loads a condition. Kleene's three-valued logic: false decides `all`, true decides `any`, null stays null under `not`. */
export function loadCondition(condition: CompiledCondition, loading: Loading): LoadedCondition {
	if ("const" in condition) return loadConstant(condition.const);
	if ("not" in condition) return loadNot(loadCondition(condition.not, loading));
	if ("all" in condition)
		return loadFold(
			condition.all.map((child) => loadCondition(child, loading)),
			FALSE,
		);
	if ("any" in condition)
		return loadFold(
			condition.any.map((child) => loadCondition(child, loading)),
			TRUE,
		);
	if ("during" in condition) return loadDuring(condition.during, loading.role.clock);
	if ("each" in condition)
		return !QUANTIFIERS.includes(condition.each) ? NEVER_KNOWN : loadEach(condition, loading, loadCondition);
	switch (condition.field?.from) {
		case "rate":
			return loadCounter(condition, loading);
		case "input":
		case "fact":
		case "time":
			return loadTest(condition, loading);
		default:
			return NEVER_KNOWN;
	}
}

function loadConstant(truth: boolean): LoadedCondition {
	const outcome = outcomeOf(truth);
	return decided(
		() => outcome,
		() => null,
	);
}

function loadNot({ test, left, blame }: LoadedCondition): LoadedCondition {
	return {
		test: (deciding) => opposite(test(deciding)),
		left: (deciding) => ({ not: left(deciding) }),
		blame: (deciding, outcome) => blame(deciding, outcome === null ? null : !outcome),
	};
}

/** `all`, which one false decides, or `any`, which one true decides. */
function loadFold(children: LoadedCondition[], decisive: typeof FALSE | typeof TRUE): LoadedCondition {
	return {
		test: foldedTest(
			children.map(({ test }) => test),
			decisive,
		),
		left(deciding) {
			const undecided: ResidualCondition[] = [];
			let isUnknown = false;
			for (const child of children) {
				const outcome = child.test(deciding);
				if (outcome === UNKNOWN) isUnknown = true;
				else if (outcome === LEFT) undecided.push(child.left(deciding));
			}
			if (isUnknown) undecided.push(null);
			if (undecided.length === 1) return undecided[0] as ResidualCondition;
			return decisive === TRUE ? { any: undecided } : { all: undecided };
		},
		blame: blameFirst(children),
	};
}

/**
 * One child that comes to `decisive` decides, whatever else is open. Else what is left to the counters counts for more than what
 * nobody can tell: the order of the outcomes' numbers. Of one child nothing is to be folded, and two are written out, as chains of
 * guards are.
 */
function foldedTest(tests: Test[], decisive: typeof FALSE | typeof TRUE): Test {
	const other = opposite(decisive);
	const [first, second] = tests;
	if (first !== undefined && tests.length === 1) return first;
	if (first !== undefined && second !== undefined && tests.length === 2)
		return (deciding) => {
			const a = first(deciding);
			if (a === decisive) return decisive;
			const b = second(deciding);
			if (b === decisive || a === other) return b;
			return b === other || a > b ? a : b;
		};
	return (deciding) => {
		let folded: Outcome = other;
		for (let i = 0; i < tests.length; i++) {
			const outcome = (tests[i] as Test)(deciding);
			if (outcome === decisive) return decisive;
			if (outcome !== other && (folded === other || outcome > folded)) folded = outcome;
		}
		return folded;
	};
}

/** Whatever an `all` or `any` comes to, its first child that comes to the same is to blame. */
function blameFirst(children: LoadedCondition[]): LoadedCondition["blame"] {
	return (deciding, outcome) => {
		for (const child of children) {
			const came = residualOf(child, deciding);
			if (came !== outcome && !(outcome === null && hasNull(came))) continue;
			const phrase = child.blame(deciding, outcome);
			if (phrase !== null) return phrase;
		}
		return null;
	};
}

/** Whether an indeterminate part is left in what the counters are to decide. */
export function hasNull(condition: ResidualCondition): boolean {
	if (condition === null || typeof condition === "boolean") return condition === null;
	if ("counter" in condition) return false;
	if ("not" in condition) return hasNull(condition.not);
	return ("all" in condition ? condition.all : condition.any).some(hasNull);
}
