/**
 * Lists: values under a name, for the conditions of any role. What a role takes is pinned by digest in its compiled form, so a change
 * of a list is a change of every role that takes it: each gets a revision of its own, and is pushed like any other.
 */
import type { AppliedList, List } from "../contract/admin.ts";
import type { Json } from "../contract/json.ts";
import type { ListDocument } from "../contract/list-document.ts";
import type { ProblemItem } from "../contract/problem.ts";
import type { RoleDocument } from "../contract/role-document.ts";
import { canonicalJson } from "../policy/canonical-json.ts";
import { compileRole } from "../policy/compile-role.ts";
import { listNames } from "../policy/named-conditions.ts";
import { type Administrator, adminAct, tellLog } from "./administrator.ts";
import { type ApplyRolePorts, reapplyRole, storedDocument } from "./apply-role.ts";
import type { StoredRole } from "./ports.ts";
import { workspaceActions } from "./workspace-actions.ts";
import { workspaceLists } from "./workspace-lists.ts";

export type ListChange =
	| { kind: "applied"; list: AppliedList }
	| { kind: "deleted" }
	| { kind: "invalid"; problems: ProblemItem[] }
	| { kind: "not_found" }
	| { kind: "in_use"; roles: string[] }
	| { kind: "busy"; roles: string[] }
	| { kind: "not_everywhere"; agents: string[] };

/** Applies a list. Safe to run again when it was not in force everywhere. */
export async function applyList(ports: ApplyRolePorts, by: Administrator, document: ListDocument): Promise<ListChange> {
	const workspaceId = by.key.workspace_id;
	const { name, description = "" } = document.metadata;
	const items = [...new Set(document.items)];
	const sha256 = ports.digests.sha256(canonicalJson(items as Json[]));
	const problems = await problemsOf(ports, workspaceId, name, { items, sha256 });
	if (problems.length > 0) return { kind: "invalid", problems };

	const before = await ports.lists.get(workspaceId, name);
	await ports.listItems.save(workspaceId, sha256, items);
	if (before !== null && before.sha256 === sha256 && before.description === description)
		return inForce(ports, by, { ...before, change: "unchanged" });
	const act = adminAct(ports, by, "list.apply", { fields: { list: name, sha256, count: items.length } });
	const dates = { created_at: before?.created_at ?? act.time, updated_at: act.time };
	const list: List = { name, description, sha256, count: items.length, changed_by: by.key.id, ...dates };
	await ports.lists.put(workspaceId, list, act);
	tellLog(ports, workspaceId);
	return inForce(ports, by, { ...list, change: before === null ? "created" : "updated" });
}

/** Deletes a list that no role takes. */
export async function deleteList(ports: ApplyRolePorts, by: Administrator, name: string): Promise<ListChange> {
	const workspaceId = by.key.workspace_id;
	const taking = await rolesTaking(ports, workspaceId, name);
	if (taking.length > 0) return inUse(taking);
	const act = adminAct(ports, by, "list.delete", { fields: { list: name } });
	const outcome = await ports.lists.delete(workspaceId, name, act);
	if (outcome === "not_found") return { kind: "not_found" };
	if (outcome === "in_use") return inUse(await rolesTaking(ports, workspaceId, name));
	tellLog(ports, workspaceId);
	return { kind: "deleted" };
}

function inUse(roles: StoredRole[]): ListChange {
	return { kind: "in_use", roles: roles.map((role) => role.name) };
}

/** The roles in force whose conditions take the list. */
async function rolesTaking(ports: ApplyRolePorts, workspaceId: string, name: string): Promise<StoredRole[]> {
	const taking: StoredRole[] = [];
	let cursor: string | null = null;
	do {
		const page: Awaited<ReturnType<typeof ports.store.list>> = await ports.store.list(workspaceId, { limit: 100, cursor });
		for (const role of page.items) if (listNames(role.document as unknown as RoleDocument).has(name)) taking.push(role);
		cursor = page.next_cursor;
	} while (cursor !== null);
	return taking;
}

/** What would be wrong with the roles if the list held these items: nothing is changed before all of them can be compiled. */
async function problemsOf(
	ports: ApplyRolePorts,
	workspaceId: string,
	name: string,
	list: { items: readonly Json[]; sha256: string },
): Promise<ProblemItem[]> {
	const { definitions } = await workspaceActions(ports, workspaceId);
	const problems: ProblemItem[] = [];
	for (const role of await rolesTaking(ports, workspaceId, name)) {
		const stored = await storedDocument(ports, workspaceId, role);
		const others = await workspaceLists(ports, workspaceId, role.document as unknown as RoleDocument, name);
		const found =
			"ok" in stored
				? stored
				: compileRole(stored.document, role.rev, definitions, undefined, new Map([...others, [name, list]]), stored.within);
		if ("problems" in found)
			problems.push(...found.problems.map((problem) => ({ ...problem, message: `role ${role.name}: ${problem.message}` })));
	}
	return problems;
}

/** Applies again every role that takes the list, those that came to take it meanwhile too. */
async function inForce(ports: ApplyRolePorts, by: Administrator, list: Omit<AppliedList, "roles">): Promise<ListChange> {
	const roles: AppliedList["roles"] = [];
	const busy: string[] = [];
	const untold = new Set<string>();
	for (const { name } of await rolesTaking(ports, by.key.workspace_id, list.name)) {
		const application = await reapplyRole(ports, by, name);
		if (application.kind === "applied") roles.push({ name, rev: application.role.rev });
		else if (application.kind === "not_everywhere") for (const agent of application.agents) untold.add(agent);
		else if (application.kind !== "not_found") busy.push(name);
	}
	if (busy.length > 0) return { kind: "busy", roles: busy };
	if (untold.size > 0) return { kind: "not_everywhere", agents: [...untold].sort() };
	return { kind: "applied", list: { ...list, roles } };
}
