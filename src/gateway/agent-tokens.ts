/** An agent's tokens: a new one beside or instead of the old ones, and the end of a single one. */
import type { CreatedToken } from "../contract/admin.ts";
import { type Administrator, adminAct } from "./administrator.ts";
import { type AgentChange, type ChangeAgentPorts, changeInForce } from "./change-agent.ts";
import type { TokenAuthority } from "./ports.ts";

export type TokenRotation = Exclude<AgentChange, { kind: "changed" | "no_role" }> | { kind: "created"; token: CreatedToken };

/** The tokens so far end after the overlap; the new one is shown this once. */
export async function rotateToken(
	ports: ChangeAgentPorts & { tokens: TokenAuthority },
	by: Administrator,
	name: string,
	wanted: { overlap_seconds: number; expires_at?: string },
): Promise<TokenRotation> {
	const workspaceId = by.key.workspace_id;
	const agent = await ports.agents.get(workspaceId, name);
	if (!agent) return { kind: "not_found" };
	if (agent.revoked_at !== null) return { kind: "revoked" };
	const id = ports.ids.make("tok");
	const expires_at = wanted.expires_at ?? null;
	const { token, digest } = ports.tokens.mintAgentToken(workspaceId, agent.id);
	const act = adminAct(ports, by, "agent.rotate", {
		agent: name,
		fields: { token_id: id, overlap_seconds: wanted.overlap_seconds },
	});
	const othersEndAt = new Date(Date.parse(act.time) + wanted.overlap_seconds * 1000).toISOString();
	await ports.agents.addToken(workspaceId, agent.id, { id, digest, expires_at }, othersEndAt, act);
	const changed = await changeInForce(ports, workspaceId, agent);
	// Where the ledger has not heard of it, the new token would not work yet: rotating again makes another, and is harmless.
	if (changed.kind === "not_everywhere") return changed;
	return { kind: "created", token: { id, created_at: act.time, expires_at, revoked_at: null, token } };
}

export async function revokeToken(
	ports: ChangeAgentPorts,
	by: Administrator,
	name: string,
	tokenId: string,
): Promise<AgentChange> {
	const workspaceId = by.key.workspace_id;
	const agent = await ports.agents.get(workspaceId, name);
	if (!agent) return { kind: "not_found" };
	const act = adminAct(ports, by, "agent.revoke_token", { agent: name, fields: { token_id: tokenId } });
	if (!(await ports.agents.revokeToken(workspaceId, agent.id, tokenId, act.time, act))) return { kind: "not_found" };
	return changeInForce(ports, workspaceId, agent);
}
