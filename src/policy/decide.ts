/**
 * The decision: one role, one call, what is known besides. Pure: no clock, no network, nothing kept between two calls.
 * Scope first, then the guards are judged (judge.ts), then it is written down what they saw and why (describe.ts); where a guard
 * needs a counter, what is left of it goes to the ledger.
 */
import type { ProblemItem } from "../contract/problem.ts";
import { conclude, isDecided } from "./conclude.ts";
import { newDeciding } from "./deciding.ts";
import type { Call, Counters, Decision, Facts, Residual, Verdict } from "./decision.ts";
import { describe } from "./describe.ts";
import type { LoadedRole } from "./load-role.ts";

/**
 * Decides a call.
 * @param call - its input in canonical form, see canonical-input.ts
 * @returns a verdict, or a residual where a guard needs a counter before any guard is sure to deny
 */
export function decide(role: LoadedRole, call: Call, facts: Facts): Decision {
	const action = role.actions.get(call.action);
	if (action === undefined) return { kind: "verdict", verdict: notInScope(call.action) };
	const deciding = newDeciding(call, facts, action.readers.length, action.unknownCounts);
	const residual: Residual = { guards: describe(action, deciding, action.judge(deciding)) };
	const decision: Decision = residual.guards.every(({ when }) => isDecided(when))
		? { kind: "verdict", verdict: conclude(residual, NO_COUNTERS, facts.now) }
		: { kind: "residual", residual };
	if (action.feeds.length > 0) decision.uses = action.feeds.flatMap((feed) => feed(deciding));
	return decision;
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
const NO_COUNTERS: Counters = { count: noCounter, whenAtMost: noCounter, sum: noCounter, whenSumAtMost: noCounter };

function noCounter(): never {
	throw new Error("a counter was asked for where there is none");
}
