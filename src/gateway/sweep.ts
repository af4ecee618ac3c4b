/**
 * What the cron does, a little at a time: acts that the log has not fetched, records without a checkpoint, changes that a ledger has
 * not heard, overdue calls.
 */
import type { AgentStore, AuditLogs, Ledgers } from "./ports.ts";

const LEDGERS_A_ROUND = 200;
const AT_ONCE = 20;

export interface SweepPorts {
	agents: AgentStore;
	ledgers: Ledgers;
	auditLogs: AuditLogs;
	workspacesWithAdminActs: () => Promise<string[]>;
	workspacesToPublish: () => Promise<string[]>;
	/** Lets records older than the window leave D1; undefined where D1 keeps everything. */
	sealLogs?: (() => Promise<void>) | undefined;
	/** After a change of the encryption key. */
	resealSecrets?: () => Promise<void>;
	/** Sends the notices whose time has come, and forgets old ones. */
	sendNotices: () => Promise<void>;
	log: (event: string, details: Record<string, unknown>) => void;
}

/**
 * One round. Each ledger looks after itself by alarm; this is for those whose alarm was lost.
 * @param after - the agent id where the round before stopped; "" for the first
 * @returns where the next round goes on; "" when it starts over
 */
export async function sweep(ports: SweepPorts, after: string): Promise<string> {
	for (const workspaceId of await ports.workspacesWithAdminActs()) {
		await ports.auditLogs.collectAdminActs(workspaceId).catch((error) => ports.log("sweep_failed", { workspaceId, error }));
	}
	for (const workspaceId of await ports.workspacesToPublish()) {
		// This sets its alarm again.
		await ports.auditLogs.publish(workspaceId, 0).catch((error) => ports.log("sweep_failed", { workspaceId, error }));
	}
	const agents = await ports.agents.bound(after, LEDGERS_A_ROUND);
	for (let at = 0; at < agents.length; at += AT_ONCE) {
		await Promise.all(
			agents.slice(at, at + AT_ONCE).map(({ workspace_id, agent_id }) =>
				ports.ledgers
					.of(workspace_id, agent_id)
					.sweep()
					.catch((error) => ports.log("sweep_failed", { agent_id, error })),
			),
		);
	}
	await ports.resealSecrets?.().catch((error) => ports.log("sweep_failed", { error }));
	await ports.sendNotices().catch((error) => ports.log("sweep_failed", { error }));
	await ports.sealLogs?.().catch((error) => ports.log("sweep_failed", { error }));
	return agents.length < LEDGERS_A_ROUND ? "" : (agents.at(-1)?.agent_id ?? "");
}
