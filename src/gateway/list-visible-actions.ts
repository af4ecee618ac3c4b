/** `GET /v1/actions`: what an agent may ask for. Nothing else exists for it. */
import type { VisibleAction } from "../contract/verdict.ts";
import { visibleActions } from "../policy/visible-actions.ts";
import type { CompiledRoles, Ledgers, TokenAuthority } from "./ports.ts";

export type ListedActions =
	| { kind: "unauthenticated" }
	| { kind: "unavailable"; why: string }
	| { kind: "listed"; actions: VisibleAction[] };

export async function listVisibleActions(
	ports: { tokens: TokenAuthority; ledgers: Ledgers; roles: CompiledRoles },
	token: string | null,
): Promise<ListedActions> {
	const who = token === null ? null : ports.tokens.readAgentToken(token);
	if (!who) return { kind: "unauthenticated" };
	const binding = await ports.ledgers.of(who.workspaceId, who.agentId).identify(who);
	if (!binding) return { kind: "unauthenticated" };
	const role = await ports.roles.load(who.workspaceId, binding.role.hash);
	if (!role) return { kind: "unavailable", why: "the agent's role cannot be read" };
	return { kind: "listed", actions: visibleActions(role) };
}
