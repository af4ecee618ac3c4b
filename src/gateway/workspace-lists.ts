/** The lists that a role takes from its workspace, with what they hold. */
import type { Json } from "../contract/json.ts";
import type { RoleDocument } from "../contract/role-document.ts";
import type { WorkspaceLists } from "../policy/compile-role.ts";
import { listNames } from "../policy/named-conditions.ts";
import type { ListItems, ListStore } from "./list-ports.ts";

export interface WorkspaceListPorts {
	lists: ListStore;
	listItems: ListItems;
}

/**
 * Fetches the lists that a role's conditions name and that are not its own. One that does not exist, or whose items no store has
 * any more, is left out: compiling says that it is to be applied first.
 * @param except - a list that need not be fetched
 */
export async function workspaceLists(
	{ lists, listItems }: WorkspaceListPorts,
	workspaceId: string,
	document: RoleDocument,
	except?: string,
): Promise<WorkspaceLists> {
	const found = new Map<string, { items: readonly Json[]; sha256: string }>();
	for (const name of listNames(document)) {
		const list = name === except ? null : await lists.get(workspaceId, name);
		const items = list && (await listItems.load(workspaceId, list.sha256));
		if (list && items) found.set(name, { items, sha256: list.sha256 });
	}
	return found;
}
