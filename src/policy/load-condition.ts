/** Compiled conditions to closures: what they come to for one call, and which test is to blame for it. */
import type { CompiledCondition } from "./compiled-role.ts";
import type { Deciding, LoadedCondition, Loading } from "./deciding.ts";
import type { ResidualCondition } from "./decision.ts";
import { loadTest } from "./load-test.ts";

/** Loads a condition. Kleene's three-valued logic: false decides `all`, true decides `any`, null stays null under `not`. */
export function loadCondition(condition: CompiledCondition, loading: Loading): LoadedCondition {
	if ("const" in condition) return { outcome: () => condition.const, blame: () => null };
	if ("not" in condition) return loadNot(loadCondition(condition.not, loading));
	if ("all" in condition) return loadAll(condition.all.map((child) => loadCondition(child, loading)));
	if ("any" in condition) return loadAny(condition.any.map((child) => loadCondition(child, loading)));
	if (condition.field.from === "rate") {
		const { field, op, operand } = condition;
		const counter = {
			field: field.text,
			actions: loading.actions,
			window: field.window,
			op,
			operand: operand as number | number[],
		};
		const left = { counter };
		return { outcome: () => left, blame: () => null };
	}
	return loadTest(condition, loading);
}

function loadNot(child: LoadedCondition): LoadedCondition {
	return {
		outcome(deciding) {
			const outcome = child.outcome(deciding);
			return outcome === null ? null : typeof outcome === "boolean" ? !outcome : { not: outcome };
		},
		blame: (deciding, outcome) => child.blame(deciding, outcome === null ? null : !outcome),
	};
}

function loadAll(children: LoadedCondition[]): LoadedCondition {
	return { outcome: (deciding) => fold(children, deciding, false), blame: blameFirst(children) };
}

function loadAny(children: LoadedCondition[]): LoadedCondition {
	return { outcome: (deciding) => fold(children, deciding, true), blame: blameFirst(children) };
}

/** One child that comes to `decisive` decides; else the undecided ones are left, with one null if there is any. */
function fold(children: LoadedCondition[], deciding: Deciding, decisive: boolean): ResidualCondition {
	let undecided: ResidualCondition[] | null = null;
	let indeterminate = false;
	for (let i = 0; i < children.length; i++) {
		const outcome = (children[i] as LoadedCondition).outcome(deciding);
		if (outcome === decisive) return decisive;
		if (outcome === null) indeterminate = true;
		else if (typeof outcome === "object") {
			if (undecided === null) undecided = [outcome];
			else undecided.push(outcome);
		}
	}
	if (undecided === null) return indeterminate ? null : !decisive;
	if (indeterminate) undecided.push(null);
	if (undecided.length === 1) return undecided[0] as ResidualCondition;
	return decisive ? { any: undecided } : { all: undecided };
}

/** Whatever an `all` or `any` comes to, its first child that comes to the same is to blame. */
function blameFirst(children: LoadedCondition[]): LoadedCondition["blame"] {
	return (deciding, outcome) => {
		for (const child of children) {
			const came = child.outcome(deciding);
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
