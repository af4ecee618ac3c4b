/** Which guards of a role, and which of their branches, a number of verdicts went through. */
import type { Effect } from "../contract/verdict.ts";
import type { CompiledCondition, CompiledGuard } from "./compiled-role.ts";
import { tookOf } from "./conclude.ts";
import type { Verdict } from "./decision.ts";
import type { LoadedRole } from "./load-role.ts";

export interface GuardCoverage {
	guard: string;
	shadow: boolean;
	/** Whether any verdict came to evaluate it. */
	reached: boolean;
	/** Every way that it can go. */
	branches: { when: boolean | null; took: Effect; reached: boolean }[];
}

/** The guards in file order. A guard that matches no granted action is never compiled, and not among them. */
export function roleCoverage(role: LoadedRole, verdicts: Verdict[]): GuardCoverage[] {
	const seen = new Map<string, Set<boolean | null>>();
	for (const { guard, when } of verdicts.flatMap((verdict) => verdict.facts)) {
		const outcomes = seen.get(guard) ?? new Set();
		seen.set(guard, outcomes.add(when));
	}
	const forms = new Map<string, CompiledGuard[]>();
	for (const guard of role.compiled.guards) forms.set(guard.id, [...(forms.get(guard.id) ?? []), guard]);
	return [...forms].map(([id, guards]): GuardCoverage => {
		const outcomes = seen.get(id) ?? new Set();
		const [first] = guards as [CompiledGuard];
		const branches = WAYS.filter((when) => outcomes.has(when) || guards.some((guard) => canBe(guard.when, when))).map((when) => ({
			when,
			took: tookOf(first, when),
			reached: outcomes.has(when),
		}));
		return { guard: id, shadow: first.mode === "shadow", reached: outcomes.size > 0, branches };
	});
}

const WAYS = [true, false, null] as const;

/** Whether a condition could come to an outcome, as far as its form alone tells. */
function canBe(condition: CompiledCondition, outcome: boolean | null): boolean {
	if ("const" in condition) return condition.const === outcome;
	return outcome !== null || canBeUnsure(condition);
}

/** A clock, a plain count of calls and the question whether something is there always have an answer. */
function canBeUnsure(condition: CompiledCondition): boolean {
	if ("const" in condition || "during" in condition) return false;
	if ("not" in condition) return canBeUnsure(condition.not);
	if ("all" in condition) return condition.all.some(canBeUnsure);
	if ("any" in condition) return condition.any.some(canBeUnsure);
	if ("each" in condition || condition.other !== undefined) return true;
	const { field, op } = condition;
	if (field.from === "rate") return field.sum !== undefined || typeof field.by === "object";
	return field.from !== "time" && op !== "exists";
}
