/**
 * Whether a change of a role widens what it allows. "Does not widen" is proven, by what every test can come out as; "widens" is
 * proven by a call that the later role lets pass and the earlier one did not; what is neither cannot be told.
 */
import type { Comparison } from "../contract/admin.ts";
import { compareAction, type Roles } from "./compare/compare-action.ts";
import type { ComparisonReason } from "./compare/comparison.ts";
import type { ListItemsOf } from "./compare/plain-tests.ts";
import { COMPILED_VERSION, type CompiledRole } from "./compiled-role.ts";
import { type LoadedRole, listsOf, loadRole } from "./load-role.ts";

/** Where there are more reasons than this, no more are looked for. */
const REASONS_MAX = 100;

/**
 * Compares two compiled roles, on the same calls with the same counters and facts.
 * @param before - null where there was no role: then everything that is granted is more than before
 * @param itemsOf - what the lists of the workspace hold; where one is not at hand nobody can tell what a guard that takes it lets pass
 */
export function compareRoles(before: CompiledRole | null, after: CompiledRole, itemsOf: ListItemsOf = () => null): Comparison {
	const earlier = before ?? { ...after, actions: {}, guards: [] };
	if (earlier.v !== COMPILED_VERSION || after.v !== COMPILED_VERSION)
		return cannotTell("one of the two is compiled by another version of the gateway; apply it again first");
	let loaded: { before: LoadedRole; after: LoadedRole } | null = null;
	const areAtHand = [...listsOf(earlier), ...listsOf(after)].every((reference) => itemsOf(reference) !== null);
	const load = (role: CompiledRole) => loadRole(role, (reference) => itemsOf(reference) ?? []);
	const roles: Roles = {
		before: earlier,
		after,
		itemsOf,
		loaded: () => {
			if (areAtHand) loaded ??= { before: load(earlier), after: load(after) };
			return loaded;
		},
	};
	const reasons: ComparisonReason[] = [];
	for (const action of Object.keys(after.actions)) {
		reasons.push(...compareAction(action, roles));
		if (reasons.length > REASONS_MAX) break;
	}
	return concluded(reasons);
}

/** That nobody can tell, and why. */
export function cannotTell(why: string): Comparison {
	return { result: "cannot_tell", reasons: [{ action: null, guard: null, why, sure: false }] };
}

function concluded(all: ComparisonReason[]): Comparison {
	if (all.length === 0) return { result: "does_not_widen", reasons: [] };
	const result = all.some(({ sure }) => sure) ? "widens" : "cannot_tell";
	const sorted = [...all.filter(({ sure }) => sure), ...all.filter(({ sure }) => !sure)];
	if (sorted.length <= REASONS_MAX) return { result, reasons: sorted };
	const more = "and there is more";
	return { result, reasons: [...sorted.slice(0, REASONS_MAX), { action: null, guard: null, why: more, sure: false }] };
}
