/** A role's scope against the actions that there are: patterns expanded, deny taken away. */
import type { Warning } from "../contract/admin.ts";
import type { RoleDocument } from "../contract/role-document.ts";
import { expandPatterns, isPattern, matchesAction } from "./action-pattern.ts";
import { type Finding, type PositionOf, placed } from "./document-positions.ts";
import { didYouMean, quoted } from "./suggestion.ts";

/** The actions that a role grants, sorted. */
export function grantedActions(scope: RoleDocument["scope"], names: string[]): string[] {
	const denied = new Set(expandPatterns(scope.deny ?? [], names));
	return expandPatterns(scope.allow, names).filter((name) => !denied.has(name));
}

/** Warns of names that no connector defines, and of patterns that match nothing. Neither grants anything. */
export function scopeWarnings(scope: RoleDocument["scope"], names: string[], position: PositionOf | undefined): Warning[] {
	const known = new Set(names);
	const isThere = (entry: string) => (isPattern(entry) ? names.some((name) => matchesAction(entry, name)) : known.has(entry));
	return (["allow", "deny"] as const).flatMap((list) =>
		(scope[list] ?? []).flatMap((entry, index): Warning[] => {
			if (isThere(entry)) return [];
			return [placed(nothingThere(entry, `scope.${list}[${index}]`, names), position)];
		}),
	);
}

/** The warning for an entry that stands for no action that there is. */
export function nothingThere(entry: string, path: string, names: string[]): Finding {
	return isPattern(entry)
		? { path, code: "empty_pattern", message: `no action matches ${quoted(entry)} now` }
		: { path, code: "unknown_action", message: `no connector defines ${quoted(entry)} now${didYouMean(entry, names)}` };
}
