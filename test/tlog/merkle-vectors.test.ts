/** The eight leaves that every RFC 6962 implementation is tested with, and the trees, paths and proofs over them. */
import { describe, expect, test } from "vitest";
import { emptyRoot, leafHash } from "../../src/tlog/merkle-tree.ts";
import { consistencyProof, inclusionProof } from "../../src/tlog/proofs.ts";
import { verifyConsistency, verifyInclusion } from "../../src/tlog/verify-proofs.ts";
import { hex, hexes, treeOf, unhex } from "./support/node-store.ts";

const ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(unhex);
const LEAVES = [
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
	"0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
	"07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
	"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
	"4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
	"b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
	"46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
];
const ROOTS = [
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const NODE = {
	"2-3": "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	"4-5": "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
	"6-7": "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	"0-3": "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4-7": "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
};
/** Leaf (from 0), tree size, path. */
const INCLUSION: [index: number, size: number, path: (string | undefined)[]][] = [
	[0, 1, []],
	[0, 8, [LEAVES[1], NODE["2-3"], NODE["4-7"]]],
	[5, 8, [LEAVES[4], NODE["6-7"], NODE["0-3"]]],
	[2, 3, [ROOTS[2]]],
	[1, 5, [LEAVES[0], NODE["2-3"], LEAVES[4]]],
];
/** Old size, new size, proof. */
const CONSISTENCY: [from: number, to: number, proof: (string | undefined)[]][] = [
	[1, 1, []],
	[1, 8, [LEAVES[1], NODE["2-3"], NODE["4-7"]]],
	[6, 8, [NODE["4-5"], NODE["6-7"], NODE["0-3"]]],
	[2, 5, [NODE["2-3"], LEAVES[4]]],
	[6, 7, [NODE["4-5"], LEAVES[6], NODE["0-3"]]],
];

const tree = treeOf(ENTRIES.map(leafHash));

describe("over the eight known leaves", () => {
	test("leaf hashes and every root are the known ones", () => {
		expect(hexes(tree.leaves)).toEqual(LEAVES);
		expect(hexes(ROOTS.map((_, size) => tree.rootOf(size)))).toEqual(ROOTS);
		expect(hex(emptyRoot())).toBe(ROOTS[0]);
	});

	test("a text is hashed as its UTF-8 bytes", () => {
		for (const text of ["", "a", "é 漢 🐝", "\u0000", "x".repeat(9_000)])
			expect(hex(leafHash(text))).toBe(hex(leafHash(new TextEncoder().encode(text))));
	});

	test.each(INCLUSION)("the path of leaf %i in the tree of %i is the known one, and verifies", (index, size, path) => {
		expect(hexes(inclusionProof(index, size, tree.hashAt))).toEqual(path);
		const proof = path.map((node) => unhex(node ?? ""));
		expect(verifyInclusion(unhex(LEAVES[index] ?? ""), index, size, proof, unhex(ROOTS[size] ?? ""))).toBe(true);
	});

	test.each(CONSISTENCY)("the proof from size %i to %i is the known one, and verifies", (from, to, known) => {
		expect(hexes(consistencyProof(from, to, tree.hashAt))).toEqual(known);
		const proof = known.map((node) => unhex(node ?? ""));
		expect(verifyConsistency(from, to, proof, unhex(ROOTS[from] ?? ""), unhex(ROOTS[to] ?? ""))).toBe(true);
	});
});
