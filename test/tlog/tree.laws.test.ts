/** Laws of the tree: it is the RFC's, every proof verifies, and nothing else does. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyRoot } from "../../src/tlog/merkle-tree.ts";
import { consistencyProof, inclusionProof, planConsistency, planInclusion } from "../../src/tlog/proofs.ts";
import { TreeEdge } from "../../src/tlog/tree-edge.ts";
import { verifyConsistency, verifyInclusion } from "../../src/tlog/verify-proofs.ts";
import { naiveConsistency, naiveInclusion, naiveRoot } from "./support/naive-tree.ts";
import { hex, hexes, numberedTree, withBitFlipped } from "./support/node-store.ts";

const SMALL = 64;
const LARGE = 3_000;
const small = numberedTree(SMALL);
const large = numberedTree(LARGE);
const root = (size: number) => large.rootOf(size);
const leaf = (index: number) => large.leaves[index] as Uint8Array;
const included = (index: number, size: number) => inclusionProof(index, size, large.hashAt) as Uint8Array[];
const consistent = (from: number, to: number) => consistencyProof(from, to, large.hashAt) as Uint8Array[];
const indexInTree = fc.integer({ min: 1, max: LARGE }).chain((size) => fc.tuple(fc.nat({ max: size - 1 }), fc.constant(size)));
const growth = fc.integer({ min: 1, max: LARGE }).chain((to) => fc.tuple(fc.integer({ min: 1, max: to }), fc.constant(to)));
const RUNS = { seed: 6962, numRuns: 400 };

describe("the edge", () => {
	test("has the RFC's root at every size up to 64", () => {
		const edge = new TreeEdge();
		for (let size = 0; size <= SMALL; size++) {
			const known = hex(naiveRoot(small.leaves.slice(0, size)));
			expect([edge.size, hex(edge.root()), hex(small.rootOf(size))]).toEqual([size, known, known]);
			if (size < SMALL) edge.append(small.leaves[size] as Uint8Array);
		}
	});

	test("goes on from its text as it would have gone on itself, appended one by one or all at once", () => {
		fc.assert(
			fc.property(fc.nat({ max: 300 }), fc.nat({ max: 300 }), (before, more) => {
				const edge = new TreeEdge();
				edge.appendAll(large.leaves.slice(0, before));
				const read = TreeEdge.parse(edge.toText());
				read?.appendAll(large.leaves.slice(before, before + more));
				expect([read?.size, hex(read?.root())]).toEqual([before + more, hex(root(before + more))]);
			}),
			{ ...RUNS, numRuns: 100 },
		);
	});

	test("tells the newest leaf when its size is odd", () => {
		const edge = new TreeEdge();
		for (let index = 0; index < 20; index++) {
			edge.append(leaf(index));
			expect(hex(edge.lastLeaf())).toBe(index % 2 === 0 ? hex(leaf(index)) : null);
		}
	});

	test("that was cloned does not follow the first one", () => {
		const edge = new TreeEdge();
		edge.appendAll(large.leaves.slice(0, 5));
		const copy = edge.clone();
		edge.append(leaf(5));
		expect([copy.size, hex(copy.root()), edge.size, hex(edge.root())]).toEqual([5, hex(root(5)), 6, hex(root(6))]);
	});

	test("can be of 2^53 - 1 leaves", () => {
		const hash = "A".repeat(43);
		const text = `${Number.MAX_SAFE_INTEGER} ${Array.from({ length: 53 }, () => `${hash}=`).join(" ")}`;
		expect(TreeEdge.parse(text)?.toText()).toBe(text);
		expect(text.length).toBeLessThan(2_500);
	});

	test.each([
		["nothing", ""],
		["a size without its hashes", "1"],
		["a hash too many", `0 ${"A".repeat(43)}=`],
		["a short hash", "1 AAAA"],
		["a leading zero", `01 ${"A".repeat(43)}=`],
		["another spelling of base64", `1 ${"A".repeat(42)}B=`],
		["a size past 2^53 - 1", `9007199254740992 ${"A".repeat(43)}=`],
		["a space at the end", "0 "],
	])("is not read from %s", (_, text) => {
		expect(TreeEdge.parse(text)).toBeNull();
	});
});

describe("inclusion", () => {
	test("proofs are the RFC's, and verify, for every leaf of every tree up to 64", () => {
		for (let size = 1; size <= SMALL; size++) {
			const leaves = small.leaves.slice(0, size);
			for (let index = 0; index < size; index++) {
				const proof = inclusionProof(index, size, small.hashAt) ?? [];
				if (size <= 20) expect(hexes(proof)).toEqual(hexes(naiveInclusion(index, leaves)));
				expect(verifyInclusion(leaves[index] as Uint8Array, index, size, proof, smallRoot(size))).toBe(true);
			}
		}
	});

	test("proofs of large trees verify, and with any bit, index, size or length changed they do not", () => {
		fc.assert(
			fc.property(indexInTree, fc.nat(), fc.nat({ max: LARGE }), ([index, size], chance, other) => {
				const proof = included(index, size);
				const verify = (changed: { index?: number; size?: number; leaf?: Uint8Array; proof?: Uint8Array[]; root?: Uint8Array }) =>
					verifyInclusion(
						changed.leaf ?? leaf(index),
						changed.index ?? index,
						changed.size ?? size,
						changed.proof ?? proof,
						changed.root ?? root(size),
					);
				expect(verify({})).toBe(true);
				expect(verify({ leaf: withBitFlipped(leaf(index), chance % 256) })).toBe(false);
				expect(verify({ root: withBitFlipped(root(size), chance % 256) })).toBe(false);
				if (other !== index) expect(verify({ index: other })).toBe(false);
				if (other !== size) expect(verify({ size: other, root: root(other) })).toBe(false);
				expect(verify({ proof: [...proof, root(size)] })).toBe(false);
				if (proof.length === 0) return;
				const at = chance % proof.length;
				expect(verify({ proof: proof.with(at, withBitFlipped(proof[at] as Uint8Array, chance % 256)) })).toBe(false);
				expect(verify({ proof: proof.slice(1) })).toBe(false);
				expect(verify({ proof: proof.slice(0, -1) })).toBe(false);
				expect(verify({ proof: proof.with(at, (proof[at] as Uint8Array).slice(1)) })).toBe(false);
			}),
			RUNS,
		);
	});

	test("of a leaf that is not in the tree has no plan and does not verify", () => {
		for (const [index, size] of [
			[0, 0],
			[5, 5],
			[-1, 5],
			[1.5, 5],
			[Number.NaN, 5],
			[0, 2 ** 53],
		] as const) {
			expect(planInclusion(index, size)).toBeNull();
			expect(verifyInclusion(leaf(0), index, size, [], leaf(0))).toBe(false);
		}
		expect(inclusionProof(0, LARGE + 1, large.hashAt)).toBeNull();
	});
});

describe("consistency", () => {
	test("proofs are the RFC's, and verify, for every pair of sizes up to 64", () => {
		for (let to = 1; to <= SMALL; to++) {
			for (let from = 1; from <= to; from++) {
				const proof = consistencyProof(from, to, small.hashAt) ?? [];
				if (to <= 20) expect(hexes(proof)).toEqual(hexes(naiveConsistency(from, small.leaves.slice(0, to))));
				expect(verifyConsistency(from, to, proof, smallRoot(from), smallRoot(to))).toBe(true);
			}
			expect(verifyConsistency(0, to, [], emptyRoot(), smallRoot(to))).toBe(true);
		}
	});

	test("proofs of large trees verify, and with any bit, size or length changed they do not", () => {
		fc.assert(
			fc.property(growth, fc.nat(), fc.integer({ min: 1, max: LARGE }), ([from, to], chance, other) => {
				const proof = consistent(from, to);
				const verify = (changed: { from?: number; to?: number; proof?: Uint8Array[]; old?: Uint8Array; grown?: Uint8Array }) =>
					verifyConsistency(
						changed.from ?? from,
						changed.to ?? to,
						changed.proof ?? proof,
						changed.old ?? root(from),
						changed.grown ?? root(to),
					);
				expect(verify({})).toBe(true);
				expect(verify({ old: withBitFlipped(root(from), chance % 256) })).toBe(false);
				expect(verify({ grown: withBitFlipped(root(to), chance % 256) })).toBe(false);
				if (other !== from && other <= to && from !== to) expect(verify({ from: other, old: root(other) })).toBe(false);
				if (other !== to && from !== to) expect(verify({ to: other, grown: root(other) })).toBe(false);
				expect(verify({ proof: [...proof, root(to)] })).toBe(false);
				if (proof.length === 0) return;
				const at = chance % proof.length;
				expect(verify({ proof: proof.with(at, withBitFlipped(proof[at] as Uint8Array, chance % 256)) })).toBe(false);
				expect(verify({ proof: proof.slice(1) })).toBe(false);
				expect(verify({ proof: proof.slice(0, -1) })).toBe(false);
			}),
			RUNS,
		);
	});

	test("with a history that was rewritten does not verify", () => {
		const rewritten = numberedTree(40);
		expect(verifyConsistency(20, 40, consistent(20, 40), root(20), root(40))).toBe(true);
		const other = naiveRoot([leaf(1), ...rewritten.leaves.slice(1, 20)]);
		expect(verifyConsistency(20, 40, consistent(20, 40), other, root(40))).toBe(false);
	});

	test("of a tree that shrank, of an empty tree with a root, or with any proof where none is due, is refused", () => {
		expect(planConsistency(5, 4)).toBeNull();
		expect(verifyConsistency(5, 4, [], root(5), root(4))).toBe(false);
		expect(verifyConsistency(0, 4, [], root(1), root(4))).toBe(false);
		expect(verifyConsistency(0, 4, [root(1)], emptyRoot(), root(4))).toBe(false);
		expect(verifyConsistency(0, 0, [], root(1), root(1))).toBe(false);
		expect(verifyConsistency(4, 4, [], root(4), root(5))).toBe(false);
		expect(verifyConsistency(4, 4, [root(4)], root(4), root(4))).toBe(false);
		expect(verifyConsistency(4, 8, [], root(4), root(4))).toBe(false);
	});
});

function smallRoot(size: number): Uint8Array {
	return small.rootOf(size);
}
