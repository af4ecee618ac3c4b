/** One workspace's log: its object, its rows in D1, and records to put on it. */
import { env } from "cloudflare:workers";
import type { UnsequencedRecord } from "../../../src/contract/audit-record.ts";
import { recordText } from "../../../src/contract/record-text.ts";
import { systemIds } from "../../../src/keys/digests.ts";
import { textDigest } from "../../../src/tlog/text-digest.ts";
import type { StoredRow } from "../chain.ts";

export function logOf(workspaceId: string) {
	return {
		workspaceId,
		stub: () => env.AUDIT_LOG.getByName(workspaceId),
		// Awaited here: what looks at an RPC promise before it settles makes further ones, which nobody handles.
		append: async (source: string, rows: [n: number, record: string][]): Promise<number> =>
			await env.AUDIT_LOG.getByName(workspaceId).append(workspaceId, source, rows),
		/** Asks for a checkpoint that covers this many records, or everything. Answers what the newest one covers. */
		publish: async (minSize = Number.MAX_SAFE_INTEGER): Promise<number> =>
			await env.AUDIT_LOG.getByName(workspaceId).publish(workspaceId, minSize),
		collect: async (): Promise<void> => await env.AUDIT_LOG.getByName(workspaceId).collectAdminActs(workspaceId),
		/** One record as a source tells it, named by `action`. */
		record: (action: string, more: Partial<UnsequencedRecord> = {}) =>
			recordText(
				{
					event_id: systemIds.make("evt"),
					time: new Date().toISOString(),
					kind: "action",
					workspace: workspaceId,
					act_id: systemIds.make("act"),
					action,
					state: "intent",
					...more,
				},
				textDigest,
			),
		/** An administrative act that waits in D1 to be fetched. */
		async leaveAdminAct(action: string): Promise<void> {
			await env.DB.prepare("INSERT INTO admin_acts (workspace_id, record) VALUES (?, ?)")
				.bind(workspaceId, this.record(action, { kind: "admin", state: "done" }))
				.run();
		},
		stored: () => storedRows(workspaceId),
		async actions(): Promise<string[]> {
			return (await storedRows(workspaceId)).map((row) => JSON.parse(row.record).action);
		},
	};
}

/** The records of a batch on its way to D1. */
export function recordsIn(batch: { records: string }): string[] {
	return (JSON.parse(batch.records) as [seq: number, leafHash: string, record: string][]).map(([, , record]) => record);
}

export async function storedRows(workspaceId: string): Promise<StoredRow[]> {
	const { results } = await env.DB.prepare("SELECT seq, leaf_hash, record FROM audit_log WHERE workspace_id = ? ORDER BY seq")
		.bind(workspaceId)
		.all<StoredRow>();
	return results;
}
