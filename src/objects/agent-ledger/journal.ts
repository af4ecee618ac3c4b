/**
 * What the two turns of every call write: one row of the outbox, which says beside its record what becomes of the tables. An intent
 * makes a row of `uses` and one of `calls`, an outcome ends the latter. They are carried there by the hundred, in one go, and whoever
 * reads or writes those tables has them carried first: what a row of the outbox says holds from the moment it is written.
 */
import type { CallRow, EndState } from "./calls.ts";
import type { Outbox } from "./outbox.ts";

/** Above this, an answer is not kept: a later look, or the same idempotency key, finds the state alone. */
export const RESULT_MAX_CHARACTERS = 65_536;

/** An intent, as the tables will have it. */
export interface Intent extends Pick<CallRow, "act_id" | "tick" | "head" | "input_digest"> {
	idempotency_key: string | null;
	/** How many calls of its action were authorised, up to this one. */
	running: number;
	/** When its outcome is overdue, in milliseconds since 1970. */
	due_at: number;
}

/**
 * From the rows of the outbox after ?1 into the tables. What is there already was carried by an attempt that was cut short, or comes
 * from the version before this one, which was rolled back to and took a call that it did not find for a new one.
 */
const CARRY = [
	"INSERT OR IGNORE INTO uses (action, tick, running) SELECT action, tick, running FROM outbox WHERE n > ?1 AND action IS NOT NULL",
	`INSERT OR IGNORE INTO calls (act_id, state, tick, head, idempotency_key, input_digest)
	 SELECT act_id, 'running', tick, head, idempotency_key, input_digest FROM outbox WHERE n > ?1 AND action IS NOT NULL`,
	`UPDATE calls SET state = ended.state, ending = ended.ending, ended_at = ended.ended_at, due_at = NULL, input = NULL
	 FROM outbox AS ended WHERE ended.n > ?1 AND ended.state IS NOT NULL AND calls.act_id = ended.act_id`,
	// Last, for nearly all have ended by now: the index of what is due is spared them.
	`UPDATE calls SET due_at = begun.due_at
	 FROM outbox AS begun WHERE begun.n > ?1 AND begun.action IS NOT NULL AND calls.act_id = begun.act_id AND calls.state = 'running'`,
];

export class Journal {
	readonly #sql: SqlStorage;
	readonly #outbox: Outbox;
	/** Whatever the rows of the outbox up to this one say is in the tables; null if that is to be looked up. */
	#carried: number | null = null;
	/** Whether a later one has anything for them. */
	#hasMore = false;
	/** The idempotency keys of the calls in the later ones. */
	readonly #keys = new Set<string>();

	constructor(sql: SqlStorage, outbox: Outbox) {
		this.#sql = sql;
		this.#outbox = outbox;
	}

	/** The tables are there. */
	open(): void {
		this.forget();
		this.carry();
	}

	/** A transaction has gone back: nothing that is in mind counts. */
	forget(): void {
		this.#carried = null;
		this.#hasMore = true;
	}

	/** Writes an intent down. One statement, and so all or nothing without a transaction around it. */
	putIntent({ act_id, tick, head, idempotency_key, input_digest, running, due_at }: Intent, record: string): void {
		this.#sql.exec(
			`INSERT INTO outbox (act_id, record, action, tick, running, head, idempotency_key, input_digest, due_at)
			 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			act_id,
			record,
			head.action,
			tick,
			running,
			JSON.stringify(head),
			idempotency_key,
			input_digest,
			due_at,
		);
		this.#outbox.hasOneMore();
		this.#hasMore = true;
		if (idempotency_key !== null) this.#keys.add(idempotency_key);
	}

	/** Writes down how a call ended, likewise. Whether it may end so is the caller's to know. */
	putOutcome(
		actId: string,
		{ state, ending }: { state: EndState; ending: CallRow["ending"] },
		nowMs: number,
		record: string,
	): void {
		const text = ending && JSON.stringify(ending);
		const kept = text !== null && text.length <= RESULT_MAX_CHARACTERS ? text : null;
		this.#sql.exec(
			"INSERT INTO outbox (act_id, record, state, ending, ended_at) VALUES (?, ?, ?, ?, ?)",
			actId,
			record,
			state,
			kept,
			nowMs,
		);
		this.#outbox.hasOneMore(kept?.length);
		this.#hasMore = true;
	}

	/** Whether the tables may lack a call with this idempotency key. */
	mayHaveKey(key: string): boolean {
		return this.#carried === null || this.#keys.has(key);
	}

	/**
	 * Brings the tables up to what the turns have written. No transaction of its own: cut short, it is done again from the same row on,
	 * before anybody sees the tables, and comes to the same.
	 * @returns whether they may have lacked anything
	 */
	carry(): boolean {
		if (!this.#hasMore) return false;
		const carried = this.#carried ?? this.#readCarried();
		const newest = this.#outbox.newest();
		for (const statement of CARRY) this.#sql.exec(statement, carried);
		this.#sql.exec("INSERT OR REPLACE INTO facts (key, value) VALUES ('carried', ?)", String(newest));
		this.#carried = newest;
		this.#hasMore = false;
		this.#keys.clear();
		return true;
	}

	/** The tables have how calls ended: a row that stays for its record need not have it too. */
	prune(): void {
		this.carry();
		this.#sql.exec("UPDATE outbox SET ending = NULL WHERE ending IS NOT NULL");
	}

	#readCarried(): number {
		for (const { value } of this.#sql.exec<{ value: string }>("SELECT value FROM facts WHERE key = 'carried'"))
			return Number(value);
		return 0;
	}
}
