/** What roles' counters are to be told: written in the turn that decided, kept until they have heard it. */
import type { ReservationWord, Word } from "../role-counter/protocol.ts";

const WORDS_AT_ONCE = 256;

/** The oldest words for one role. */
export interface WordBatch {
	role: string;
	words: ReservationWord[];
	/** The number of the last of them. */
	lastN: number;
}

export class RoleWords {
	readonly #sql: SqlStorage;
	/** Whether any wait: most agents never have one, and are spared the look. */
	#waiting = false;

	constructor(sql: SqlStorage) {
		this.#sql = sql;
	}

	/** The tables are there. */
	open(): void {
		this.#waiting = this.#sql.exec("SELECT 1 FROM role_words LIMIT 1").toArray().length > 0;
	}

	/** Whether any role's counter is to be told something. */
	get waiting(): boolean {
		return this.#waiting;
	}

	put(role: string, reservation: string, word: Word): void {
		this.#sql.exec("INSERT INTO role_words (role, reservation, word) VALUES (?, ?, ?)", role, reservation, word);
		this.#waiting = true;
	}

	/** What each role's counter should hear next. */
	next(): WordBatch[] {
		if (!this.#waiting) return [];
		const roles = this.#sql.exec<{ role: string }>("SELECT DISTINCT role FROM role_words").toArray();
		return roles.map(({ role }) => {
			const rows = this.#sql
				.exec<{ n: number; reservation: string; word: string }>(
					"SELECT n, reservation, word FROM role_words WHERE role = ? ORDER BY n LIMIT ?",
					role,
					WORDS_AT_ONCE,
				)
				.toArray();
			const words = rows.map(({ reservation, word }) => ({ reservation, word: word as Word }));
			return { role, words, lastN: rows.at(-1)?.n ?? 0 };
		});
	}

	/** The role's counter has heard these. */
	heard({ role, lastN }: WordBatch): void {
		this.#sql.exec("DELETE FROM role_words WHERE role = ? AND n <= ?", role, lastN);
		this.open();
	}

	/** The last word on a reservation that waits to be told; null if none does: all has been heard, or the place was never used here. */
	on(reservation: string): Word | null {
		if (!this.#waiting) return null;
		const rows = this.#sql.exec<{ word: string }>(
			"SELECT word FROM role_words WHERE reservation = ? ORDER BY n DESC LIMIT 1",
			reservation,
		);
		for (const row of rows) return row.word as Word;
		return null;
	}
}
