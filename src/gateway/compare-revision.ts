/** Whether a revision that is to be stored would let more pass than the one in force. */
import type { Comparison } from "../contract/admin.ts";
import type { Json } from "../contract/json.ts";
import { cannotTell, compareRoles } from "../policy/compare-roles.ts";
import type { CompiledRole } from "../policy/compiled-role.ts";
import { listsOf } from "../policy/load-role.ts";
import type { ListItems } from "./list-ports.ts";
import type { CompiledRoles, StoredRole } from "./ports.ts";

/** Compares what lies in store under the revision's hash: what was in force then, with the actions and lists of then. */
export async function compareRevision(
	{ compiled, listItems }: { compiled: CompiledRoles; listItems: ListItems },
	workspaceId: string,
	current: StoredRole | null,
	hash: string,
	after: CompiledRole,
): Promise<Comparison> {
	if (current?.hash === hash) return { result: "does_not_widen", reasons: [] };
	const before = current && (await compiled.load(workspaceId, current.hash));
	if (current !== null && before === null)
		return cannotTell("the role in force, or a list that it takes, cannot be read; apply it again as it is first");
	const roles = [after, ...(before ? [before.compiled] : [])];
	const items = await itemsFor(listItems, workspaceId, roles);
	return compareRoles(before?.compiled ?? null, after, ({ sha256 }) => items.get(sha256) ?? null);
}

async function itemsFor(lists: ListItems, workspaceId: string, roles: CompiledRole[]): Promise<Map<string, readonly Json[]>> {
	const items = new Map<string, readonly Json[]>();
	for (const { sha256 } of roles.flatMap(listsOf)) {
		const held = items.has(sha256) ? null : await lists.load(workspaceId, sha256);
		if (held !== null) items.set(sha256, held);
	}
	return items;
}
