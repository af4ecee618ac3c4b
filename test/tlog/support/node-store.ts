/** Every complete subtree of a growing tree, and trees of numbered leaves. */
import { emptyRoot, foldHashes, type Hash, type HashAt, subtreesOf } from "../../../src/tlog/merkle-tree.ts";
import { TreeEdge } from "../../../src/tlog/tree-edge.ts";
import { naiveLeaf } from "./naive-tree.ts";

export const hex = (bytes: Uint8Array | null | undefined) => (bytes ? Buffer.from(bytes).toString("hex") : bytes);
export const hexes = (list: readonly Uint8Array[] | null) => list?.map(hex) ?? null;
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

export interface GrownTree {
	edge: TreeEdge;
	leaves: Hash[];
	/** The root of the first `size` leaves. */
	rootOf: (size: number) => Hash;
	hashAt: HashAt;
}

/** A tree over these leaf hashes. */
export function treeOf(leaves: readonly Hash[]): GrownTree {
	const nodes = new Map<number, Hash>();
	const edge = new TreeEdge();
	edge.appendAll(leaves, (level, index, hash) => nodes.set(level * 2 ** 40 + index, hash));
	const hashAt: HashAt = (level, index) => nodes.get(level * 2 ** 40 + index) ?? null;
	const rootOf = (size: number) =>
		size === 0 ? emptyRoot() : foldHashes(subtreesOf(0, size).map(({ level, index }) => hashAt(level, index) as Hash));
	return { edge, leaves: [...leaves], rootOf, hashAt };
}

/** A tree whose entries are "leaf 0", "leaf 1" and so on. */
export function numberedTree(size: number): GrownTree {
	return treeOf(Array.from({ length: size }, (_, i) => naiveLeaf(`leaf ${i}`)));
}

/** A copy with one bit changed. */
export function withBitFlipped(bytes: Uint8Array, bit: number): Uint8Array {
	const copy = new Uint8Array(bytes);
	copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
	return copy;
}
