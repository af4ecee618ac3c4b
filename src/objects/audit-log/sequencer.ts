/**
 * The order of the log. A record gets its number, its `prev`, its hash and its place in the tree in one synchronous transaction,
 * and is kept here until D1 has confirmed it and a checkpoint covers it: whatever is lost on the way goes out again as it was.
 */
import { sequencedText } from "../../contract/record-text.ts";
import { toHex } from "../../tlog/bytes.ts";
import { type Hash, type HashAt, leafHash } from "../../tlog/merkle-tree.ts";
import { TILE_WIDTH } from "../../tlog/tiles.ts";
import { TreeEdge } from "../../tlog/tree-edge.ts";
import { BatchText } from "./batch-text.ts";
import type { Delivery } from "./delivery-queue.ts";
import { PendingBatches, type SequencedBatch } from "./pending-batches.ts";
import { BEGINNING, type Place } from "./places.ts";
import { TABLES } from "./tables.ts";

export type { SequencedBatch } from "./pending-batches.ts";

/** Of a tile above the lowest: the hash of the complete subtree `index` of height `level`. */
export interface TileNode {
	level: number;
	index: number;
	hash: Hash;
}

type PlaceName = "head" | "confirmed" | "published";
type PlaceRow = { seq: number; hash: string; edge: string };

export class Sequencer {
	readonly #storage: DurableObjectStorage;
	readonly #sql: SqlStorage;
	#places: Record<PlaceName, Place> | null = null;
	#edge = new TreeEdge();
	readonly #batches: PendingBatches;

