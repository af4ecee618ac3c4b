/** `PATCH /v1/agents/{name}`: another role, other labels. In force at the next request, once this has answered. */
import type { Agent } from "../contract/admin.ts";
import { type Administrator, adminAct, type TellPorts, tellLog } from "./administrator.ts";
import { type PushPorts, pushBindings } from "./push-bindings.ts";

export type ChangeAgentPorts = PushPorts & TellPorts;

export type AgentChange =
	| { kind: "changed"; agent: Agent }
	| { kind: "not_found" }
	| { kind: "revoked" }
	| { kind: "no_role" }
	| { kind: "not_everywhere"; agents: string[] };

export async function changeAgent(
	ports: ChangeAgentPorts,
	by: Administrator,
	name: string,
	wanted: { role?: string; labels?: Record<string, string> },
): Promise<AgentChange> {
	const workspaceId = by.key.workspace_id;
	const agent = await ports.agents.get(workspaceId, name);
	if (!agent) return { kind: "not_found" };
	if (agent.revoked_at !== null) return { kind: "revoked" };
	const act = adminAct(ports, by, "agent.change", { agent: name, fields: wanted });
	if ((await ports.agents.change(workspaceId, agent.id, wanted, act)) === "no_role") return { kind: "no_role" };
	return changeInForce(ports, workspaceId, agent);
}

/** The common end of every change of one agent: the log is told, then its ledger. */
export async function changeInForce(ports: ChangeAgentPorts, workspaceId: string, agent: Agent): Promise<AgentChange> {
	tellLog(ports, workspaceId);
	const pushed = await pushBindings(ports, workspaceId, { agentId: agent.id });
	if (pushed.kind === "not_everywhere") return pushed;
	return { kind: "changed", agent: (await ports.agents.get(workspaceId, agent.name)) ?? agent };
}
