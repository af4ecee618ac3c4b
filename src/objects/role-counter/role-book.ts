/**
 * The book of one role's counters: turns that are one synchronous transaction each. A call counts from the moment at which its
 * place is reserved; what becomes of it is said later, and what is never said is asked for.
 */
import { conclude } from "../../policy/conclude.ts";
import { verdictAfterApproval } from "../../policy/satisfied-reviews.ts";
import { answersTo, countersOf } from "../series/counter-answers.ts";
import { addUses, newestUse, pruneSeries, removeUses, SERIES_TABLES } from "../series/series-book.ts";
import { seriesCounters } from "../series/series-counters.ts";
import { firstTickOf, millisecondOf, nextTick } from "../ticks.ts";
import { oldestCounted } from "../windows.ts";
import type { ReservationWord, Reserved, ReserveRequest } from "./protocol.ts";

/** A step is never edited after it has landed: a later version adds one. */
const STEPS: string[] = [
	`${SERIES_TABLES}
	-- Places in the series above, by the tick of their rows there.
	CREATE TABLE reservations (
		id TEXT PRIMARY KEY,
		workspace_id TEXT NOT NULL,
		agent_id TEXT NOT NULL,
		tick INTEGER NOT NULL,
		-- The answer that the ledger got, as JSON, for when it asks again; null once the ledger has confirmed.
		reply TEXT
	) WITHOUT ROWID;
	CREATE INDEX reservations_open ON reservations (tick) WHERE reply IS NOT NULL;
	CREATE INDEX reservations_by_tick ON reservations (tick);
	`,
];

const OPEN_AT_ONCE = 500;

/** A reservation of which nobody has said what became. */
export interface OpenReservation {
	id: string;
	workspace_id: string;
	agent_id: string;
}

export class RoleBook {
	readonly #storage: DurableObjectStorage;
	readonly #sql: SqlStorage;
	readonly #now: () => number;
	#isOpen = false;
	#lastTick = 0;

	constructor(storage: DurableObjectStorage, now: () => number) {
		this.#storage = storage;
		this.#sql = storage.sql;
		this.#now = now;
		if (this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'book_version'").toArray().length > 0) this.#open();
	}

	#open(): void {
		migrate(this.#sql);
		const { tick } = this.#sql.exec<{ tick: number | null }>("SELECT max(tick) AS tick FROM reservations").one();
		this.#lastTick = Math.max(tick ?? 0, newestUse(this.#sql));
		this.#isOpen = true;
	}

	/**
	 * Reads the counters, concludes the call as far as can be told, and keeps a place for it if it may be allowed: one turn, so that
	 * no two calls can see the same last place. A call that is going to be denied takes none away, not even for a moment.
	 */
	reserve(request: ReserveRequest): Reserved {
		if (!this.#isOpen) this.#open();
		const earlier = this.#sql.exec<{ reply: string | null }>(
			"SELECT reply FROM reservations WHERE id = ? AND reply IS NOT NULL",
			request.reservation,
		);
		for (const { reply } of earlier) return JSON.parse(reply as string);
		const now = this.#nowMs();
		return this.#storage.transactionSync(() => {
			const { residual } = request;
			const answers = residual === null ? {} : answersTo(residual, seriesCounters(this.#sql, now), now, true);
			if (residual !== null) {
				const concluded = conclude(residual, countersOf({ ...request.own, ...answers }), now);
				const { verdict } = verdictAfterApproval(concluded, request.approved ?? null);
				if (verdict !== "allow") return { reserved: false, answers };
			}
			const reply: Reserved = { reserved: true, answers };
			this.#lastTick = nextTick(this.#lastTick, now);
			addUses(this.#sql, request.action, request.uses, this.#lastTick);
			this.#sql.exec(
				"INSERT INTO reservations (id, workspace_id, agent_id, tick, reply) VALUES (?, ?, ?, ?, ?)",
				request.reservation,
				request.workspace_id,
				request.agent_id,
				this.#lastTick,
				JSON.stringify(reply),
			);
			return reply;
		});
	}

	/** Hears what became of reservations. A word on one that is not there, or not any more, changes nothing. */
	hear(words: readonly ReservationWord[]): void {
		if (!this.#isOpen) return;
		this.#storage.transactionSync(() => {
			for (const { reservation, word } of words) {
				if (word === "confirm") this.#sql.exec("UPDATE reservations SET reply = NULL WHERE id = ?", reservation);
				else this.#release(reservation);
			}
		});
	}

	/** Hears a ledger's answers. What has been confirmed while it was being asked stays so: the ledger had told all it knew. */
	resolve(words: readonly ReservationWord[]): void {
		this.hear(words.filter(({ reservation }) => this.#isOpenReservation(reservation)));
	}

	/** Reservations that were made at `beforeMs` or earlier and of which nothing was heard, the oldest first. */
	openSince(beforeMs: number): OpenReservation[] {
		if (!this.#isOpen) return [];
		const rows = this.#sql.exec<{ id: string; workspace_id: string; agent_id: string }>(
			"SELECT id, workspace_id, agent_id FROM reservations WHERE reply IS NOT NULL AND tick < ? ORDER BY tick LIMIT ?",
			firstTickOf(beforeMs + 1),
			OPEN_AT_ONCE,
		);
		return rows.toArray();
	}

	/** When the oldest reservation of which nothing was heard was made, in milliseconds since 1970; null if there is none. */
	get oldestOpenAt(): number | null {
		if (!this.#isOpen) return null;
		const { tick } = this.#sql
			.exec<{ tick: number | null }>("SELECT min(tick) AS tick FROM reservations WHERE reply IS NOT NULL")
			.one();
		return tick === null ? null : millisecondOf(tick);
	}

	/** Whether anything is counted here. */
	get isEmpty(): boolean {
		return !this.#isOpen || this.#sql.exec("SELECT 1 FROM reservations LIMIT 1").toArray().length === 0;
	}

	/** Forgets what no window can see any more. */
	prune(): void {
		if (!this.#isOpen) return;
		const now = this.#nowMs();
		pruneSeries(this.#sql, now);
		this.#sql.exec("DELETE FROM reservations WHERE tick < ? AND reply IS NULL", oldestCounted(now));
	}

	#release(reservation: string): void {
		const gone = this.#sql.exec<{ tick: number }>("DELETE FROM reservations WHERE id = ? RETURNING tick", reservation).toArray();
		for (const { tick } of gone) removeUses(this.#sql, tick);
	}

	#isOpenReservation(id: string): boolean {
		return this.#sql.exec("SELECT 1 FROM reservations WHERE id = ? AND reply IS NOT NULL", id).toArray().length > 0;
	}

	/** Never earlier than what has been counted, whatever the machine's clock says. */
	#nowMs(): number {
		return Math.max(this.#now(), millisecondOf(this.#lastTick));
	}
}

function migrate(sql: SqlStorage): void {
	sql.exec("CREATE TABLE IF NOT EXISTS book_version (version INTEGER NOT NULL)");
	const version = sql.exec<{ version: number }>("SELECT version FROM book_version").toArray()[0]?.version ?? 0;
	if (version >= STEPS.length) return;
	for (const step of STEPS.slice(version)) sql.exec(step);
	sql.exec("DELETE FROM book_version");
	sql.exec("INSERT INTO book_version (version) VALUES (?)", STEPS.length);
}
