/**
 * How many calls of one agent were authorised, exactly. A row per authorised call carries the running count of its action, so that a
 * window's value is the last row minus the last expired one, however many calls lie between. What else a call adds to counters is in
 * series (../series/).
 */
import type { Counters } from "../../policy/decision.ts";
import { leavesAt, oldestCounted, windowStart } from "../windows.ts";
import type { Journal } from "./journal.ts";

/** More actions and windows than this are not kept in mind. */
const KEPT = 1_000;

/** What had been counted before a window began: right for every window that begins between these two ticks. */
interface Before {
	running: number;
	from: number;
	/** The oldest call in the window. */
	until: number;
}

/** What lies in the table is the truth; what was read of it is kept in mind until something else than a further call changes it. */
export class CallCounts {
	readonly #sql: SqlStorage;
	readonly #journal: Journal;
	/** The running count of an action's newest call. */
	readonly #newest = new Map<string, number>();
	/** By window and action. */
	readonly #before = new Map<string, Before>();

	constructor(sql: SqlStorage, journal: Journal) {
		this.#sql = sql;
		this.#journal = journal;
	}

	/** Records one authorised call. */
	add(action: string, tick: number): void {
		const running = this.next(action);
		this.#journal.carry();
		this.#sql.exec("INSERT INTO uses (action, tick, running) VALUES (?, ?, ?)", action, tick, running);
		this.added(action, running);
	}

	/** The running count of the action's next call. */
	next(action: string): number {
		return this.#newestOf(action) + 1;
	}

	/** The journal has recorded it. */
	added(action: string, running: number): void {
		keep(this.#newest, action, running);
	}

	/** Takes back a call that never reached its upstream, as if it had not been: the later ones count one less. */
	remove(action: string, tick: number): void {
		this.forget();
		this.#journal.carry();
		const gone = this.#sql.exec("DELETE FROM uses WHERE action = ? AND tick = ?", action, tick).rowsWritten;
		if (gone > 0) this.#sql.exec("UPDATE uses SET running = running - 1 WHERE action = ? AND tick > ?", action, tick);
	}

	/** Whatever was read may be wrong: a transaction has gone back. */
	forget(): void {
		this.#newest.clear();
		this.#before.clear();
	}

	/** The plain counts of calls as of `nowMs`. */
	asOf(nowMs: number): Pick<Counters, "count" | "whenAtMost"> {
		const count = (actions: readonly string[], windowSeconds: number) => {
			const start = windowStart(nowMs, windowSeconds);
			return actions.reduce((sum, action) => sum + this.#countOne(action, windowSeconds, start), 0);
		};
		return {
			count,
			whenAtMost: (actions, windowSeconds, keptCalls) => {
				const surplus = count(actions, windowSeconds) - keptCalls;
				if (surplus <= 0) return nowMs;
				// The call that has to leave is the surplus-th oldest; no more than that many rows of each action can matter.
				const start = windowStart(nowMs, windowSeconds);
				const ticks = actions.flatMap((action) => this.#oldest(action, start, surplus)).sort((a, b) => a - b);
				const leaving = ticks[surplus - 1];
				return leaving === undefined ? nowMs : leavesAt(leaving, windowSeconds);
			},
		};
	}

	/** Forgets what no window can see any more; the newest such row of an action stays, for windows subtract it. */
	prune(nowMs: number): void {
		this.forget();
		this.#journal.carry();
		this.#sql.exec(
			`DELETE FROM uses WHERE tick < ?1 AND tick < (
				SELECT max(older.tick) FROM uses AS older WHERE older.action = uses.action AND older.tick < ?1
			 )`,
			oldestCounted(nowMs),
		);
	}

	/** The newest tick of a counted call, so that the clock goes on from there after a restart; 0 if there is none. */
	newestTick(): number {
		this.#journal.carry();
		return this.#sql.exec<{ tick: number | null }>("SELECT max(tick) AS tick FROM uses").one().tick ?? 0;
	}

	#countOne(action: string, windowSeconds: number, start: number): number {
		const before = this.#beforeWindow(action, windowSeconds, start);
		return before === null ? 0 : this.#newestOf(action) - before.running;
	}

	/** Null if no call lies in the window. */
	#beforeWindow(action: string, windowSeconds: number, start: number): Before | null {
		const key = `${windowSeconds} ${action}`;
		const known = this.#before.get(key);
		if (known && known.from <= start && start <= known.until) return known;
		const [until] = this.#oldest(action, start, 1);
		if (until === undefined) return null;
		const before = { running: this.#runningBefore(action, start), from: start, until };
		keep(this.#before, key, before);
		return before;
	}

	#newestOf(action: string): number {
		const known = this.#newest.get(action);
		if (known !== undefined) return known;
		this.#journal.carry();
		const running = this.#runningBefore(action, Number.MAX_SAFE_INTEGER);
		keep(this.#newest, action, running);
		return running;
	}

	/** The running count of the newest call before a tick; 0 if there is none. */
	#runningBefore(action: string, tick: number): number {
		const rows = this.#sql.exec<{ running: number }>(
			"SELECT running FROM uses WHERE action = ? AND tick < ? ORDER BY tick DESC LIMIT 1",
			action,
			tick,
		);
		for (const { running } of rows) return running;
		return 0;
	}

	/** The ticks of so many calls, the oldest from `start` on. Those that the table does not have yet are newer than all that it has. */
	#oldest(action: string, start: number, most: number): number[] {
		const read = () =>
			this.#sql
				.exec<{ tick: number }>("SELECT tick FROM uses WHERE action = ? AND tick >= ? ORDER BY tick LIMIT ?", action, start, most)
				.toArray()
				.map(({ tick }) => tick);
		const ticks = read();
		return ticks.length < most && this.#journal.carry() ? read() : ticks;
	}
}

function keep<V>(map: Map<string, V>, key: string, value: V): void {
	if (map.size >= KEPT) map.clear();
	map.set(key, value);
}
