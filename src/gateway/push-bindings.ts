/**
 * The last step of every change that binds agents: their ledgers are told, and only when all have heard it is the change done.
 * Safe to run again at any time; it starts where it stopped.
 */
import type { AgentStore, ChangedAgents, Ledgers } from "./ports.ts";

/** How many ledgers are told at once: a Worker has six connections, and stubs queue behind them. */
const AT_ONCE = 32;

export interface PushPorts {
	agents: AgentStore;
	ledgers: Ledgers;
	log: (event: string, details: Record<string, unknown>) => void;
}

export type Pushed = { kind: "everywhere" } | { kind: "not_everywhere"; agents: string[] };

export async function pushBindings(ports: PushPorts, workspaceId: string, of: ChangedAgents): Promise<Pushed> {
	const states = await ports.agents.unacknowledged(workspaceId, of);
	const missing: string[] = [];
	for (let at = 0; at < states.length; at += AT_ONCE) {
		const chunk = states.slice(at, at + AT_ONCE);
		const told = await Promise.all(
			chunk.map(async (state) => {
				try {
					await ports.ledgers.of(workspaceId, state.agent_id).bind(state);
					return { agent_id: state.agent_id, epoch: state.epoch };
				} catch (error) {
					ports.log("push_failed", { agent: state.name, error: error instanceof Error ? error.name : typeof error });
					missing.push(state.name);
					return null;
				}
			}),
		);
		await ports.agents.acknowledge(
			workspaceId,
			told.filter((ack) => ack !== null),
		);
	}
	return missing.length === 0 ? { kind: "everywhere" } : { kind: "not_everywhere", agents: missing.sort() };
}
