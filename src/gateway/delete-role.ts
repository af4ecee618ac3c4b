/** `DELETE /v1/roles/{name}`: only when no agent uses it. Its revisions stay. */
import { type Administrator, adminAct, type TellPorts, tellLog } from "./administrator.ts";
import type { AgentStore, RoleStore } from "./ports.ts";
import { type Precondition, stillHolds } from "./precondition.ts";

export interface DeleteRolePorts extends TellPorts {
	store: RoleStore;
	agents: AgentStore;
}

export type RoleDeletion =
	| { kind: "deleted" }
	| { kind: "not_found" }
	| { kind: "stale" }
	| { kind: "busy" }
	| { kind: "in_use"; agents: string[] };

export async function deleteRole(
	ports: DeleteRolePorts,
	by: Administrator,
	name: string,
	precondition: Precondition,
): Promise<RoleDeletion> {
	const workspaceId = by.key.workspace_id;
	const role = await ports.store.get(workspaceId, name);
	if (!role) return { kind: "not_found" };
	if (!stillHolds(precondition, role)) return { kind: "stale" };
	const act = adminAct(ports, by, "role.delete", { fields: { role: name, rev: role.rev } });
	const outcome = await ports.store.delete(workspaceId, name, role.rev, act);
	if (outcome === "in_use") {
		const users = await ports.agents.list(workspaceId, { usingRole: name, limit: 50, cursor: null });
		return { kind: "in_use", agents: users.items.map((agent) => agent.name) };
	}
	if (outcome === "changed") return { kind: "busy" };
	tellLog(ports, workspaceId);
	return { kind: "deleted" };
}
