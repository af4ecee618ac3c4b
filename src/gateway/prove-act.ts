/** A proof that an act's records are on the log, for somebody who trusts neither the log nor us. */
import { type ActProof, proveAct as assemble, verifyProof } from "../tlog/act-proof.ts";
import { planInclusion } from "../tlog/proofs.ts";
import { tilePath } from "../tlog/tile-paths.ts";
import { hashesInTiles, type Tile, tilesOfPlan } from "../tlog/tiles.ts";
import type { PublishedLogPorts } from "./published-log-ports.ts";
import { readCheckpoint } from "./read-checkpoint.ts";

export type ProvenAct =
	| { kind: "proven"; proof: ActProof }
	| { kind: "unknown_act" }
	/** The log could not be published so far, or what is published does not prove it. */
	| { kind: "unavailable"; why: string };

/** Proves every record of an act that the log has now; publishes a checkpoint first if the newest does not cover them. */
export async function proveAct(ports: PublishedLogPorts, workspaceId: string, actId: string): Promise<ProvenAct> {
	const records = await ports.published.recordsOfAct(workspaceId, actId);
	const last = records.at(-1);
	if (!last) return { kind: "unknown_act" };
	const newest = await readCheckpoint(ports, workspaceId, last.seq);
	if (!newest || newest.size < last.seq || newest.vkey === "")
		return { kind: "unavailable", why: "no signed checkpoint covers the act yet" };
	const { size, note: checkpoint, vkey } = newest;
	const tiles = await readTiles(
		ports,
		workspaceId,
		records.map(({ seq }) => seq - 1),
		size,
	);
	const hashAt = hashesInTiles(size, (tile) => tiles.get(tilePath(tile)) ?? null);
	const proof = assemble({ vkey, checkpoint, size }, records, hashAt);
	// Better no proof than one that fails in somebody's hands.
	if (!proof || !verifyProof(JSON.stringify(proof), [vkey]).ok)
		return { kind: "unavailable", why: "the published tiles do not prove the act" };
	return { kind: "proven", proof };
}

async function readTiles(
	ports: PublishedLogPorts,
	workspaceId: string,
	leaves: number[],
	size: number,
): Promise<Map<string, Uint8Array | null>> {
	const wanted = new Map<string, Tile>();
	for (const leaf of leaves)
		for (const tile of tilesOfPlan(planInclusion(leaf, size) ?? [], size)) wanted.set(tilePath(tile), tile);
	return new Map(
		await Promise.all([...wanted.keys()].map(async (path) => [path, await ports.published.tile(workspaceId, path)] as const)),
	);
}
