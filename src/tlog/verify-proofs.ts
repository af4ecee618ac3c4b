/** Verifying proofs: the RFC's algorithms, step by step. A proof that is one hash too long or too short is refused. */
import { emptyRoot, HASH_BYTES, type Hash, isTreeSize, nodeHash, sameHash } from "./merkle-tree.ts";

/**
 * Whether `leaf` (its leaf hash) is number `index`, from 0, in the tree of `size` leaves with this root.
 * @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.2
 */
export function verifyInclusion(leaf: Hash, index: number, size: number, proof: readonly Hash[], root: Hash): boolean {
	if (!isTreeSize(index) || !isTreeSize(size) || index >= size || !areHashes([leaf, ...proof])) return false;
	const walk = new Walk(index, size - 1);
	let hash = leaf;
	for (const beside of proof) {
		if (walk.atRoot) return false;
		hash = walk.stepsRight() ? nodeHash(beside, hash) : nodeHash(hash, beside);
	}
	return walk.atRoot && sameHash(hash, root);
}

/**
 * Whether the tree of `from` leaves with the root `fromRoot` is the beginning of the tree of `to` leaves with the root `toRoot`.
 * Of two trees of one size, and of the empty tree, the proof is empty.
 * @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4.2
 */
export function verifyConsistency(from: number, to: number, proof: readonly Hash[], fromRoot: Hash, toRoot: Hash): boolean {
	if (!isTreeSize(from) || !isTreeSize(to) || from > to || !areHashes([fromRoot, toRoot, ...proof])) return false;
	if (to === 0 && !sameHash(toRoot, emptyRoot())) return false;
	if (from === to) return proof.length === 0 && sameHash(fromRoot, toRoot);
	if (from === 0) return proof.length === 0 && sameHash(fromRoot, emptyRoot());
	const path = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
	const [first, ...rest] = path;
	if (!first || proof.length === 0) return false;
	const walk = new Walk(from - 1, to - 1);
	walk.skipRightEdges();
	let old = first;
	let grown = first;
	for (const beside of rest) {
		if (walk.atRoot) return false;
		if (walk.stepsRight()) {
			old = nodeHash(beside, old);
			grown = nodeHash(beside, grown);
		} else grown = nodeHash(grown, beside);
	}
	return walk.atRoot && sameHash(old, fromRoot) && sameHash(grown, toRoot);
}

/** The RFC's `fn` and `sn`: the node that the path has reached and the last node of its level. */
class Walk {
	#at: number;
	#last: number;

	constructor(at: number, last: number) {
		this.#at = at;
		this.#last = last;
	}

	get atRoot(): boolean {
		return this.#last === 0;
	}

	/** Goes up a level; true when the node was the right one of its pair, or the last of its level. */
	stepsRight(): boolean {
		const isRight = this.#at % 2 === 1 || this.#at === this.#last;
		if (isRight) while (this.#at % 2 === 0 && this.#at !== 0) this.#up();
		this.#up();
		return isRight;
	}

	skipRightEdges(): void {
		while (this.#at % 2 === 1) this.#up();
	}

	#up(): void {
		this.#at = Math.floor(this.#at / 2);
		this.#last = Math.floor(this.#last / 2);
	}
}

function areHashes(hashes: readonly Hash[]): boolean {
	return hashes.every((hash) => hash.length === HASH_BYTES);
}

function isPowerOfTwo(count: number): boolean {
	let rest = count;
	while (rest > 1 && rest % 2 === 0) rest /= 2;
	return rest === 1;
}
