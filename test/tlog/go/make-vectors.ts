/** The cases that Go judges: ours, and ours tampered with. The same ones on every run. */

import { proveAct } from "../../../src/tlog/act-proof.ts";
import { toBase64 } from "../../../src/tlog/bytes.ts";
import { checkpointText, signCheckpoint } from "../../../src/tlog/checkpoint.ts";
import { entryBundle } from "../../../src/tlog/entry-bundle.ts";
import { consistencyProof, inclusionProof } from "../../../src/tlog/proofs.ts";
import { signNote } from "../../../src/tlog/signed-note.ts";
import { entriesPath, tilePath } from "../../../src/tlog/tile-paths.ts";
import { grownTiles, tileBytes } from "../../../src/tlog/tiles.ts";
import { Chance } from "../support/chance.ts";
import { checkpointOf, makeLog, signerFor } from "../support/log-maker.ts";
import { numberedTree, withBitFlipped } from "../support/node-store.ts";
import type { VectorCase } from "./vector-case.ts";

const LEAVES = 1_400;
const SIZES = [1, 2, 7, 8, 9, 256, 257, LEAVES];

type Unjudged = Omit<VectorCase, "go">;

/** Every case, without a verdict. */
export function makeVectors(): { leaves: number; cases: Unjudged[] } {
	const chance = new Chance(620);
	const tree = numberedTree(LEAVES);
	return {
		leaves: LEAVES,
		cases: [
			...noteCases(chance, tree),
			...inclusionCases(chance, tree),
			...consistencyCases(chance, tree),
			...tileCases(chance, tree),
			...actProofCases(chance),
		],
	};
}

type Tree = ReturnType<typeof numberedTree>;
const root = (tree: Tree, size: number) => tree.rootOf(size);
const flipped = (chance: Chance, bytes: Uint8Array) => withBitFlipped(bytes, chance.upTo(bytes.length * 8 - 1));

function noteCases(chance: Chance, tree: Tree): Unjudged[] {
	const own = signerFor(chance, "hivekey.example/log/ws_a");
	const other = signerFor(chance, "witness.example");
	const namesake = signerFor(chance, own.name);
	const vkeys = [own.vkey];
	const cases: Unjudged[] = [own, other, namesake].map((key) => ({ kind: "vkey", vkeys: [key.vkey] }));
	const shifted = own.vkey.replace(/.$/, (end) => (end === "A" ? "Q" : "A"));
	for (const vkey of [shifted, own.vkey.replace("ws_a", "ws_b"), "", "a+b", own.vkey.slice(0, -4)])
		cases.push({ kind: "vkey", vkeys: [vkey] });
	for (const size of SIZES) {
		const checkpoint = { origin: own.name, size, root: root(tree, size), extensions: [] };
		const note = signCheckpoint(checkpoint, [own, other]) as string;
		cases.push({ kind: "checkpoint", note, vkeys }, { kind: "checkpoint", note, vkeys: [other.vkey, own.vkey] });
		cases.push({
			kind: "checkpoint",
			note: signCheckpoint({ ...checkpoint, root: root(tree, size - 1) }, [own]) as string,
			vkeys,
		});
		cases.push({ kind: "checkpoint", note: signCheckpoint(checkpoint, [namesake]) as string, vkeys });
		cases.push({ kind: "checkpoint", note: note.replace(`\n${size}\n`, `\n${size + 1}\n`), vkeys });
		const at = chance.upTo(note.indexOf("\n\n"));
		cases.push({ kind: "checkpoint", note: note.slice(0, at) + (note[at] === "x" ? "y" : "x") + note.slice(at + 1), vkeys });
		cases.push({ kind: "tree_text", text: checkpointText({ ...checkpoint, origin: "go.sum database tree" }) as string });
	}
	const zeros = toBase64(new Uint8Array(32));
	for (const text of [
		`x\n1\n${zeros}\n`,
		`go.sum database tree\n01\n${zeros}\n`,
		`go.sum database tree\n-1\n${zeros}\n`,
		"go.sum database tree\n1\nAAAA\n",
	])
		cases.push({ kind: "tree_text", text });
	for (const text of ["a\n", "a\n\nb\n\n", "\n", "Grüße 漢字 🐝\n"]) {
		const note = signNote(text, [own]) as string;
		const changes = [
			note,
			`${note}\n`,
			note.slice(0, -1),
			note.replace("— ", "- "),
			note.replaceAll("\n", "\r\n"),
			`\ufeff${note}`,
			note.replace("\n\n—", "\n—"),
			note.replace(/.{4}\n$/, "\n"),
			note.replace("hivekey", "hive+key"),
		];
		for (const changed of changes) cases.push({ kind: "note", note: changed, vkeys });
		const line = note.slice(note.lastIndexOf("—"));
		for (const repeats of [99, 100]) cases.push({ kind: "note", note: note + line.repeat(repeats), vkeys });
	}
	return cases;
}

function inclusionCases(chance: Chance, tree: Tree): Unjudged[] {
	const cases: Unjudged[] = [];
	for (const size of SIZES) {
		for (const index of new Set([0, size - 1, chance.upTo(size - 1), chance.upTo(size - 1)])) {
			const proof = inclusionProof(index, size, tree.hashAt) as Uint8Array[];
			const whole = { index, size, leaf: tree.leaves[index] as Uint8Array, root: root(tree, size), proof };
			const add = (changed: Partial<typeof whole>) => {
				const of = { ...whole, ...changed };
				cases.push({
					kind: "inclusion",
					index: of.index,
					size: of.size,
					leaf: toBase64(of.leaf),
					root: toBase64(of.root),
					proof: of.proof.map(toBase64),
				});
			};
			add({});
			add({ leaf: flipped(chance, whole.leaf) });
			add({ root: flipped(chance, whole.root) });
			add({ index: index + 1 });
			add({ index: index === 0 ? size : index - 1 });
			add({ size: size + 1 });
			add({ proof: [...proof, whole.root] });
			if (proof.length === 0) continue;
			const at = chance.upTo(proof.length - 1);
			add({ proof: proof.with(at, flipped(chance, proof[at] as Uint8Array)) });
			add({ proof: proof.slice(1) });
			add({ proof: proof.slice(0, -1) });
		}
	}
	return cases;
}

