/**
 * The tree as static files of 256 hashes: tile `index` of level `level` holds the hashes of the complete subtrees of height
 * `8 * level` from number `256 * index` on.
 * @see https://c2sp.org/tlog-tiles
 */
import { HASH_BYTES, type Hash, type HashAt, isTreeSize, nodeHash } from "./merkle-tree.ts";
import type { ProofPlan } from "./proofs.ts";

export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
/** 256^7 > 2^53: no tree here has more levels of tiles. */
const TILE_LEVELS = 7;

export interface Tile {
	level: number;
	index: number;
	/** How many hashes it has: 256, or fewer at the right edge of the tree. */
	width: number;
}

/**
 * The tiles that are new, or wider than before, when a tree of `from` leaves grows to `to`: what a log has to publish. Those of
 * level 0 name the entry bundles as well.
 */
export function* grownTiles(from: number, to: number): Generator<Tile> {
	for (let level = 0, span = 1; level < TILE_LEVELS && Math.floor(to / span) > 0; level++, span *= TILE_WIDTH) {
		const before = Math.floor(from / span);
		const count = Math.floor(to / span);
		if (before === count) continue;
		for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < count; index++)
			yield { level, index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) };
	}
}

/** The bytes of a tile, 32 for each hash; null when a hash is not to be had. */
export function tileBytes(tile: Tile, hashAt: HashAt): Uint8Array | null {
	const bytes = new Uint8Array(tile.width * HASH_BYTES);
	for (let i = 0; i < tile.width; i++) {
		const hash = hashAt(tile.level * TILE_HEIGHT, tile.index * TILE_WIDTH + i);
		if (!hash) return null;
		bytes.set(hash, i * HASH_BYTES);
	}
	return bytes;
}

/** The tile, as wide as a tree of `size` leaves has it, that tells the hash of a complete subtree; null if the tree lacks it. */
export function tileOf(node: { level: number; index: number }, size: number): Tile | null {
	const level = Math.floor(node.level / TILE_HEIGHT);
	const hashes = 2 ** (node.level % TILE_HEIGHT);
	if (!isTreeSize(size) || (node.index + 1) * 2 ** node.level > size) return null;
	const index = Math.floor((node.index * hashes) / TILE_WIDTH);
	return { level, index, width: Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH) };
}

/** Every tile that a proof needs, each once, as wide as a tree of `size` leaves has it. */
export function tilesOfPlan(plan: ProofPlan, size: number): Tile[] {
	const tiles = new Map<string, Tile>();
	for (const node of plan.flat()) {
		const tile = tileOf(node, size);
		if (tile) tiles.set(`${tile.level}/${tile.index}`, tile);
	}
	return [...tiles.values()];
}

/**
 * Reads hashes of complete subtrees from tiles. `read` answers a tile's bytes, or null; a tile wider than asked for will do, one
 * that is shorter or of odd length counts as absent. What it says is proven only when a proof made of it verifies.
 */
export function hashesInTiles(size: number, read: (tile: Tile) => Uint8Array | null): HashAt {
	return (level, index) => {
		const tile = tileOf({ level, index }, size);
		const bytes = tile && read(tile);
		if (!tile || !bytes || bytes.length < tile.width * HASH_BYTES || bytes.length % HASH_BYTES !== 0) return null;
		const count = 2 ** (level % TILE_HEIGHT);
		return subtreeIn(bytes, index * count - tile.index * TILE_WIDTH, count);
	};
}

/** The hash over `count` hashes of a tile, from number `start` on; `count` is a power of two. */
function subtreeIn(bytes: Uint8Array, start: number, count: number): Hash {
	if (count === 1) return bytes.slice(start * HASH_BYTES, (start + 1) * HASH_BYTES);
	return nodeHash(subtreeIn(bytes, start, count / 2), subtreeIn(bytes, start + count / 2, count / 2));
}
