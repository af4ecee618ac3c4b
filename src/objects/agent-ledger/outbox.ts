/**
 * Records on their way to the log. A row leaves only when the log has confirmed it, and the newest confirmed ones stay a little
 * longer, as the memory of what was told.
 */

/** How many confirmed rows stay. */
const REMEMBERED_ROWS = 256;

/** A batch stays under these, whichever comes first. */
const BATCH_ROWS = 256;
const BATCH_CHARACTERS = 262_144;

export interface OutboxRow {
	n: number;
	record: string;
}

export function putInOutbox(sql: SqlStorage, actId: string, record: string): void {
	sql.exec("INSERT INTO outbox (act_id, record) VALUES (?, ?)", actId, record);
}

/** The oldest rows after `confirmed`, in order. */
export function nextBatch(sql: SqlStorage, confirmed: number): OutboxRow[] {
	const batch: OutboxRow[] = [];
	let characters = 0;
	const rows = sql.exec<{ n: number; record: string }>(
		"SELECT n, record FROM outbox WHERE n > ? ORDER BY n LIMIT ?",
		confirmed,
		BATCH_ROWS,
	);
	for (const row of rows) {
		characters += row.record.length;
		if (batch.length > 0 && characters > BATCH_CHARACTERS) break;
		batch.push({ n: row.n, record: row.record });
	}
	return batch;
}

/** The log has everything up to and including row `n`. */
export function confirmUpTo(sql: SqlStorage, n: number): void {
	sql.exec("INSERT OR REPLACE INTO facts (key, value) VALUES ('confirmed', ?)", String(n));
	sql.exec("DELETE FROM outbox WHERE n <= ?", n - REMEMBERED_ROWS);
}

/** Up to which row the log has everything; 0 if it has nothing yet. */
export function confirmedUpTo(sql: SqlStorage): number {
	for (const row of sql.exec<{ value: string }>("SELECT value FROM facts WHERE key = 'confirmed'")) return Number(row.value);
	return 0;
}

/** How many rows the log has not confirmed. */
export function waitingRows(sql: SqlStorage, confirmed: number): number {
	return sql.exec<{ rows: number }>("SELECT count(*) AS rows FROM outbox WHERE n > ?", confirmed).one().rows;
}

/** The records of one act that are still here. */
export function recordsOf(sql: SqlStorage, actId: string): string[] {
	return sql
		.exec<{ record: string }>("SELECT record FROM outbox WHERE act_id = ? ORDER BY n", actId)
		.toArray()
		.map((row) => row.record);
}

/** When the newest call came that was decided on, as RFC 3339; null if no row that is still here tells of one. */
export function newestCallAt(sql: SqlStorage): string | null {
	const rows = sql.exec<{ time: string }>(
		`SELECT json_extract(record, '$.time') AS time FROM outbox
		 WHERE json_extract(record, '$.state') IN ('intent', 'held', 'denied') ORDER BY n DESC LIMIT 1`,
	);
	for (const row of rows) return row.time;
	return null;
}
