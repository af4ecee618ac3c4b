/**
 * Records on their way to the log. A row leaves only when the log has confirmed it, and the newest confirmed ones stay a little
 * longer, as the memory of what was told. What the log has confirmed is written down with other things, by the hundred: an object that
 * dies before that tells the log again, which passes over it.
 */

/** How many confirmed rows stay. */
const REMEMBERED_ROWS = 256;

/** A row of the usual length has fewer characters beside its record. */
const ROW_CHARACTERS = 4_096;

/** A batch stays under these, whichever comes first. */
const BATCH_ROWS = 256;
const BATCH_CHARACTERS = 262_144;

export interface OutboxRow {
	n: number;
	record: string;
}

/** The outbox of one ledger. */
export class Outbox {
	readonly #sql: SqlStorage;
	#confirmed = 0;
	#waiting = 0;
	#fresh = 0;

	constructor(sql: SqlStorage) {
		this.#sql = sql;
	}

	/** The tables are there. */
	open(): void {
		for (const row of this.#sql.exec<{ value: string }>("SELECT value FROM facts WHERE key = 'confirmed'"))
			this.#confirmed = Number(row.value);
		this.recount();
	}

	/** How many rows the log has not confirmed. */
	get waiting(): number {
		return this.#waiting;
	}

	/** How many rows have come since {@link writeConfirmed}; a large one counts for as many as would be as long. */
	get fresh(): number {
		return this.#fresh;
	}

	/** The number of the newest row; 0 if there is none. */
	newest(): number {
		return this.#sql.exec<{ n: number | null }>("SELECT max(n) AS n FROM outbox").one().n ?? 0;
	}

	/** Counts what is there: at the start, and whenever a transaction may have gone back. */
	recount(): void {
		const rows = this.#sql.exec<{ rows: number }>("SELECT count(*) AS rows FROM outbox WHERE n > ?", this.#confirmed);
		this.#waiting = rows.one().rows;
	}

	put(actId: string, record: string): void {
		this.#sql.exec("INSERT INTO outbox (act_id, record) VALUES (?, ?)", actId, record);
		this.hasOneMore();
	}

	/** Another statement has put a row in, with so many characters beside the record. */
	hasOneMore(characters = 0): void {
		this.#waiting++;
		this.#fresh += 1 + Math.floor(characters / ROW_CHARACTERS);
	}

	/** The oldest rows that the log has not confirmed, in order. */
	nextBatch(): OutboxRow[] {
		if (this.#waiting === 0) return [];
		const batch: OutboxRow[] = [];
		let characters = 0;
		const rows = this.#sql.exec<{ n: number; record: string }>(
			"SELECT n, record FROM outbox WHERE n > ? ORDER BY n LIMIT ?",
			this.#confirmed,
			BATCH_ROWS,
		);
		for (const row of rows) {
			characters += row.record.length;
			if (batch.length > 0 && characters > BATCH_CHARACTERS) break;
			batch.push({ n: row.n, record: row.record });
		}
		return batch;
	}

	/** The log has everything up to and including row `n`, which were so many rows. */
	confirm(n: number, rows: number): void {
		this.#confirmed = n;
		this.#waiting = Math.max(0, this.#waiting - rows);
	}

	/** Writes down what the log has confirmed, and forgets what need not stay of it. */
	writeConfirmed(): void {
		this.#sql.exec("INSERT OR REPLACE INTO facts (key, value) VALUES ('confirmed', ?)", String(this.#confirmed));
		this.#sql.exec("DELETE FROM outbox WHERE n <= ?", this.#confirmed - REMEMBERED_ROWS);
		this.#fresh = 0;
	}

	/** The records of one act that are still here. */
	recordsOf(actId: string): string[] {
		return this.#sql
			.exec<{ record: string }>("SELECT record FROM outbox WHERE act_id = ? ORDER BY n", actId)
			.toArray()
			.map((row) => row.record);
	}

	/** When the newest call came that was decided on, as RFC 3339; null if no row that is still here tells of one. */
	newestCallAt(): string | null {
		const rows = this.#sql.exec<{ time: string }>(
			`SELECT json_extract(record, '$.time') AS time FROM outbox
			 WHERE json_extract(record, '$.state') IN ('intent', 'held', 'denied') ORDER BY n DESC LIMIT 1`,
		);
		for (const row of rows) return row.time;
		return null;
	}
}
