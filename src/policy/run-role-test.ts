/** Runs the cases of a RoleTest through the same engine as the gateway. */
import type { Expectation, RoleTestCase, RoleTestDocument } from "../contract/role-test-document.ts";
import type { Facts, Verdict } from "./decision.ts";
import { countersGiven, factsGiven, UNSAID } from "./given-facts.ts";
import type { LoadedRole } from "./load-role.ts";
import { tryCall } from "./try-call.ts";

export interface CaseResult {
	name: string;
	ok: boolean;
	expected: Expectation;
	/** What came, for every key that can be expected. */
	came: Required<Expectation>;
	/** The keys that were expected otherwise, in the order of the format. */
	differences: Difference[];
	verdict: Verdict;
}

export interface Difference {
	key: keyof Expectation;
	expected: string | null;
	came: string | null;
}

const EXPECTED_KEYS = ["verdict", "guard", "reason", "reason_code", "detail"] as const;

/**
 * Runs every case, in order.
 * @param besides - what is known where a case gives nothing
 */
export function runRoleTest(role: LoadedRole, test: RoleTestDocument, besides: Facts = UNSAID): CaseResult[] {
	return test.cases.map((one) => runCase(role, one, besides));
}

function runCase(role: LoadedRole, { name, action, input, given = {}, expect }: RoleTestCase, besides: Facts): CaseResult {
	const facts = factsGiven(given, besides);
	const verdict = tryCall(role, action, JSON.stringify(input), facts, countersGiven(given, facts.now));
	const came = cameOf(verdict);
	const differences = EXPECTED_KEYS.flatMap((key): Difference[] => {
		const expected = expect[key];
		return expected === undefined || expected === came[key] ? [] : [{ key, expected, came: came[key] }];
	});
	return { name, ok: differences.length === 0, expected: expect, came, differences, verdict };
}

function cameOf(verdict: Verdict): Required<Expectation> {
	const fact = verdict.facts.find(({ guard }) => guard === verdict.matched_guard);
	return {
		verdict: verdict.verdict,
		guard: verdict.matched_guard,
		reason: verdict.reason,
		reason_code: verdict.reason_code,
		detail: fact?.detail ?? null,
	};
}
