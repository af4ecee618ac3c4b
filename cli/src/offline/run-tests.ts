/** Every role test of a policy, run, with what the cases of each role leave untried. */
import { type GuardCoverage, roleCoverage } from "../../../src/policy/role-coverage.ts";
import { type CaseResult, runRoleTest } from "../../../src/policy/run-role-test.ts";
import { didYouMean, quoted } from "../../../src/policy/suggestion.ts";
import type { ProblemLine } from "../failure.ts";
import type { OfflineRole } from "./load-roles.ts";
import { documentsOf, type Policy } from "./read-policy.ts";

export interface RanSuite {
	/** The test's own name. */
	name: string;
	role: string;
	file: string;
	cases: RanCase[];
}

export type RanCase = CaseResult & { line: number; column: number };

export interface RanTests {
	suites: RanSuite[];
	/** Of each role that a test names, over all its tests. */
	coverage: { role: string; guards: GuardCoverage[] }[];
	/** Roles that no test names. */
	untested: string[];
	/** Tests of roles that are not there. */
	problems: ProblemLine[];
}

/** Runs all tests, in order. Nothing is run while a role is missing. */
export function runTests(policy: Policy, roles: Map<string, OfflineRole>): RanTests {
	const tests = documentsOf(policy, "RoleTest");
	const problems = tests.flatMap(({ document, file, position }): ProblemLine[] => {
		if (roles.has(document.role)) return [];
		const at = position("role");
		const message = `no role ${quoted(document.role)} is among the files${didYouMean(document.role, roles.keys())}`;
		return [{ file, line: at?.line, column: at?.column, path: "role", code: "unknown_role", message }];
	});
	if (problems.length > 0) return { suites: [], coverage: [], untested: [], problems };
	const suites = tests.map(({ document, file, position }): RanSuite => {
		const role = roles.get(document.role) as OfflineRole;
		const cases = runRoleTest(role.loaded, document).map((result, index): RanCase => {
			const { line, column } = position(`cases[${index}].name`) ?? { line: 1, column: 1 };
			return { ...result, line, column };
		});
		return { name: document.metadata.name, role: document.role, file, cases };
	});
	const named = [...new Set(suites.map((suite) => suite.role))];
	const coverage = named.map((name) => {
		const verdicts = suites.filter((suite) => suite.role === name).flatMap((suite) => suite.cases.map((one) => one.verdict));
		return { role: name, guards: roleCoverage((roles.get(name) as OfflineRole).loaded, verdicts) };
	});
	return { suites, coverage, untested: [...roles.keys()].filter((name) => !named.includes(name)), problems: [] };
}
