/**
 * Our verifier agrees with Go's transparency log packages on every vector. Go's verdicts are in `vectors.json`;
 * `node scripts/verify-with-go.mjs` has Go give them again.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { verifyProof } from "../../src/tlog/act-proof.ts";
import { fromBase64, toBase64 } from "../../src/tlog/bytes.ts";
import { openCheckpoint, parseCheckpoint } from "../../src/tlog/checkpoint.ts";
import { readEntryBundle } from "../../src/tlog/entry-bundle.ts";
import { leafHash } from "../../src/tlog/merkle-tree.ts";
import { verifierOf } from "../../src/tlog/note-keys.ts";
import { inclusionProof } from "../../src/tlog/proofs.ts";
import { verifyNote } from "../../src/tlog/signed-note.ts";
import { parseTilePath, tilePath } from "../../src/tlog/tile-paths.ts";
import { grownTiles, hashesInTiles, tileBytes } from "../../src/tlog/tiles.ts";
import { verifyConsistency, verifyInclusion } from "../../src/tlog/verify-proofs.ts";
import { makeVectors } from "./go/make-vectors.ts";
import type { VectorCase, Vectors } from "./go/vector-case.ts";
import { numberedTree } from "./support/node-store.ts";

const vectors = JSON.parse(readFileSync(new URL("./vectors.json", import.meta.url), "utf8")) as Vectors;
const tree = numberedTree(vectors.leaves);
const bytes = (text: string | undefined) => fromBase64(text ?? "") ?? new Uint8Array();
const proofOf = ({ proof }: VectorCase) => (proof ?? []).map(bytes);

/** Our own verdict on each kind of case. */
const JUDGES: Record<VectorCase["kind"], (one: VectorCase) => boolean> = {
	vkey: ({ vkeys }) => verifierOf(vkeys?.[0] ?? "") !== null,
	note: ({ note, vkeys }) => verifyNote(note ?? "", vkeys ?? []).ok,
	checkpoint: ({ note, vkeys }) => {
		const opened = openCheckpoint(note ?? "", vkeys ?? []);
		if (!opened.ok) return false;
		const { size, root } = opened.checkpoint;
		return toBase64(size <= vectors.leaves ? tree.rootOf(size) : new Uint8Array()) === toBase64(root);
	},
	// What Go's `ParseTree` reads is a checkpoint of this one origin.
	tree_text: ({ text }) => parseCheckpoint(text ?? "")?.origin === "go.sum database tree",
	inclusion: (one) => verifyInclusion(bytes(one.leaf), one.index ?? -1, one.size ?? 0, proofOf(one), bytes(one.root)),
	consistency: (one) => verifyConsistency(one.from ?? -1, one.size ?? 0, proofOf(one), bytes(one.old), bytes(one.root)),
	tile_path: ({ path }) => parseTilePath(path ?? "") !== null,
	new_tiles: ({ from, size, paths }) => [...grownTiles(from ?? 0, size ?? 0)].map(tilePath).join(" ") === paths?.join(" "),
	tile: ({ path, data }) => {
		const read = parseTilePath(path ?? "");
		const own = read?.kind === "hashes" ? tileBytes(read.tile, tree.hashAt) : null;
		return own !== null && toBase64(own) === data;
	},
	bundle: ({ path, data }) => {
		const read = parseTilePath(path ?? "");
		const entries = read?.kind === "entries" ? readEntryBundle(bytes(data), read.width) : null;
		if (read?.kind !== "entries" || !entries) return false;
		return entries.every((entry, i) => toBase64(leafHash(entry)) === toBase64(tree.leaves[read.index * 256 + i] as Uint8Array));
	},
	// Go's reader verifies the tiles against the root before it answers; ours leaves that to verifying the proof.
	proof_from_tiles: (one) => {
		const { index = 0, size = 0, tiles = {} } = one;
		const leaf = tree.leaves[index] as Uint8Array;
		const proof = inclusionProof(
			index,
			size,
			hashesInTiles(size, (tile) => fromBase64(tiles[tilePath(tile)] ?? "")),
		);
		return proof?.map(toBase64).join() === one.proof?.join() && verifyInclusion(leaf, index, size, proof ?? [], bytes(one.root));
	},
	act_proof: ({ text, vkeys }) => verifyProof(text ?? "", vkeys ?? []).ok,
};

describe("against Go", () => {
	test.each(Object.keys(JUDGES) as VectorCase["kind"][])("every %s has the same verdict", (kind) => {
		const cases = vectors.cases.filter((one) => one.kind === kind);
		const ours = cases.map((one) => JUDGES[kind](one));
		expect(ours).toEqual(cases.map((one) => one.go));
		expect(ours).toContain(true);
		if (kind !== "new_tiles") expect(ours).toContain(false);
	});

	test("the vectors are those that our code makes today", () => {
		expect(vectors.cases.map(({ go, ...one }) => one)).toEqual(makeVectors().cases);
		expect(vectors.leaves).toBe(makeVectors().leaves);
	});
});
