/**
 * The right edge of a Merkle tree: the hashes of its complete subtrees, one for each bit of its size. It is all that appending
 * and the root need, and short enough to be kept in one row.
 */
import { fromBase64, toBase64 } from "./bytes.ts";
import { emptyRoot, foldHashes, HASH_BYTES, type Hash, isTreeSize, nodeHash } from "./merkle-tree.ts";

/** Hears of every subtree that an append completes, the leaf itself (level 0) first. */
export type NodeListener = (level: number, index: number, hash: Hash) => void;

/** A size of 16 digits, and 53 hashes of 44 characters with a space before each. */
const MOST_CHARACTERS = 16 + 53 * 45;

export class TreeEdge {
	#size = 0;
	/** Largest subtree first. */
	#hashes: Hash[] = [];

	/** How many leaves the tree has. */
	get size(): number {
		return this.#size;
	}

	/** Adds one leaf: at most log2(size) hashes, one on average. */
	append(leaf: Hash, onNode?: NodeListener): void {
		let hash = leaf;
		let index = this.#size;
		let level = 0;
		onNode?.(level, index, hash);
		while (index % 2 === 1) {
			hash = nodeHash(this.#hashes.pop() as Hash, hash);
			index = (index - 1) / 2;
			level++;
			onNode?.(level, index, hash);
		}
		this.#hashes.push(hash);
		this.#size++;
	}

	/** Adds leaves in order. */
	appendAll(leaves: Iterable<Hash>, onNode?: NodeListener): void {
		for (const leaf of leaves) this.append(leaf, onNode);
	}

	/** The root of the tree as it is now. */
	root(): Hash {
		return this.#hashes.length === 0 ? emptyRoot() : foldHashes(this.#hashes);
	}

	/** The newest leaf, when the tree has an odd number of them; else it is inside a subtree, and this is null. */
	lastLeaf(): Hash | null {
		return this.#size % 2 === 1 ? (this.#hashes[this.#hashes.length - 1] as Hash) : null;
	}

	/** An edge that goes its own way from here on. */
	clone(): TreeEdge {
		const copy = new TreeEdge();
		copy.#size = this.#size;
		copy.#hashes = this.#hashes.slice();
		return copy;
	}

	/** The size in decimal, then each hash in base64, largest subtree first, single spaces between: 2.4 KiB at most. */
	toText(): string {
		return [String(this.#size), ...this.#hashes.map(toBase64)].join(" ");
	}

	/** The edge that {@link toText} wrote, or null. */
	static parse(text: string): TreeEdge | null {
		if (text.length > MOST_CHARACTERS) return null;
		const [size = "", ...parts] = text.split(" ");
		const edge = new TreeEdge();
		edge.#size = Number(size);
		if (!/^(?:0|[1-9][0-9]{0,15})$/.test(size) || !isTreeSize(edge.#size)) return null;
		if (parts.length !== onesIn(edge.#size)) return null;
		for (const part of parts) {
			const hash = fromBase64(part);
			if (hash?.length !== HASH_BYTES) return null;
			edge.#hashes.push(hash);
		}
		return edge;
	}
}

/** How many bits of a whole number below 2^53 are set. */
function onesIn(size: number): number {
	let ones = 0;
	for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
	return ones;
}
