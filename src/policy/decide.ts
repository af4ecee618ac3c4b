/**
 * The decision: one role, one call, what is known besides. Pure: no clock, no network, nothing kept between two calls.
 * Scope first, then the guards in file order; where a guard needs a counter, what is left of it goes to the ledger.
 */
import type { Json, JsonObject } from "../contract/json.ts";
import type { ProblemItem } from "../contract/problem.ts";
import { conclude, isDecided, tookOf } from "./conclude.ts";
import type { Deciding } from "./deciding.ts";
import type { Call, Counters, Decision, Facts, Residual, ResidualGuard, Verdict } from "./decision.ts";
import { hasNull } from "./load-condition.ts";
import type { LoadedAction, LoadedGuard, LoadedRole } from "./load-role.ts";
import { seenValue } from "./seen-values.ts";

/**
 * Decides a call.
 * @param call - its input in canonical form, see canonical-input.ts
 * @returns a verdict, or a residual where a guard needs a counter before any guard is sure to deny
 */
export function decide(role: LoadedRole, call: Call, facts: Facts): Decision {
	const action = role.actions.get(call.action);
	if (action === undefined) return { kind: "verdict", verdict: notInScope(call.action) };
	const deciding: Deciding = { call, facts, readings: new Array(action.readers.length), seen: new Array(action.readers.length) };
	const guards: ResidualGuard[] = [];
	let left = false;
	for (const guard of action.guards) {
		const evaluated = evaluate(guard, action, deciding);
		guards.push(evaluated);
		if (!isDecided(evaluated.when)) left = true;
		else if (evaluated.shadow !== true && tookOf(evaluated, evaluated.when) === "deny") break;
	}
	const residual: Residual = { guards };
	return left ? { kind: "residual", residual } : { kind: "verdict", verdict: conclude(residual, NO_COUNTERS, facts.now) };
}

/** The verdict on an action that the role does not grant, which is the same for one that exists nowhere. */
export function notInScope(action: string): Verdict {
	const name = action.length > 128 ? `${action.slice(0, 128)}…` : action;
	return refusal("not_in_scope", `action '${name}' is not in the role's scope`);
}

/** The verdict on a call whose body is no strict JSON, or does not fit the action's input schema. */
export function invalidInput(problems: ProblemItem[]): Verdict {
	const [first] = problems;
	const where = first === undefined || first.path === "" ? "input" : first.path;
	const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
	return refusal("invalid_input", `${where}: ${first?.message ?? "the input does not fit the action"}${more}`);
}

function refusal(code: "not_in_scope" | "invalid_input", reason: string): Verdict {
	return {
		verdict: "deny",
		matched_guard: null,
		reason_code: code,
		reason,
		facts: [],
		approvable: false,
		retry_at: null,
		limit: null,
		review: null,
	};
}

/** Only for residuals without a counter in them. */
const NO_COUNTERS: Counters = {
	count: () => {
		throw new Error("a counter was asked for where there is none");
	},
	whenAtMost: () => {
		throw new Error("a counter was asked for where there is none");
	},
};

function evaluate(guard: LoadedGuard, action: LoadedAction, deciding: Deciding): ResidualGuard {
	const { compiled } = guard;
	const when = guard.when.outcome(deciding);
	const evaluated: ResidualGuard = {
		id: compiled.id,
		effect: compiled.effect,
		otherwise: compiled.otherwise,
		when,
		saw: sawOf(guard, action, deciding),
	};
	if (compiled.reason !== undefined) evaluated.reason = compiled.reason;
	if (compiled.mode === "shadow") evaluated.shadow = true;
	if (compiled.review !== undefined) evaluated.review = compiled.review;
	const outcome = isDecided(when) ? when : null;
	if (isDecided(when) ? tookOf(evaluated, when) !== "allow" : hasNull(when)) {
		const phrase = guard.when.blame(deciding, outcome);
		if (phrase !== null) evaluated.phrases = phrase;
	}
	return evaluated;
}

function sawOf(guard: LoadedGuard, action: LoadedAction, deciding: Deciding): JsonObject {
	const saw: JsonObject = {};
	for (const { text, slot } of guard.looks) saw[text] = seenAt(slot, action, deciding);
	return saw;
}

function seenAt(slot: number, action: LoadedAction, deciding: Deciding): Json {
	const known = deciding.seen[slot];
	if (known !== undefined) return known;
	const { read, logged } = action.readers[slot] as LoadedAction["readers"][number];
	let reading = deciding.readings[slot];
	if (reading === undefined) deciding.readings[slot] = reading = read(deciding.call, deciding.facts);
	const seen = seenValue(reading, logged, deciding.facts.digest);
	deciding.seen[slot] = seen;
	return seen;
}
