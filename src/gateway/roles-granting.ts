/** The roles in force that grant actions of a connector, or whose patterns match some: those that a change of it touches. */
import type { RoleDocument } from "../contract/role-document.ts";
import { grantedActions } from "../policy/compile-scope.ts";
import type { CompiledRoles, RoleStore, StoredRole } from "./ports.ts";

export interface GrantingRole {
	role: StoredRole;
	/** The actions of the connectors in question that it grants now. */
	grants: string[];
	/** Those of the names in question that its scope matches and that it does not grant: they were added later. */
	would_match: string[];
}

/**
 * @param connectors - their names
 * @param names - the actions that they have, or will have
 */
export async function rolesGranting(
	{ store, compiled }: { store: Pick<RoleStore, "list">; compiled: CompiledRoles },
	workspaceId: string,
	connectors: ReadonlySet<string>,
	names: readonly string[] = [],
): Promise<GrantingRole[]> {
	const touched: GrantingRole[] = [];
	for await (const role of everyRole(store, workspaceId)) {
		const granted = await compiled.granted(workspaceId, role.hash);
		const grants = [...(granted ?? [])].filter((name) => connectors.has(name.split(".", 1)[0] as string));
		const { scope } = role.document as unknown as RoleDocument;
		const would_match = grantedActions(scope, [...names]).filter((name) => granted?.has(name) !== true);
		if (grants.length > 0 || would_match.length > 0) touched.push({ role, grants, would_match });
	}
	return touched;
}

async function* everyRole(store: Pick<RoleStore, "list">, workspaceId: string): AsyncGenerator<StoredRole> {
	let cursor: string | null = null;
	do {
		const page: Awaited<ReturnType<RoleStore["list"]>> = await store.list(workspaceId, { limit: 100, cursor });
		yield* page.items;
		cursor = page.next_cursor;
	} while (cursor !== null);
}
