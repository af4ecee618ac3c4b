/** A call taken all the way without a gateway: strict JSON, input schema, canonical form, guards, counters. */
import { canonicalInput } from "./canonical-input.ts";
import { conclude } from "./conclude.ts";
import { decide, invalidInput, notInScope } from "./decide.ts";
import type { Counters, Facts, Verdict } from "./decision.ts";
import type { LoadedRole } from "./load-role.ts";
import { parseStrictJson, parseStrictJsonText } from "./strict-json.ts";

/**
 * The verdict that the gateway would come to.
 * @param input - the body: JSON, as text or as the bytes that were sent; not looked at where the role does not grant the action
 */
export function tryCall(role: LoadedRole, action: string, input: string | Uint8Array, facts: Facts, counters: Counters): Verdict {
	const granted = role.actions.get(action);
	if (granted === undefined) return notInScope(action);
	const parsed = typeof input === "string" ? parseStrictJsonText(input) : parseStrictJson(input);
	if (!parsed.ok) return invalidInput([parsed.problem]);
	const canonical = canonicalInput(granted.definition, parsed.value);
	if (!canonical.ok) return invalidInput(canonical.problems);
	const decision = decide(role, { action, input: canonical.input }, facts);
	return decision.kind === "verdict" ? decision.verdict : conclude(decision.residual, counters, facts.now);
}
