/** `DELETE /v1/agents/{name}`: refused from the next request on, once this has answered. The name stays on the log. */
import { type Administrator, adminAct } from "./administrator.ts";
import { type AgentChange, type ChangeAgentPorts, changeInForce } from "./change-agent.ts";

export async function revokeAgent(ports: ChangeAgentPorts, by: Administrator, name: string): Promise<AgentChange> {
	const workspaceId = by.key.workspace_id;
	const agent = await ports.agents.get(workspaceId, name);
	if (!agent) return { kind: "not_found" };
	if (agent.revoked_at === null) {
		const act = adminAct(ports, by, "agent.revoke", { agent: name });
		await ports.agents.revoke(workspaceId, agent.id, act.time, act);
	}
	return changeInForce(ports, workspaceId, agent);
}
