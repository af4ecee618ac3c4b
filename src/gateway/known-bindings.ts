/**
 * What this isolate believes to bind each agent. It may be out of date at any time: the ledger is told which epoch a decision
 * was made on, and answers `stale` with the one in force.
 */
import type { Binding } from "./ports.ts";

const KEPT = 10_000;

export interface KnownBindings {
	get(agentId: string): Binding | undefined;
	set(binding: Binding): void;
}

/** Keeps the last {@link KEPT} agents that were seen. */
export function createKnownBindings(): KnownBindings {
	const bindings = new Map<string, Binding>();
	return {
		get: (agentId) => bindings.get(agentId),
		set(binding) {
			bindings.delete(binding.agent_id);
			bindings.set(binding.agent_id, binding);
			if (bindings.size > KEPT) bindings.delete(bindings.keys().next().value as string);
		},
	};
}
