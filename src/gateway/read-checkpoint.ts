/** The newest checkpoint of a log, under the keys that sign it now. */
import { openCheckpoint } from "../tlog/checkpoint.ts";
import type { PublishedLogPorts } from "./published-log-ports.ts";

export interface NewestCheckpoint {
	size: number;
	note: string;
	/** The newest of our keys that signed it. */
	vkey: string;
}

/**
 * Reads it; asks for another one first if it does not cover `minSize` and there are so many records, or if the newest key has not
 * signed it: whoever pins what `/v1/audit/key` answers can verify what this answers.
 * @returns null while there is none
 * @throws when a store is away, or the log stands still
 */
export async function readCheckpoint(
	ports: PublishedLogPorts,
	workspaceId: string,
	minSize: number,
): Promise<NewestCheckpoint | null> {
	const vkeys = ports.published.signers(workspaceId).map((signer) => signer.vkey);
	const newest = await openNewest(ports, workspaceId, vkeys);
	if (newest && newest.size >= minSize && newest.vkey === vkeys[0]) return newest;
	if (!newest && minSize === 0) return null;
	try {
		await ports.auditLogs.publish(workspaceId, minSize);
	} catch (error) {
		// One that other keys signed is still an answer: it says less, and nothing wrong.
		if (!newest || newest.size < minSize) throw error;
	}
	return openNewest(ports, workspaceId, vkeys);
}

async function openNewest(ports: PublishedLogPorts, workspaceId: string, vkeys: string[]): Promise<NewestCheckpoint | null> {
	const stored = await ports.published.newestCheckpoint(workspaceId);
	if (!stored) return null;
	for (const vkey of vkeys) if (openCheckpoint(stored.note, [vkey]).ok) return { ...stored, vkey };
	return { ...stored, vkey: "" };
}
