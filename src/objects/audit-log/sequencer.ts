/**
 * The order of the log. A record gets its number, its `prev` and its hash in one synchronous transaction, and is kept here
 * until D1 has confirmed it: whatever is lost on the way, it goes out again with the same numbers.
 */
import { FIRST_PREV } from "../../contract/audit-record.ts";
import { sequencedText } from "../../contract/record-text.ts";
import { leafHash } from "./chain.ts";

/** Records with their places, in order, as the JSON list of [seq, leaf hash, record] that D1 takes as one parameter. */
export interface SequencedBatch {
	lastSeq: number;
	records: string;
}

/** A batch's text stays under this, so that it fits a row and a parameter whatever its characters take in UTF-8. */
const BATCH_CHARACTERS = 300_000;

export interface Head {
	seq: number;
	/** Leaf hash of the newest record. */
	hash: string;
}

const TABLES = `
	CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL);
	-- The last row number taken from each source: what comes again with a lower one has been taken.
	CREATE TABLE IF NOT EXISTS sources (source TEXT PRIMARY KEY, last_n INTEGER NOT NULL) WITHOUT ROWID;
	-- Batches that D1 has not confirmed: the JSON list of [seq, leaf hash, record] that it is to take.
	CREATE TABLE IF NOT EXISTS pending (last_seq INTEGER PRIMARY KEY, records TEXT NOT NULL);
	CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

export class Sequencer {
	readonly #storage: DurableObjectStorage;
	readonly #sql: SqlStorage;
	#head: Head | null = null;

	constructor(storage: DurableObjectStorage) {
		this.#storage = storage;
		this.#sql = storage.sql;
		if (this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'head'").toArray().length === 0) return;
		for (const row of this.#sql.exec<{ seq: number; hash: string }>("SELECT seq, hash FROM head")) this.#head = row;
	}

	/** Null until {@link start}. */
	get head(): Head | null {
		return this.#head;
	}

	/** Begins where the stored log ends; with nothing stored, at the first record. */
	start(workspaceId: string, stored: Head | null): void {
		this.#sql.exec(TABLES);
		const head = stored ?? { seq: 0, hash: FIRST_PREV };
		this.#sql.exec("INSERT INTO head (id, seq, hash) VALUES (1, ?, ?)", head.seq, head.hash);
		this.#sql.exec("INSERT INTO facts (key, value) VALUES ('workspace', ?)", workspaceId);
		this.#head = head;
	}

	/** The workspace whose log this is, or null before {@link start}. */
	get workspaceId(): string | null {
		if (!this.#head) return null;
		return this.#sql.exec<{ value: string }>("SELECT value FROM facts WHERE key = 'workspace'").one().value;
	}

	/** The last row number taken from a source; 0 if none was. */
	lastTaken(source: string): number {
		for (const row of this.#sql.exec<{ last_n: number }>("SELECT last_n FROM sources WHERE source = ?", source))
			return row.last_n;
		return 0;
	}

	/** Gives each new row its place. Rows that were taken before are passed over. */
	take(source: string, rows: [n: number, record: string][]): void {
		const before = this.#head;
		if (!before) throw new Error("the log has not started");
		const last = this.lastTaken(source);
		const fresh = rows.filter(([n]) => n > last);
		if (fresh.length === 0) return;
		let { seq, hash } = before;
		this.#storage.transactionSync(() => {
			let batch: [seq: number, hash: string, record: string][] = [];
			let characters = 0;
			const keep = () => {
				this.#sql.exec("INSERT INTO pending (last_seq, records) VALUES (?, ?)", seq, JSON.stringify(batch));
				batch = [];
				characters = 0;
			};
			for (const [, body] of fresh) {
				if (batch.length > 0 && characters + body.length > BATCH_CHARACTERS) keep();
				seq++;
				const record = sequencedText(body, seq, hash);
				hash = leafHash(record);
				batch.push([seq, hash, record]);
				characters += record.length;
			}
			keep();
			this.#sql.exec("INSERT OR REPLACE INTO sources (source, last_n) VALUES (?, ?)", source, fresh.at(-1)?.[0] ?? last);
			this.#sql.exec("UPDATE head SET seq = ?, hash = ?", seq, hash);
		});
		this.#head = { seq, hash };
	}

	/** Whether D1 has yet to confirm anything. */
	get hasPending(): boolean {
		return this.#head !== null && this.#sql.exec("SELECT 1 FROM pending LIMIT 1").toArray().length > 0;
	}

	/** What D1 should take next: the oldest batches, joined while they fit into one; null if it has everything. */
	pending(): SequencedBatch | null {
		let joined: SequencedBatch | null = null;
		for (const row of this.#sql.exec<{ last_seq: number; records: string }>(
			"SELECT last_seq, records FROM pending ORDER BY last_seq",
		)) {
			if (joined && joined.records.length + row.records.length > BATCH_CHARACTERS) break;
			joined = {
				lastSeq: row.last_seq,
				records: joined ? `${joined.records.slice(0, -1)},${row.records.slice(1)}` : row.records,
			};
		}
		return joined;
	}

	/** D1 has everything up to and including this number. */
	confirm(seq: number): void {
		this.#sql.exec("DELETE FROM pending WHERE last_seq <= ?", seq);
	}
}
