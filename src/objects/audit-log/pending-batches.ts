/** Batches of sequenced records that D1 has not confirmed or no checkpoint covers, as rows of the object's own table. */
import { BATCH_CHARACTERS, type BatchText } from "./batch-text.ts";
import type { Place, StoredRecord } from "./places.ts";

export interface SequencedBatch {
	lastSeq: number;
	/** As {@link BatchText} writes them. */
	records: string;
}

/** Confirmed batches that wait for a checkpoint are forgotten beyond this: D1 has them. */
const KEPT_CHARACTERS = 64_000_000;

export class PendingBatches {
	readonly #sql: SqlStorage;
	/** Characters in the table. */
	#kept = 0;

	constructor(sql: SqlStorage) {
		this.#sql = sql;
	}

	/** Counts what is there: at the object's start, and whenever a transaction may have gone back. */
	count(): void {
		this.#kept = this.#sql.exec<{ size: number | null }>("SELECT sum(size) AS size FROM pending").one().size ?? 0;
	}

	/** Adds the records that end at `place`, and empties the batch. */
	add(place: Place, batch: BatchText): void {
		const firstSeq = place.seq - batch.records + 1;
		const records = batch.take();
		this.#kept += records.length;
		this.#sql.exec(
			"INSERT INTO pending (last_seq, first_seq, size, hash, edge, records) VALUES (?, ?, ?, ?, ?, ?)",
			place.seq,
			firstSeq,
			records.length,
			place.hash,
			place.edge,
			records,
		);
	}

	/** The oldest batches after a number, joined while they fit into one; null if there is none. */
	next(after: number): SequencedBatch | null {
		let joined: SequencedBatch | null = null;
		for (const row of this.#sql.exec<{ last_seq: number; records: string }>(
			"SELECT last_seq, records FROM pending WHERE last_seq > ? ORDER BY last_seq",
			after,
		)) {
			if (joined && joined.records.length + row.records.length > BATCH_CHARACTERS) break;
			joined = {
				lastSeq: row.last_seq,
				records: joined ? `${joined.records.slice(0, -1)},${row.records.slice(1)}` : row.records,
			};
		}
		return joined;
	}

	/** The last place after `seq`, up to and including `most`, at which a batch ends. */
	place(seq: number, most: number): Place | null {
		const rows = this.#sql.exec<{ seq: number; hash: string; edge: string }>(
			"SELECT last_seq AS seq, hash, edge FROM pending WHERE last_seq > ? AND last_seq <= ? ORDER BY last_seq DESC LIMIT 1",
			seq,
			most,
		);
		return rows.toArray()[0] ?? null;
	}

	/** The leaf hash of a record that is still here, or null. */
	hashOf(seq: number): string | null {
		const rows = this.#sql.exec<{ records: string }>(
			"SELECT records FROM pending WHERE last_seq >= ? AND first_seq <= ? ORDER BY last_seq LIMIT 1",
			seq,
			seq,
		);
		for (const row of rows)
			for (const [at, hash] of JSON.parse(row.records) as [StoredRecord["seq"], string][]) if (at === seq) return hash;
		return null;
	}

	/** The number of the oldest record that is here; null if none is. */
	get oldest(): number | null {
		const rows = this.#sql.exec<{ first_seq: number }>("SELECT first_seq FROM pending ORDER BY last_seq LIMIT 1");
		return rows.toArray()[0]?.first_seq ?? null;
	}

	/** Forgets what a checkpoint covers and D1 has. */
	forget(upTo: number): void {
		this.#sql.exec("DELETE FROM pending WHERE last_seq <= ?", upTo);
		this.count();
	}

	/** Forgets the oldest that D1 has, if there is more than the object may keep. */
	forgetBeyond(confirmed: number): void {
		if (this.#kept <= KEPT_CHARACTERS) return;
		const rows = this.#sql.exec<{ last_seq: number; size: number }>(
			"SELECT last_seq, size FROM pending WHERE last_seq < ? ORDER BY last_seq",
			confirmed,
		);
		for (const row of rows.toArray()) {
			if (this.#kept <= KEPT_CHARACTERS) return;
			this.#sql.exec("DELETE FROM pending WHERE last_seq = ?", row.last_seq);
			this.#kept -= row.size;
		}
	}
}
