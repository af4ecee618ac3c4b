/** `POST /v1/agents`: an agent under a role, and its first token, which is shown this once. */
import type { CreatedAgent } from "../contract/admin.ts";
import { type Administrator, adminAct, type TellPorts, tellLog } from "./administrator.ts";
import type { AgentStore, TokenAuthority } from "./ports.ts";

export interface CreateAgentPorts extends TellPorts {
	agents: AgentStore;
	tokens: TokenAuthority;
}

export type AgentCreation = { kind: "created"; agent: CreatedAgent } | { kind: "taken" } | { kind: "no_role" };

export async function createAgent(
	ports: CreateAgentPorts,
	by: Administrator,
	wanted: { name: string; role: string; labels?: Record<string, string>; expires_at?: string },
): Promise<AgentCreation> {
	const workspaceId = by.key.workspace_id;
	const agent = {
		id: ports.ids.make("agt"),
		name: wanted.name,
		role: wanted.role,
		labels: wanted.labels ?? {},
		created_at: new Date(ports.now()).toISOString(),
	};
	const { token, digest } = ports.tokens.mintAgentToken(workspaceId, agent.id);
	const tokenId = ports.ids.make("tok");
	const act = adminAct(ports, by, "agent.create", { agent: agent.name, fields: { role: agent.role, token_id: tokenId } });
	const outcome = await ports.agents.create(
		workspaceId,
		{ ...agent, made_by: by.key.id },
		{ id: tokenId, digest, expires_at: wanted.expires_at ?? null },
		act,
	);
	if (outcome !== "created") return { kind: outcome };
	tellLog(ports, workspaceId);
	return { kind: "created", agent: { ...agent, revoked_at: null, last_seen_at: null, token } };
}
