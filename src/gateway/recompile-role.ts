/** A stored role whose compiled form is of another version of this code is compiled again, from its source. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { RoleDocument } from "../contract/role-document.ts";
import { compileRole, type WorkspaceLists } from "../policy/compile-role.ts";
import type { CompiledRole } from "../policy/compiled-role.ts";

/**
 * Compiles a stored revision again.
 * @param stored - the compiled form that this code cannot read: what it granted bounds what the role grants now, for patterns
 * are pinned when a role is applied
 * @returns null if it cannot be compiled, or nothing tells what it granted: the role is then refused, not widened
 */
export function recompileRole(
	stored: string,
	document: RoleDocument,
	rev: number,
	actions: ActionDefinition[],
	lists: WorkspaceLists,
): CompiledRole | null {
	const within = grantedBefore(stored);
	if (within === null) return null;
	const result = compileRole(document, rev, actions, undefined, lists, within);
	return result.ok ? result.compiled : null;
}

/** The names of the actions in a compiled form, whatever its version; null if they cannot be told. */
export function grantedBefore(stored: string): ReadonlySet<string> | null {
	try {
		const { actions } = JSON.parse(stored);
		const isMap = typeof actions === "object" && actions !== null && !Array.isArray(actions);
		return isMap ? new Set(Object.keys(actions)) : null;
	} catch {
		return null;
	}
}