	constructor(storage: DurableObjectStorage) {
		this.#storage = storage;
		this.#sql = storage.sql;
		this.#batches = new PendingBatches(storage.sql);
		if (this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'facts'").toArray().length > 0) this.#load();
	}

	/** Whether it knows where the log ends. */
	get started(): boolean {
		return this.#places !== null;
	}

	/** @throws before {@link start}, as the others do */
	get head(): Place {
		return this.#at("head");
	}

	/** D1 has everything up to here. */
	get confirmed(): Place {
		return this.#at("confirmed");
	}

	/** The newest number that D1 has; null before {@link start}. */
	get committed(): number | null {
		return this.#places?.confirmed.seq ?? null;
	}

	/** A checkpoint, tiles and bundles cover everything up to here. */
	get published(): Place {
		return this.#at("published");
	}

	/** Begins where the stored log ends. `nodes` belong to the published place. */
	start(workspaceId: string, stored: { head: Place; published: Place; nodes: TileNode[] }): void {
		this.#storage.transactionSync(() => {
			this.#sql.exec(TABLES);
			for (const [name, at] of Object.entries({ head: stored.head, confirmed: stored.head, published: stored.published }))
				this.#sql.exec("INSERT INTO places (name, seq, hash, edge) VALUES (?, ?, ?, ?)", name, at.seq, at.hash, at.edge);
			this.#keepNodes(stored.nodes);
			this.#setFact("workspace", workspaceId);
			// Acts that are on the log may still wait in D1, and this object does not know which.
			if (stored.head.seq > 0) this.#setFact("restored", "1");
		});
		this.#load();
	}

	/** The workspace whose log this is, or null before {@link start}. */
	get workspaceId(): string | null {
		return this.#places && this.fact("workspace");
	}

	/** Something that was noted beside the log; null if it was not. */
	fact(key: string): string | null {
		for (const row of this.#sql.exec<{ value: string }>("SELECT value FROM facts WHERE key = ?", key)) return row.value;
		return null;
	}

	/** Null forgets it. */
	noteFact(key: string, value: string | null): void {
		if (value === null) this.#sql.exec("DELETE FROM facts WHERE key = ?", key);
		else this.#setFact(key, value);
	}

	/** The last row number taken from a source; 0 if none was. */
	lastTaken(source: string): number {
		for (const row of this.#sql.exec<{ last_n: number }>("SELECT last_n FROM sources WHERE source = ?", source))
			return row.last_n;
		return 0;
	}

	/**
	 * Gives each new row its place. Rows that were taken before are passed over.
	 * @param placeable - what stands on the log for a row: the row itself, or what tells why it does not
	 */
	take(deliveries: Pick<Delivery, "source" | "rows">[], placeable: (source: string, n: number, body: string) => string): void {
		let { seq, hash } = this.head;
		const edge = this.#edge.clone();
		this.#storage.transactionSync(() => {
			const batch = new BatchText();
			const keep = () => this.#batches.add({ seq, hash, edge: edge.toText() }, batch);
			for (const { source, rows } of deliveries) {
				const last = this.lastTaken(source);
				const fresh = rows.filter(([n]) => n > last);
				if (fresh.length === 0) continue;
				for (const [n, row] of fresh) {
					const body = placeable(source, n, row);
					// The place at the end of each tile stays known: a checkpoint that ends there has no partial tile to write.
					if (batch.records > 0 && (seq % TILE_WIDTH === 0 || !batch.hasRoomFor(body))) keep();
					seq++;
					const record = sequencedText(body, seq, hash);
					const leaf = leafHash(record);
					edge.append(leaf);
					hash = toHex(leaf);
					batch.add(seq, hash, record);
				}
				this.#sql.exec("INSERT OR REPLACE INTO sources (source, last_n) VALUES (?, ?)", source, fresh.at(-1)?.[0] ?? last);
			}
			if (batch.records === 0) return;
			keep();
			this.#writePlace("head", { seq, hash, edge: edge.toText() });
		});
		this.#setPlace("head", { seq, hash, edge: edge.toText() });
		this.#edge = edge;
	}

	/** What D1 should take next: the oldest batches, joined while they fit into one; null if it has everything. */
	pending(): SequencedBatch | null {
		return this.#batches.next(this.confirmed.seq);
	}

	/** D1 has everything up to and including this number, at which a pending batch ends. */
	confirm(seq: number): void {
		if (seq <= this.confirmed.seq) return;
		const place = this.knownPlace(seq - 1, seq);
		if (!place) throw new Error("no pending batch ends there");
		this.#storage.transactionSync(() => {
			this.#writePlace("confirmed", place);
			this.#batches.forgetBeyond(seq);
		});
		this.#setPlace("confirmed", place);
	}

	/** D1 was restored to an earlier time, and has everything up to what is published: what came after it goes out again. */
	unconfirm(): void {
		this.#writePlace("confirmed", this.published);
		this.#setPlace("confirmed", this.published);
	}

	/** D1 has more than this object knew of. */
	adopt(head: Place): void {
		this.#storage.transactionSync(() => {
			this.#writePlace("head", head);
			this.#writePlace("confirmed", head);
		});
		this.#load();
	}

	/** The last place after `seq`, up to and including `most`, at which a pending batch ends. */
	knownPlace(seq: number, most: number): Place | null {
		return this.#batches.place(seq, most);
	}

	/** The leaf hash of a record that is still known here, or null. */
	hashOf(seq: number): string | null {
		for (const place of [this.head, this.confirmed, this.published]) if (place.seq === seq) return place.hash;
		return this.#batches.hashOf(seq);
	}

	/** The number of the oldest record that is kept here; null if none is. */
	get oldestKept(): number | null {
		return this.#batches.oldest;
	}

	/** The hashes of complete subtrees in tiles that are not full yet, up to the published place. */
	nodes(): HashAt {
		const hashes = new Map<string, Hash>();
		for (const { level, idx, hash } of this.#sql.exec<{ level: number; idx: number; hash: ArrayBuffer }>(
			"SELECT level, idx, hash FROM nodes",
		))
			hashes.set(`${level}/${idx}`, new Uint8Array(hash));
		return (level, index) => hashes.get(`${level}/${index}`) ?? null;
	}

	/** A checkpoint covers everything up to here; `nodes` are the hashes of higher tiles that came to it. */
	publish(place: Place, nodes: TileNode[]): void {
		this.#storage.transactionSync(() => {
			this.#writePlace("published", place);
			this.#keepNodes(nodes);
			for (let level = 8, span = TILE_WIDTH; span <= place.seq; level += 8, span *= TILE_WIDTH) {
				const count = Math.floor(place.seq / span);
				this.#sql.exec("DELETE FROM nodes WHERE level = ? AND idx < ?", level, count - (count % TILE_WIDTH));
			}
			this.#batches.forget(Math.min(place.seq, this.confirmed.seq));
		});
		this.#setPlace("published", place);
	}

	#at(name: PlaceName): Place {
		if (!this.#places) throw new Error("the log has not started");
		return this.#places[name];
	}

	#setPlace(name: PlaceName, place: Place): void {
		if (this.#places) this.#places[name] = place;
	}

	#writePlace(name: PlaceName, { seq, hash, edge }: Place): void {
		this.#sql.exec("UPDATE places SET seq = ?, hash = ?, edge = ? WHERE name = ?", seq, hash, edge, name);
	}

	#setFact(key: string, value: string): void {
		this.#sql.exec("INSERT OR REPLACE INTO facts (key, value) VALUES (?, ?)", key, value);
	}

	#keepNodes(nodes: TileNode[]): void {
		for (const { level, index, hash } of nodes)
			this.#sql.exec("INSERT OR REPLACE INTO nodes (level, idx, hash) VALUES (?, ?, ?)", level, index, new Uint8Array(hash));
	}

	#load(): void {
		const places = { head: BEGINNING, confirmed: BEGINNING, published: BEGINNING };
		for (const { name, ...place } of this.#sql.exec<PlaceRow & { name: PlaceName }>("SELECT name, seq, hash, edge FROM places"))
			places[name] = place;
		const edge = TreeEdge.parse(places.head.edge);
		if (!edge) throw new Error("the tree's edge cannot be read");
		this.#edge = edge;
		this.#places = places;
		this.#batches.count();
	}
}
