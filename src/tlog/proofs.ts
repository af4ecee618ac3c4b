/**
 * Making inclusion and consistency proofs. What a proof needs is named first, as complete subtrees, so that a caller whose hashes
 * are far away can fetch them all at once and then fold them.
 * @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.1
 * @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4.1
 */
import { foldHashes, type Hash, type HashAt, isTreeSize, subtreesOf, type TreeNode } from "./merkle-tree.ts";

/** For each hash of a proof, in its order, the complete subtrees that it is folded from. */
export type ProofPlan = TreeNode[][];

/** What the proof is made of that leaf `index` (from 0) is in the tree of `size` leaves; null if there is no such leaf. */
export function planInclusion(index: number, size: number): ProofPlan | null {
	if (!isTreeSize(index) || !isTreeSize(size) || index >= size) return null;
	const plan: ProofPlan = [];
	let [start, end] = [0, size];
	while (end - start > 1) {
		const middle = start + largestPowerBelow(end - start);
		if (index < middle) {
			plan.push(subtreesOf(middle, end));
			end = middle;
		} else {
			plan.push(subtreesOf(start, middle));
			start = middle;
		}
	}
	return plan.reverse();
}

/**
 * What the proof is made of that the tree of `from` leaves is the beginning of the tree of `to` leaves; null if `from` is more.
 * Nothing is needed when the sizes are the same, or the first tree is empty.
 */
export function planConsistency(from: number, to: number): ProofPlan | null {
	if (!isTreeSize(from) || !isTreeSize(to) || from > to) return null;
	if (from === 0 || from === to) return [];
	const plan: ProofPlan = [];
	let [start, end] = [0, to];
	while (end !== from) {
		const middle = start + largestPowerBelow(end - start);
		if (from <= middle) {
			plan.push(subtreesOf(middle, end));
			end = middle;
		} else {
			plan.push(subtreesOf(start, middle));
			start = middle;
		}
	}
	// The verifier has this hash already when the old tree is a complete subtree of the new one.
	if (start !== 0) plan.push(subtreesOf(start, end));
	return plan.reverse();
}

/** The hashes of a plan; null when one of them is not to be had. */
export function foldPlan(plan: ProofPlan, hashAt: HashAt): Hash[] | null {
	const proof: Hash[] = [];
	for (const nodes of plan) {
		const hashes: Hash[] = [];
		for (const { level, index } of nodes) {
			const hash = hashAt(level, index);
			if (!hash) return null;
			hashes.push(hash);
		}
		proof.push(foldHashes(hashes));
	}
	return proof;
}

/** The proof that leaf `index` is in the tree of `size` leaves; null without such a leaf or without a hash it needs. */
export function inclusionProof(index: number, size: number, hashAt: HashAt): Hash[] | null {
	const plan = planInclusion(index, size);
	return plan && foldPlan(plan, hashAt);
}

/** The proof that the tree of `from` leaves is the beginning of the tree of `to`; null as in {@link inclusionProof}. */
export function consistencyProof(from: number, to: number, hashAt: HashAt): Hash[] | null {
	const plan = planConsistency(from, to);
	return plan && foldPlan(plan, hashAt);
}

function largestPowerBelow(count: number): number {
	let power = 1;
	while (power * 2 < count) power *= 2;
	return power;
}
