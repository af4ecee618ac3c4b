/**
 * The hashes of an RFC 6962 Merkle tree over SHA-256. Synchronous on purpose: an await between reading the head of a log and
 * writing it would let two records share a place.
 * @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1.1
 */
import { createHash } from "node:crypto";
import { sameBytes } from "./bytes.ts";

export const HASH_BYTES = 32;

/** 32 bytes of SHA-256. */
export type Hash = Uint8Array;

/** A complete subtree: its leaves are `index * 2^level` up to, not including, `(index + 1) * 2^level`. */
export interface TreeNode {
	level: number;
	index: number;
}

/** Reads the hash of a complete subtree; null when it is not to be had. */
export type HashAt = (level: number, index: number) => Hash | null;

const LEAF_PREFIX = new Uint8Array([0]);
/** The prefix of a leaf, 0x00, and room for a record of the usual length. */
const leaf = new Uint8Array(16_384);
const encoder = new TextEncoder();
const pair = new Uint8Array(1 + 2 * HASH_BYTES);
pair[0] = 1;

/** SHA-256(0x00 || record). A text stands for its UTF-8 bytes. */
export function leafHash(record: string | Uint8Array): Hash {
	if (typeof record !== "string") return createHash("sha256").update(LEAF_PREFIX).update(record).digest();
	// One update of bytes at hand is a third cheaper than two, or one of text. A unit of UTF-16 takes three bytes at most.
	const room = 1 + 3 * record.length <= leaf.length ? leaf : new Uint8Array(1 + 3 * record.length);
	const { written } = encoder.encodeInto(record, room.subarray(1));
	return createHash("sha256")
		.update(room.subarray(0, 1 + written))
		.digest();
}

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Hash, right: Hash): Hash {
	pair.set(left, 1);
	pair.set(right, 1 + HASH_BYTES);
	return createHash("sha256").update(pair).digest();
}

/** The root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Hash {
	return createHash("sha256").digest();
}

/** Whether both are hashes, and the same one. */
export function sameHash(one: Hash, other: Hash): boolean {
	return one.length === HASH_BYTES && sameBytes(one, other);
}

/** Whether a number can count leaves: a whole number from 0 to 2^53 - 1. */
export function isTreeSize(size: number): boolean {
	return Number.isSafeInteger(size) && size >= 0;
}

/**
 * The complete subtrees that together hold the leaves from `start` to before `end`, largest first. `start` is 0 or a multiple
 * of a power of two that is no smaller than `end - start`, as in every range that the RFC's proofs speak of.
 */
export function subtreesOf(start: number, end: number): TreeNode[] {
	const nodes: TreeNode[] = [];
	for (let at = start; at < end; ) {
		let level = 0;
		let width = 1;
		while (at % (2 * width) === 0 && at + 2 * width <= end) {
			width *= 2;
			level++;
		}
		nodes.push({ level, index: at / width });
		at += width;
	}
	return nodes;
}

/** The hash over neighbouring complete subtrees, largest first: MTH of the leaves under them. At least one. */
export function foldHashes(hashes: readonly Hash[]): Hash {
	let root = hashes[hashes.length - 1] as Hash;
	for (let i = hashes.length - 2; i >= 0; i--) root = nodeHash(hashes[i] as Hash, root);
	return root;
}
