/** A stranger to the gateway: has a key that was pinned and a way to fetch files, and works everything out for itself. */
import { openCheckpoint } from "../../../src/tlog/checkpoint.ts";
import { readEntryBundle } from "../../../src/tlog/entry-bundle.ts";
import { type Hash, leafHash, sameHash } from "../../../src/tlog/merkle-tree.ts";
import { consistencyProof, inclusionProof } from "../../../src/tlog/proofs.ts";
import { entriesPath, tilePath } from "../../../src/tlog/tile-paths.ts";
import { grownTiles, hashesInTiles, tileBytes } from "../../../src/tlog/tiles.ts";
import { TreeEdge } from "../../../src/tlog/tree-edge.ts";
import { verifyConsistency, verifyInclusion } from "../../../src/tlog/verify-proofs.ts";

export type Fetch = (path: string) => Promise<Uint8Array | null>;

export interface Findings {
	faults: string[];
	records: string[];
	size: number;
}

/**
 * Fetches every bundle and tile of a signed log, recomputes the tree from the bundles, and compares: every tile, the root, an
 * inclusion proof for each record out of the tiles, and consistency from each earlier checkpoint.
 */
export async function inspectLog(fetch: Fetch, note: string, vkeys: string[], earlier: string[] = []): Promise<Findings> {
	const opened = openCheckpoint(note, vkeys);
	if (!opened.ok) return { faults: [opened.message], records: [], size: 0 };
	const { size, root } = opened.checkpoint;
	const faults: string[] = [];
	const records: string[] = [];
	const nodes = new Map<string, Hash>();
	const edge = new TreeEdge();
	const tiles = [...grownTiles(0, size)];
	for (const tile of tiles.filter(({ level }) => level === 0)) {
		const bytes = await fetch(entriesPath(tile.index, tile.width));
		const entries = bytes && readEntryBundle(bytes, tile.width);
		if (!entries) faults.push(`no bundle ${tile.index} of ${tile.width}`);
		for (const entry of entries ?? []) {
			records.push(new TextDecoder().decode(entry));
			edge.append(leafHash(entry), (level, index, hash) => nodes.set(`${level}/${index}`, hash));
		}
	}
	if (!sameHash(edge.root(), root)) faults.push(`the bundles of ${size} do not have the signed root`);
	const fetched = new Map<string, Uint8Array | null>();
	for (const tile of tiles) {
		const path = tilePath(tile);
		const bytes = await fetch(path);
		fetched.set(path, bytes);
		const own = tileBytes(tile, (level, index) => nodes.get(`${level}/${index}`) ?? null);
		if (!bytes || !own || Buffer.compare(bytes, own) !== 0) faults.push(`${path} is not what the records say`);
	}
	const inTiles = hashesInTiles(size, (tile) => fetched.get(tilePath(tile)) ?? null);
	const known = new Map<string, Hash | null>();
	const hashAt = (level: number, index: number) => {
		const name = `${level}/${index}`;
		if (!known.has(name)) known.set(name, inTiles(level, index));
		return known.get(name) ?? null;
	};
	for (const [index, record] of records.entries()) {
		const proof = inclusionProof(index, size, hashAt);
		if (!proof || !verifyInclusion(leafHash(record), index, size, proof, root))
			faults.push(`record ${index + 1} is not included`);
	}
	for (const before of earlier) {
		const old = openCheckpoint(before, vkeys);
		if (!old.ok) faults.push(old.message);
		else {
			const proof = consistencyProof(old.checkpoint.size, size, hashAt);
			if (!proof || !verifyConsistency(old.checkpoint.size, size, proof, old.checkpoint.root, root))
				faults.push(`${size} did not grow from ${old.checkpoint.size}`);
		}
	}
	return { faults, records, size };
}
