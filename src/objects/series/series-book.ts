/**
 * Series: what a call adds to counters besides the plain count of its action, such as calls by recipient, or a budget. A row per
 * call carries the running total as an exact decimal, so that a window's value is the last row minus the last expired one.
 * The ledger keeps those of its agent in these tables, a role's counter those that its agents share.
 */
import { addDecimals, subtractDecimals } from "../../policy/decimal.ts";
import type { Use } from "../../policy/decision.ts";
import { oldestCounted } from "../windows.ts";

/**
 * The first step of these tables, for both kinds of objects. Never edited: a later version adds another. Taken twice without harm:
 * the version before this one writes its own number over ours when it is rolled back to.
 */
export const SERIES_TABLES = `
	-- A series by its short number: keys are long and repeat.
	CREATE TABLE IF NOT EXISTS series (
		id INTEGER PRIMARY KEY,
		action TEXT NOT NULL,
		key TEXT NOT NULL,
		UNIQUE (action, key)
	);

	-- One row per call and series. 'tick' is the call's; 'running' is the total so far, an exact decimal that SQLite does not add up.
	CREATE TABLE IF NOT EXISTS series_uses (
		series INTEGER NOT NULL,
		tick INTEGER NOT NULL,
		running TEXT NOT NULL,
		PRIMARY KEY (series, tick)
	) WITHOUT ROWID;
	CREATE INDEX IF NOT EXISTS series_uses_by_tick ON series_uses (tick);
`;

/** Records what one call adds. A series that it names twice gets both. */
export function addUses(sql: SqlStorage, action: string, uses: readonly Use[], tick: number): void {
	for (const { key, adds } of uses) {
		const id = findSeries(sql, action, key) ?? makeSeries(sql, action, key);
		const running = addDecimals(runningBefore(sql, id, Number.MAX_SAFE_INTEGER), adds ?? "1");
		sql.exec("INSERT OR REPLACE INTO series_uses (series, tick, running) VALUES (?, ?, ?)", id, tick, running);
	}
}

/** Takes back whatever the call at this tick added, as if it had not been: later rows come to that much less. */
export function removeUses(sql: SqlStorage, tick: number): void {
	const gone = sql.exec<SeriesRow>("DELETE FROM series_uses WHERE tick = ? RETURNING series, tick, running", tick).toArray();
	for (const { series, running } of gone) {
		const added = subtractDecimals(running, runningBefore(sql, series, tick));
		const later = sql.exec<SeriesRow>(
			"SELECT series, tick, running FROM series_uses WHERE series = ? AND tick > ?",
			series,
			tick,
		);
		for (const row of later.toArray()) {
			const left = subtractDecimals(row.running, added);
			sql.exec("UPDATE series_uses SET running = ? WHERE series = ? AND tick = ?", left, series, row.tick);
		}
	}
	forgetEmpty(sql, gone);
}

/** Forgets what no window can see any more. The newest such row of a series that goes on stays, for windows subtract it. */
export function pruneSeries(sql: SqlStorage, nowMs: number): void {
	const gone = sql.exec<SeriesRow>(
		`DELETE FROM series_uses WHERE tick < ?1 AND (
			tick < (SELECT max(older.tick) FROM series_uses AS older WHERE older.series = series_uses.series AND older.tick < ?1)
			OR NOT EXISTS (SELECT 1 FROM series_uses AS newer WHERE newer.series = series_uses.series AND newer.tick >= ?1)
		 ) RETURNING series, tick, running`,
		oldestCounted(nowMs),
	);
	forgetEmpty(sql, gone.toArray());
}

/** The number of a series, or null if nothing was ever counted in it. */
export function findSeries(sql: SqlStorage, action: string, key: string): number | null {
	for (const row of sql.exec<{ id: number }>("SELECT id FROM series WHERE action = ? AND key = ?", action, key)) return row.id;
	return null;
}

/** The running total of a series before a tick; `0` if nothing lies there. */
export function runningBefore(sql: SqlStorage, series: number, tick: number): string {
	const rows = sql.exec<{ running: string }>(
		"SELECT running FROM series_uses WHERE series = ? AND tick < ? ORDER BY tick DESC LIMIT 1",
		series,
		tick,
	);
	for (const row of rows) return row.running;
	return "0";
}

/** The newest tick in any series; 0 if there is none. */
export function newestUse(sql: SqlStorage): number {
	return sql.exec<{ tick: number | null }>("SELECT max(tick) AS tick FROM series_uses").one().tick ?? 0;
}

type SeriesRow = { series: number; tick: number; running: string };

function makeSeries(sql: SqlStorage, action: string, key: string): number {
	return sql.exec<{ id: number }>("INSERT INTO series (action, key) VALUES (?, ?) RETURNING id", action, key).one().id;
}

function forgetEmpty(sql: SqlStorage, gone: readonly SeriesRow[]): void {
	for (const id of new Set(gone.map((row) => row.series)))
		sql.exec("DELETE FROM series WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM series_uses WHERE series = ?1)", id);
}
