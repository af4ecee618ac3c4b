/** How long a decision takes under a role, from the bytes of the body to the verdict. */
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import { compileRole } from "../../src/policy/compile-role.ts";
import type { Counters, Facts } from "../../src/policy/decision.ts";
import { loadRole } from "../../src/policy/load-role.ts";
import { parseDocuments } from "../../src/policy/parse-documents.ts";
import { tryCall } from "../../src/policy/try-call.ts";

const CALLS = 200_000;
const ROUNDS = 7;

export interface Decided {
	grants: number;
	verdict: string;
	/** The middle of the rounds, in nanoseconds a call. */
	ns: number;
}

/** Measures one call under one role. */
export function measureDeciding(role: string, definitions: ActionDefinition[], action: string, input: object): Decided {
	const [document] = parseDocuments(role, { format: "yaml" }).documents;
	if (document?.kind !== "Role") throw new Error("this is no role");
	const compiled = compileRole(document.document, 1, definitions);
	if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
	const loaded = loadRole(compiled.compiled);
	const body = new TextEncoder().encode(JSON.stringify(input));
	const decide = () => tryCall(loaded, action, body, FACTS, COUNTERS);
	const { verdict } = decide();
	const rounds = Array.from({ length: ROUNDS }, () => {
		const startedAt = performance.now();
		for (let call = 0; call < CALLS / ROUNDS; call++) decide();
		return ((performance.now() - startedAt) * 1e6) / (CALLS / ROUNDS);
	}).sort((a, b) => a - b);
	return { grants: loaded.actions.size, verdict, ns: Math.round(rounds[Math.floor(ROUNDS / 2)] as number) };
}

const FACTS: Facts = { now: Date.UTC(2026, 10, 26, 10), agent: { name: "bot", labels: {} }, request: {}, digest: () => "" };
/** No guard counts. */
const COUNTERS: Counters = { count: () => 0, whenAtMost: () => 0, sum: () => "0", whenSumAtMost: () => 0 };
