import type { Mailbox } from "../../../../sdk/typescript/src/index.ts";

/** Whom a mailbox is for. */
export function agentsText({ agents }: Mailbox): string {
	return agents.length === 0 ? "all other agents" : agents.join(", ");
}
