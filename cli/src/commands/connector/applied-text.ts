/** What applying a connector changes, in lines for people. */
import type { AppliedConnector } from "../../../../sdk/typescript/src/index.ts";

/** More actions of one change are counted, not named. */
const NAMED = 8;

export function actionsText(count: number): string {
	return count === 1 ? "1 action" : `${count} actions`;
}

/** One line for each thing that somebody should know of: what changes for which role, and what it does not get. */
export function changeLines({ changed, roles, change }: AppliedConnector): string[] {
	const lines = change === "updated" ? changed.map(({ action, parts }) => `  ${action}: ${parts.join(", ")}`) : [];
	const shown = lines.length > NAMED ? [...lines.slice(0, NAMED), `  and ${lines.length - NAMED} more actions`] : lines;
	for (const { name, changed: its, would_match } of roles) {
		if (its.length > 0) shown.push(`  role ${name}: ${some(its.map(({ action }) => action))} changed for it`);
		if (would_match.length > 0)
			shown.push(`  role ${name}: its patterns match ${some(would_match)} now, which it gets when it is applied again`);
	}
	return shown;
}

function some(names: string[]): string {
	return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}
