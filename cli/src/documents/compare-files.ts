/** The roles of some files against those of others, with no network: against the actions that are known without one. */
import type { RoleComparison } from "../../../sdk/typescript/src/index.ts";
import { compareRoles } from "../../../src/policy/compare-roles.ts";
import { listsIn, loadRoles, type OfflineRole } from "../offline/load-roles.ts";
import { type Policy, policyFailure, readPolicy } from "../offline/read-policy.ts";
import type { Source } from "./read-sources.ts";

export interface ComparedRole {
	name: string;
	change: "created" | "updated" | "unchanged" | "deleted";
	comparison: RoleComparison;
}

/**
 * Compares by name, in the order of the new files; where each side has one role their names do not matter.
 * @throws CliFailure if a file cannot be read as policy
 */
export function compareFiles(before: Source[], after: Source[]): ComparedRole[] {
	const [old, now] = [before, after].map(readPolicy) as [Policy, Policy];
	const [earlier, later] = [loadRoles(old), loadRoles(now)];
	const problems = [...old.problems, ...earlier.problems, ...now.problems, ...later.problems];
	if (problems.length > 0) throw policyFailure(problems);
	const items = new Map([...listsIn(old).values(), ...listsIn(now).values()].map(({ sha256, items }) => [sha256, items]));
	const only = earlier.roles.size === 1 && later.roles.size === 1 ? [...earlier.roles.values()][0] : undefined;
	const compared = [...later.roles].map(([name, role]): ComparedRole => {
		const former = only ?? earlier.roles.get(name);
		const comparison = compareRoles(
			former?.loaded.compiled ?? null,
			role.loaded.compiled,
			({ sha256 }) => items.get(sha256) ?? null,
		);
		return { name, change: former === undefined ? "created" : changeOf(former, role), comparison };
	});
	const deleted = only === undefined ? [...earlier.roles.keys()].filter((name) => !later.roles.has(name)) : [];
	return [...compared, ...deleted.map((name): ComparedRole => ({ name, change: "deleted", comparison: NOTHING }))];
}

const NOTHING: RoleComparison = { result: "does_not_widen", reasons: [] };

function changeOf(before: OfflineRole, after: OfflineRole): "updated" | "unchanged" {
	return JSON.stringify(before.document.document) === JSON.stringify(after.document.document) ? "unchanged" : "updated";
}
