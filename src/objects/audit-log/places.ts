/** Places on the log: how far it goes, with the hash and the tree's edge there. Whoever has one can go on from it. */
import { FIRST_PREV } from "../../contract/audit-record.ts";
import { toHex } from "../../tlog/bytes.ts";
import { leafHash } from "../../tlog/merkle-tree.ts";
import { TILE_WIDTH } from "../../tlog/tiles.ts";
import { type NodeListener, TreeEdge } from "../../tlog/tree-edge.ts";

export interface Head {
	seq: number;
	/** Leaf hash of the newest record, hex. */
	hash: string;
}

export interface Place extends Head {
	/** The tree's right edge, as `TreeEdge.toText` writes it. */
	edge: string;
}

/** Before the first record. */
export const BEGINNING: Place = { seq: 0, hash: FIRST_PREV, edge: new TreeEdge().toText() };

/** A record as D1 has it, or as a bundle and its place give it. */
export interface StoredRecord extends Head {
	record: string;
}

/** Goes over records in order and believes nothing: number, `prev` and hash of each, and the tree over all of them. */
export class RecordWalk {
	readonly #edge: TreeEdge;
	#hash: string | null;

	/** @throws if the edge is none: it comes from our own tables */
	constructor(from: { edge: string; hash: string | null }) {
		const edge = TreeEdge.parse(from.edge);
		if (!edge) throw new Error("the tree's edge cannot be read");
		this.#edge = edge;
		this.#hash = from.hash;
	}

	get seq(): number {
		return this.#edge.size;
	}

	get place(): Place {
		return { seq: this.#edge.size, hash: this.#hash ?? "", edge: this.#edge.toText() };
	}

	get root(): Uint8Array {
		return this.#edge.root();
	}

	/** False, and nothing changed, if this is not the next record as it was hashed. */
	take(row: StoredRecord, onNode?: NodeListener): boolean {
		if (row.seq !== this.seq + 1 || !isChained(row.record, row.seq, this.#hash)) return false;
		const leaf = leafHash(row.record);
		const hash = toHex(leaf);
		if (row.hash !== hash) return false;
		this.#edge.append(leaf, onNode);
		this.#hash = hash;
		return true;
	}
}

/** Whether a record names this number and this hash before it; null for a hash that is not known. */
export function isChained(record: string, seq: number, prev: string | null): boolean {
	const head = `{"v":1,"seq":${seq},"prev":"`;
	return record.startsWith(prev === null ? head : `${head}${prev}",`);
}

/** The edge of the same tree where its last full tile of leaves ends: what it has of less than 256 leaves is dropped. */
export function edgeAtTile(place: Place): { seq: number; edge: string } {
	const seq = place.seq - (place.seq % TILE_WIDTH);
	let kept = 0;
	for (let rest = seq; rest > 0; rest = Math.floor(rest / 2)) kept += rest % 2;
	const hashes = place.edge.split(" ").slice(1, 1 + kept);
	return { seq, edge: [String(seq), ...hashes].join(" ") };
}
