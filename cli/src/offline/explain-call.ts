/** One call, decided, with what every guard of its action made of it. */
import type { Json } from "../../../src/contract/json.ts";
import type { ConditionDocument } from "../../../src/contract/role-document.ts";
import type { Given } from "../../../src/contract/role-test-document.ts";
import type { Facts, Verdict } from "../../../src/policy/decision.ts";
import { countersGiven, factsGiven, UNSAID } from "../../../src/policy/given-facts.ts";
import { tryCall } from "../../../src/policy/try-call.ts";
import type { OfflineRole } from "./load-roles.ts";

export interface Explanation {
	role: string;
	action: string;
	facts: Facts;
	verdict: Verdict;
	/** The guards of the action, in file order. */
	guards: ExplainedGuard[];
	/** The actions that the role grants. */
	granted: string[];
}

export interface ExplainedGuard {
	guard: string;
	shadow: boolean;
	/** What the role says; undefined: it always holds. */
	condition: ConditionDocument | undefined;
	/** The conditions of the role's `let` that it takes, by name. */
	named: Record<string, ConditionDocument>;
	/** What came of it; null if a guard before it denied. */
	fact: Verdict["facts"][number] | null;
}

/**
 * Decides a call by the gateway's own engine.
 * @param input - the body, not looked at yet
 * @param now - the time where none is given, in milliseconds since 1970
 */
export function explainCall(
	{ document, loaded }: OfflineRole,
	action: string,
	input: string | Uint8Array,
	given: Given,
	now: number,
): Explanation {
	const facts = factsGiven(given, { ...UNSAID, now });
	const verdict = tryCall(loaded, action, input, facts, countersGiven(given, facts.now));
	const { guards: documents, metadata, let: named = {} } = document.document;
	const guards = (loaded.actions.get(action)?.guards ?? []).map(({ compiled }, index): ExplainedGuard => {
		const condition = documents.find((one) => one.id === compiled.id)?.when;
		return {
			guard: compiled.id,
			shadow: compiled.mode === "shadow",
			condition,
			named: condition === undefined ? {} : namedIn(condition as Json, named as Record<string, ConditionDocument>),
			fact: verdict.facts[index] ?? null,
		};
	});
	return { role: metadata.name, action, facts, verdict, guards, granted: [...loaded.actions.keys()] };
}

/** Every condition that one takes by `use`, and those that they take in turn. The parser has refused circles. */
function namedIn(condition: Json, all: Record<string, ConditionDocument>): Record<string, ConditionDocument> {
	if (typeof condition !== "object" || condition === null) return {};
	const { use } = condition as { use?: Json };
	const found = typeof use === "string" && Object.hasOwn(all, use) ? all[use] : undefined;
	const inner = found === undefined ? Object.values(condition) : [found as Json];
	const named = found === undefined ? {} : { [use as string]: found };
	return Object.assign(named, ...inner.map((one) => namedIn(one, all)));
}
