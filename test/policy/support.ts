/** What the policy tests share: roles from YAML, calls from plain values. */
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import { canonicalInput } from "../../src/policy/canonical-input.ts";
import { compileRole } from "../../src/policy/compile-role.ts";
import { conclude } from "../../src/policy/conclude.ts";
import { decide, invalidInput } from "../../src/policy/decide.ts";
import type { Counters, Facts, Verdict } from "../../src/policy/decision.ts";
import { type LoadedRole, loadRole } from "../../src/policy/load-role.ts";
import { parseRoleSource } from "../../src/policy/parse-role.ts";
import { parseStrictJson } from "../../src/policy/strict-json.ts";
import { mailActions } from "./mail-actions.ts";
import { shopActions } from "./shop-actions.ts";

export const allActions: ActionDefinition[] = [...mailActions, ...shopActions];
export const NOW = Date.UTC(2026, 10, 22, 10);

/** The digest of the tests shows that a text was digested, and nothing of it. */
export const facts: Facts = {
	now: NOW,
	agent: { name: "helpdesk-bot", labels: { team: "support" } },
	request: { ip: "203.0.113.7" },
	digest: (text) => `digest-${text.length}`,
};

/** Counters that say the same of every window. */
export function countersOf(count: number): Counters {
	return {
		count: () => count,
		whenAtMost: (_actions, windowSeconds, keep) => (count <= keep ? NOW : NOW + windowSeconds * 500),
		sum: () => String(count),
		whenSumAtMost: (_actions, windowSeconds, keep) => (count <= Number(keep) ? NOW : NOW + windowSeconds * 500),
	};
}

/** A loaded role from YAML. */
export function roleOf(source: string, actions: ActionDefinition[] = allActions): LoadedRole {
	const parsed = parseRoleSource(source, { format: "yaml", file: "role.yaml" });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const [document] = parsed.documents;
	if (document === undefined) throw new Error("no document");
	const compiled = compileRole(document.document, 1, actions, document.position);
	if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
	return loadRole(compiled.compiled);
}

/** A role whose guards are these, over everything. */
export function guardsOf(guards: string, actions: ActionDefinition[] = allActions): LoadedRole {
	return roleOf(roleText(guards), actions);
}

export function roleText(guards: string): string {
	return `apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: tested }\nscope: { allow: ["**"] }\nguards:\n${guards}`;
}

/** Takes a call all the way: strict JSON, schema, guards, counters. */
export function verdictOf(
	role: LoadedRole,
	action: string,
	input: unknown,
	known: Partial<Facts> = {},
	counters = countersOf(0),
): Verdict {
	const granted = role.actions.get(action);
	const all = { ...facts, ...known };
	if (granted === undefined) {
		const decision = decide(role, { action, input: {} }, all);
		if (decision.kind !== "verdict") throw new Error("an action out of scope left a residual");
		return decision.verdict;
	}
	const parsed = parseStrictJson(new TextEncoder().encode(JSON.stringify(input)));
	if (!parsed.ok) return invalidInput([parsed.problem]);
	const canonical = canonicalInput(granted.definition, parsed.value);
	if (!canonical.ok) return invalidInput(canonical.problems);
	const decision = decide(role, { action, input: canonical.input }, all);
	return decision.kind === "verdict" ? decision.verdict : conclude(decision.residual, counters, all.now);
}

/** Takes a value to the guards as it is, whatever the schema says of it. */
export function uncheckedVerdictOf(role: LoadedRole, action: string, input: JsonObject, counters = countersOf(0)): Verdict {
	const decision = decide(role, { action, input }, facts);
	return decision.kind === "verdict" ? decision.verdict : conclude(decision.residual, counters, NOW);
}

export function mail(to: Json, more: JsonObject = {}): JsonObject {
	return { to, subject: "Hi", body: "x", ...more };
}
