/**
 * How many calls of one agent were authorised, exactly. A row per authorised call carries the running count of its action, so that a window's value
 * is the last row minus the last expired one: two look-ups, however many calls lie between. What else a call adds to counters is
 * in series (../series/).
 */
import type { Counters } from "../../policy/decision.ts";
import { leavesAt, oldestCounted, windowStart } from "../windows.ts";

/** Records one authorised call. */
export function addUse(sql: SqlStorage, action: string, tick: number): void {
	sql.exec(
		`INSERT INTO uses (action, tick, running)
		 VALUES (?1, ?2, 1 + coalesce((SELECT running FROM uses WHERE action = ?1 ORDER BY tick DESC LIMIT 1), 0))`,
		action,
		tick,
	);
}

/** Takes back a call that never reached its upstream, as if it had not been: the later ones count one less. */
export function removeUse(sql: SqlStorage, action: string, tick: number): void {
	const gone = sql.exec("DELETE FROM uses WHERE action = ? AND tick = ?", action, tick).rowsWritten;
	if (gone > 0) sql.exec("UPDATE uses SET running = running - 1 WHERE action = ? AND tick > ?", action, tick);
}

/** The plain counts of calls as of `nowMs`. */
export function callCounters(sql: SqlStorage, nowMs: number): Pick<Counters, "count" | "whenAtMost"> {
	function countOne(action: string, start: number): number {
		const last = running("SELECT running FROM uses WHERE action = ? ORDER BY tick DESC LIMIT 1", action);
		if (last === 0) return 0;
		return last - running("SELECT running FROM uses WHERE action = ? AND tick < ? ORDER BY tick DESC LIMIT 1", action, start);
	}
	function running(query: string, ...bindings: (string | number)[]): number {
		for (const row of sql.exec<{ running: number }>(query, ...bindings)) return row.running;
		return 0;
	}
	const startOf = (windowSeconds: number) => windowStart(nowMs, windowSeconds);

	return {
		count(actions, windowSeconds) {
			let sum = 0;
			for (const action of actions) sum += countOne(action, startOf(windowSeconds));
			return sum;
		},
		whenAtMost(actions, windowSeconds, keep) {
			const start = startOf(windowSeconds);
			const surplus = this.count(actions, windowSeconds) - keep;
			if (surplus <= 0) return nowMs;
			// The call that has to leave is the surplus-th oldest; no more than that many rows of each action can matter.
			const ticks: number[] = [];
			for (const action of actions) {
				const rows = sql.exec<{ tick: number }>(
					"SELECT tick FROM uses WHERE action = ? AND tick >= ? ORDER BY tick LIMIT ?",
					action,
					start,
					surplus,
				);
				for (const row of rows) ticks.push(row.tick);
			}
			ticks.sort((a, b) => a - b);
			const leaving = ticks[surplus - 1];
			return leaving === undefined ? nowMs : leavesAt(leaving, windowSeconds);
		},
	};
}

/** Forgets what no window can see any more; the newest such row of an action stays, for windows subtract it. */
export function pruneUses(sql: SqlStorage, nowMs: number): void {
	sql.exec(
		`DELETE FROM uses WHERE tick < ?1 AND tick < (
			SELECT max(older.tick) FROM uses AS older WHERE older.action = uses.action AND older.tick < ?1
		 )`,
		oldestCounted(nowMs),
	);
}

/** The newest tick of a counted call, so that the clock goes on from there after a restart; 0 if there is none. */
export function newestTick(sql: SqlStorage): number {
	return sql.exec<{ tick: number | null }>("SELECT max(tick) AS tick FROM uses").one().tick ?? 0;
}
