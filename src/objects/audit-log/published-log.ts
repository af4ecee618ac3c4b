/** What R2 has of a log: the newest checkpoint, believed when a key of ours signed it, and what hangs on its root. */
import { toBase64, toHex } from "../../tlog/bytes.ts";
import { type Checkpoint, openCheckpoint } from "../../tlog/checkpoint.ts";
import { readEntryBundle } from "../../tlog/entry-bundle.ts";
import { foldHashes, type HashAt, leafHash, sameHash, subtreesOf, type TreeNode } from "../../tlog/merkle-tree.ts";
import { inclusionProof, planInclusion } from "../../tlog/proofs.ts";
import { entriesPath, tilePath } from "../../tlog/tile-paths.ts";
import { hashesInTiles, TILE_WIDTH, type Tile, tileOf } from "../../tlog/tiles.ts";
import { TreeEdge } from "../../tlog/tree-edge.ts";
import { verifyInclusion } from "../../tlog/verify-proofs.ts";
import { type AuditLogPorts, LogStopped } from "./log-ports.ts";
import { type Head, isChained, type Place, type StoredRecord } from "./places.ts";
import { logOrigin } from "./publisher.ts";
import type { TileNode } from "./sequencer.ts";

/** The place of the newest checkpoint, and the hashes of its tiles above the lowest that are not full. */
export interface PublishedLog {
	place: Place;
	nodes: TileNode[];
}

/** The largest signed checkpoint in D1 or R2; null if there is none. `size` is what the largest claims, signed by us or not. */
export async function newestCheckpoint(
	ports: AuditLogPorts,
	workspaceId: string,
): Promise<{ checkpoint: Checkpoint | null; note: string | null; claimedSize: number }> {
	const inDatabase = (await ports.newestCheckpoint(workspaceId))?.note ?? null;
	const file = await ports.getLogFile(workspaceId, "checkpoint");
	const notes = [inDatabase, file && new TextDecoder().decode(file)].filter((note) => note !== null);
	const vkeys = ports.signers(workspaceId).map((signer) => signer.vkey);
	let newest: { checkpoint: Checkpoint; note: string } | null = null;
	let claimedSize = 0;
	for (const note of notes) {
		claimedSize = Math.max(claimedSize, Number(/^[^\n]*\n([0-9]{1,15})\n/.exec(note)?.[1] ?? 0));
		const opened = openCheckpoint(note, vkeys);
		if (!opened.ok || opened.checkpoint.origin !== logOrigin(workspaceId)) continue;
		if (!newest || opened.checkpoint.size > newest.checkpoint.size) newest = { checkpoint: opened.checkpoint, note };
	}
	return { checkpoint: newest?.checkpoint ?? null, note: newest?.note ?? null, claimedSize };
}

/** Rebuilds the tree's edge at a signed checkpoint from the tiles in R2; null if they are not all there, or do not have its root. */
export async function publishedLog(
	ports: AuditLogPorts,
	workspaceId: string,
	checkpoint: Checkpoint,
): Promise<PublishedLog | null> {
	const { size, root } = checkpoint;
	if (size === 0) return null;
	const edgeNodes = subtreesOf(0, size);
	const hashAt = await readHashes(ports, workspaceId, size, [
		...edgeNodes,
		...(planInclusion(size - 1, size) ?? []).flat(),
		{ level: 0, index: size - 1 },
		...partialTileNodes(size),
	]);
	const hashes = edgeNodes.map(({ level, index }) => hashAt(level, index));
	if (!hashes.every((hash) => hash !== null) || !sameHash(foldHashes(hashes), root)) return null;
	const leaf = hashAt(0, size - 1);
	const proof = inclusionProof(size - 1, size, hashAt);
	if (!leaf || !proof || !verifyInclusion(leaf, size - 1, size, proof, root)) return null;
	// Every hash of a partial tile is folded into the edge, so the root vouches for it.
	const nodes = partialTileNodes(size).flatMap(({ level, index }): TileNode[] => {
		const hash = hashAt(level, index);
		return hash ? [{ level, index, hash }] : [];
	});
	const edge = [String(size), ...hashes.map(toBase64)].join(" ");
	return TreeEdge.parse(edge) && { place: { seq: size, hash: toHex(leaf), edge }, nodes };
}

/** Of each level of tiles above the lowest: the subtrees in the tile that is not full. */
function partialTileNodes(size: number): TreeNode[] {
	const nodes: TreeNode[] = [];
	for (let level = 8, span = TILE_WIDTH; span <= size; level += 8, span *= TILE_WIDTH) {
		const count = Math.floor(size / span);
		for (let index = count - (count % TILE_WIDTH); index < count; index++) nodes.push({ level, index });
	}
	return nodes;
}

async function readHashes(ports: AuditLogPorts, workspaceId: string, size: number, nodes: TreeNode[]): Promise<HashAt> {
	const tiles = new Map<string, Tile>();
	for (const node of nodes) {
		const tile = tileOf(node, size);
		if (tile) tiles.set(tilePath(tile), tile);
	}
	const files = new Map<string, Uint8Array | null>();
	for (const path of tiles.keys()) files.set(path, await ports.getLogFile(workspaceId, path));
	return hashesInTiles(size, (tile) => files.get(tilePath(tile)) ?? null);
}

/**
 * The published records after one head up to another, bundle by bundle, chained from the first to the last.
 * @throws LogStopped `log_gap` where a bundle is missing, `log_mismatch` where the chain breaks
 */
export async function* bundledRecords(
	ports: AuditLogPorts,
	workspaceId: string,
	from: Head,
	to: Head,
): AsyncGenerator<StoredRecord[]> {
	let { seq, hash } = from;
	while (seq < to.seq) {
		const index = Math.floor(seq / TILE_WIDTH);
		const width = Math.min(TILE_WIDTH, to.seq - index * TILE_WIDTH);
		const path = entriesPath(index, width);
		const bytes = await ports.getLogFile(workspaceId, path);
		const entries = bytes && readEntryBundle(bytes, width);
		if (!entries) throw new LogStopped("log_gap", { after: seq, path });
		const records: StoredRecord[] = [];
		for (const entry of entries.slice(seq - index * TILE_WIDTH)) {
			const record = textOf(entry);
			if (record === null || !isChained(record, seq + 1, hash)) throw new LogStopped("log_mismatch", { at: seq + 1, path });
			hash = toHex(leafHash(entry));
			seq++;
			records.push({ seq, hash, record });
		}
		yield records;
	}
	if (hash !== to.hash) throw new LogStopped("log_mismatch", { at: to.seq });
}

function textOf(entry: Uint8Array): string | null {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(entry);
	} catch {
		return null;
	}
}
