/** The tree by the letter of RFC 9162, section 2.1: recursion over the leaves, and nothing of our own code. */
import { createHash } from "node:crypto";

type Bytes = Uint8Array;

const sha256 = (...parts: (Bytes | string)[]): Bytes => {
	const hash = createHash("sha256");
	for (const part of parts) hash.update(part);
	return new Uint8Array(hash.digest());
};

export const naiveLeaf = (entry: Bytes | string): Bytes => sha256(new Uint8Array([0]), entry);

/** MTH(D[n]) over leaf hashes. */
export function naiveRoot(leaves: readonly Bytes[]): Bytes {
	if (leaves.length === 0) return sha256();
	if (leaves.length === 1) return leaves[0] as Bytes;
	const k = split(leaves.length);
	return sha256(new Uint8Array([1]), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

/** PATH(m, D[n]). */
export function naiveInclusion(m: number, leaves: readonly Bytes[]): Bytes[] {
	if (leaves.length <= 1) return [];
	const k = split(leaves.length);
	return m < k
		? [...naiveInclusion(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
		: [...naiveInclusion(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}

/** PROOF(m, D[n]), for 0 < m <= n. */
export function naiveConsistency(m: number, leaves: readonly Bytes[]): Bytes[] {
	return subproof(m, leaves, true);
}

function subproof(m: number, leaves: readonly Bytes[], whole: boolean): Bytes[] {
	if (m === leaves.length) return whole ? [] : [naiveRoot(leaves)];
	const k = split(leaves.length);
	return m <= k
		? [...subproof(m, leaves.slice(0, k), whole), naiveRoot(leaves.slice(k))]
		: [...subproof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

function split(count: number): number {
	let k = 1;
	while (k * 2 < count) k *= 2;
	return k;
}
