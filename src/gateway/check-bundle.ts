/**
 * Whether an entry bundle in R2 may stand for its records in D1: read back, it is their bytes, its hash tile is their leaf hashes,
 * and that tile hangs on the root that was signed.
 */
import { sameBytes, toHex } from "../tlog/bytes.ts";
import type { Checkpoint } from "../tlog/checkpoint.ts";
import { entryBundle } from "../tlog/entry-bundle.ts";
import { HASH_BYTES, type Hash, leafHash } from "../tlog/merkle-tree.ts";
import { inclusionProof, planInclusion } from "../tlog/proofs.ts";
import { entriesPath, tilePath } from "../tlog/tile-paths.ts";
import { hashesInTiles, TILE_WIDTH, tilesOfPlan } from "../tlog/tiles.ts";
import { verifyInclusion } from "../tlog/verify-proofs.ts";

/** A record as D1 has it. */
export interface RecordToSeal {
	seq: number;
	/** Leaf hash, hex. */
	hash: string;
	record: string;
	/** RFC 3339; null if the record has none. */
	time: string | null;
}

export type CheckedBundle = { ok: true; bytes: Uint8Array } | { ok: false; what: string; path: string };

/**
 * Checks the bundle of 256 neighbouring records, the first of which begins it.
 * @param readFile - a file of the published log by its path, or null; asked for the same tile several times
 * @returns the bundle's bytes, or what is wrong and where
 */
export async function checkBundle(
	records: readonly RecordToSeal[],
	checkpoint: Checkpoint,
	readFile: (path: string) => Promise<Uint8Array | null>,
): Promise<CheckedBundle> {
	const index = Math.floor(((records[0]?.seq ?? 0) - 1) / TILE_WIDTH);
	const path = entriesPath(index, TILE_WIDTH);
	const fault = (what: string, at = path): CheckedBundle => ({ ok: false, what, path: at });
	if (records.length !== TILE_WIDTH || records.some(({ seq }, i) => seq !== index * TILE_WIDTH + i + 1))
		return fault("D1 does not have the bundle's records");
	const bytes = await readFile(path);
	if (!bytes) return fault("the bundle is missing");
	const expected = entryBundle(records.map(({ record }) => record));
	if (!expected || !sameBytes(bytes, expected)) return fault("the bundle's bytes are not those in D1");

	const leaves = records.map(({ record }) => leafHash(record));
	if (!leaves.every((leaf, i) => toHex(leaf) === records[i]?.hash)) return fault("a record in D1 does not have its hash");
	const own = { level: 0, index, width: TILE_WIDTH };
	const tile = await readFile(tilePath(own));
	if (!tile || !sameBytes(tile, joined(leaves))) return fault("the tile's hashes are not those of the records", tilePath(own));
	if (!(await isIncluded(leaves, index, checkpoint, readFile)))
		return fault("the tiles do not lead from the records to the signed root", tilePath(own));
	return { ok: true, bytes };
}

/** The way up from the last leaf folds every other leaf of its tile on the way: one proof is the whole tile's. */
async function isIncluded(
	leaves: readonly Hash[],
	index: number,
	{ size, root }: Checkpoint,
	readFile: (path: string) => Promise<Uint8Array | null>,
): Promise<boolean> {
	const leaf = (index + 1) * TILE_WIDTH - 1;
	const files = new Map<string, Uint8Array | null>();
	for (const tile of tilesOfPlan(planInclusion(leaf, size) ?? [], size))
		files.set(tilePath(tile), await readFile(tilePath(tile)));
	const proof = inclusionProof(
		leaf,
		size,
		hashesInTiles(size, (tile) => files.get(tilePath(tile)) ?? null),
	);
	const last = leaves[TILE_WIDTH - 1];
	return proof !== null && last !== undefined && verifyInclusion(last, leaf, size, proof, root);
}

function joined(hashes: readonly Hash[]): Uint8Array {
	const bytes = new Uint8Array(hashes.length * HASH_BYTES);
	for (const [i, hash] of hashes.entries()) bytes.set(hash, i * HASH_BYTES);
	return bytes;
}