function consistencyCases(chance: Chance, tree: Tree): Unjudged[] {
	const cases: Unjudged[] = [];
	for (const size of SIZES) {
		for (const from of new Set([1, size, chance.between(1, size), chance.between(1, size)])) {
			const proof = consistencyProof(from, size, tree.hashAt) as Uint8Array[];
			const whole = { from, size, old: root(tree, from), root: root(tree, size), proof };
			const add = (changed: Partial<typeof whole>) => {
				const of = { ...whole, ...changed };
				cases.push({
					kind: "consistency",
					from: of.from,
					size: of.size,
					old: toBase64(of.old),
					root: toBase64(of.root),
					proof: of.proof.map(toBase64),
				});
			};
			add({});
			add({ old: flipped(chance, whole.old) });
			add({ root: flipped(chance, whole.root) });
			add({ from: from + 1 });
			add({ proof: [...proof, whole.root] });
			if (proof.length === 0) continue;
			const at = chance.upTo(proof.length - 1);
			add({ proof: proof.with(at, flipped(chance, proof[at] as Uint8Array)) });
			add({ proof: proof.slice(1) });
			add({ proof: proof.slice(0, -1) });
		}
	}
	return cases;
}

function tileCases(chance: Chance, tree: Tree): Unjudged[] {
	const cases: Unjudged[] = [];
	const tiles: Record<string, string> = {};
	for (const tile of grownTiles(0, 300)) {
		const bytes = tileBytes(tile, tree.hashAt) as Uint8Array;
		tiles[tilePath(tile)] = toBase64(bytes);
		cases.push({ kind: "tile", path: tilePath(tile), data: toBase64(bytes) });
		if (tile.width < 100) cases.push({ kind: "tile", path: tilePath(tile), data: toBase64(flipped(chance, bytes)) });
		if (tile.level > 0) continue;
		const entries = Array.from({ length: tile.width }, (_, i) => `leaf ${tile.index * 256 + i}`);
		const bundle = entryBundle(entries) as Uint8Array;
		for (const data of [bundle, flipped(chance, bundle), bundle.slice(0, -1)])
			cases.push({ kind: "bundle", path: entriesPath(tile.index, tile.width), data: toBase64(data) });
	}
	for (let run = 0; run < 4; run++) {
		const index = chance.upTo(299);
		const proof = (inclusionProof(index, 300, tree.hashAt) as Uint8Array[]).map(toBase64);
		const read = Object.fromEntries(Object.entries(tiles).filter(([path]) => run > 0 || !path.startsWith("tile/0/001")));
		cases.push({
			kind: "proof_from_tiles",
			size: 300,
			index,
			root: toBase64(root(tree, run === 1 ? 299 : 300)),
			tiles: read,
			proof,
		});
	}
	for (const [from, size] of [
		[0, 1],
		[0, 256],
		[0, 70_000],
		[255, 257],
		[511, 512],
		[65_535, 65_536],
		[7, 7],
		[1_000_000, 1_000_300],
	] as const)
		cases.push({ kind: "new_tiles", from, size, paths: [...grownTiles(from, size)].map(tilePath) });
	for (const path of [
		"tile/0/000",
		"tile/0/x001/x234/067",
		"tile/0/x001/x234/067.p/8",
		"tile/63/000",
		"tile/entries/x001/000.p/255",
		"tile/00/000",
		"tile/0/x000/001",
		"tile/0/001/002",
		"tile/0/000.p/0",
		"tile/0/000.p/256",
		"tile/0/000.p/08",
		"tile/0/0000",
		"tile/0/00",
		"tile/-1/000",
		"tile/0/",
	])
		cases.push({ kind: "tile_path", path });
	return cases;
}

function actProofCases(chance: Chance): Unjudged[] {
	const log = makeLog(chance, 300);
	const vkeys = [log.signer.vkey];
	const signed = { vkey: log.signer.vkey, checkpoint: checkpointOf(log, 300), size: 300 };
	const cases: Unjudged[] = [];
	for (let run = 0; run < 3; run++) {
		const picked = (JSON.parse(chance.pick(log.records)) as { act_id: string }).act_id;
		const records = log.records.flatMap((record, index) => (record.includes(picked) ? [{ seq: index + 1, record }] : []));
		const proof = proveAct(signed, records, log.tree.hashAt);
		const text = JSON.stringify(proof);
		const [first] = records as [{ seq: number; record: string }];
		const changes = [
			text,
			text.replace("192.0.2.7", "192.0.2.8"),
			text.replace(`"leaf_index":${first.seq - 1}`, `"leaf_index":${first.seq}`),
			text.replace('"tree_size":300', '"tree_size":299'),
			text.replace(`"seq":${first.seq},"record"`, `"seq":${first.seq + 1},"record"`),
		];
		for (const changed of changes) cases.push({ kind: "act_proof", text: changed, vkeys });
		cases.push({ kind: "act_proof", text, vkeys: [signerFor(chance, log.signer.name).vkey] });
	}
	return cases;
}
