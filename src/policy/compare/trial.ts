/** One call that may tell two roles apart, and what each of them says of it. */
import type { Json, JsonObject } from "../../contract/json.ts";
import { canonicalInput } from "../canonical-input.ts";
import { canonicalJson } from "../canonical-json.ts";
import { conclude } from "../conclude.ts";
import { decide, invalidInput, notInScope } from "../decide.ts";
import type { Counters, Facts, Verdict } from "../decision.ts";
import { inputValidator } from "../input-validator.ts";
import type { LoadedRole } from "../load-role.ts";

export interface Trial {
	action: string;
	input: JsonObject;
	facts: Facts;
	/** Calls authorised before: how many of an action, how long ago at most. */
	history: { action: string; seconds: number; calls: number }[];
	/** What every sum comes to without this call: an exact decimal. */
	sum: string;
	/** What was chosen, in words. */
	words: string[];
}

/** The verdict that a role comes to, from the input's schema on. */
export function verdictOn({ action, input, facts, history, sum }: Trial, role: LoadedRole): Verdict {
	const granted = role.actions.get(action);
	if (granted === undefined) return notInScope(action);
	// What exactly is wrong with an input costs more than to see that something is.
	if (!inputValidator(granted.definition).fits(input)) return invalidInput([]);
	const canonical = canonicalInput(granted.definition, input);
	if (!canonical.ok) return invalidInput(canonical.problems);
	const decision = decide(role, { action, input: canonical.input }, facts);
	if (decision.kind === "verdict") return decision.verdict;
	return conclude(decision.residual, countersOf(history, sum, facts.now), facts.now);
}

/** Counters of one history, so that no two of them contradict each other. */
function countersOf(history: Trial["history"], sum: string, now: number): Counters {
	return {
		count: (actions, windowSeconds) =>
			history.reduce(
				(all, { action, seconds, calls }) => (actions.includes(action) && seconds <= windowSeconds ? all + calls : all),
				0,
			),
		whenAtMost: () => now,
		sum: () => sum,
		whenSumAtMost: () => now,
	};
}

/** A value in a sentence, cut where it is long. */
export function shortText(value: Json): string {
	const text = typeof value === "string" ? value : canonicalJson(value);
	return text.length > 80 ? `${text.slice(0, 79).replace(/[\ud800-\udbff]$/, "")}…` : text;
}
