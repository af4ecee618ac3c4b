/**
 * Calls that run: their rows, spared the way through the table, and when each is overdue.
 *
 * Nearly all end before anybody has to ask for that, so the index of due calls is spared them too. It gets those that were running at
 * the delivery before: a call is in the index, or its intent is still in the outbox, where it is found if this object dies.
 */
import * as calls from "./calls.ts";

interface RunningCall {
	row: calls.CallRow;
	dueAt: number;
	/** Whether it ran at the last delivery already. */
	wasThere: boolean;
	isIndexed: boolean;
}

export class RunningCalls {
	readonly #sql: SqlStorage;
	readonly #calls = new Map<string, RunningCall>();

	constructor(sql: SqlStorage) {
		this.#sql = sql;
	}

	/** The tables are there: finds what an earlier life of the object left running. */
	open(): void {
		for (const row of calls.notedNowhere(this.#sql))
			this.#calls.set(row.act_id, { row, dueAt: row.head.due_at ?? 0, wasThere: true, isIndexed: false });
	}

	/** A call has been admitted. */
	add(row: calls.CallRow, dueAt: number): void {
		this.#calls.set(row.act_id, { row, dueAt, wasThere: false, isIndexed: false });
	}

	find(actId: string): calls.CallRow | undefined {
		return this.#calls.get(actId)?.row;
	}

	/** Its answer has begun, or it has ended: whatever else is to be known of it is in the table. */
	leave(actId: string): void {
		this.#calls.delete(actId);
	}

	/** To be called before records leave the outbox. */
	index(): void {
		for (const [actId, call] of this.#calls) {
			if (call.wasThere && !call.isIndexed) {
				calls.noteDue(this.#sql, actId, call.dueAt);
				call.isIndexed = true;
			}
			call.wasThere = true;
		}
	}

	/** Those that are overdue and not in the index. */
	due(nowMs: number): calls.CallRow[] {
		return this.#unindexed()
			.filter(({ dueAt }) => dueAt <= nowMs)
			.map(({ row }) => row);
	}

	/** When the next of those is due, in milliseconds since 1970, or null. */
	nextDueAt(): number | null {
		const times = this.#unindexed().map(({ dueAt }) => dueAt);
		return times.length === 0 ? null : Math.min(...times);
	}

	#unindexed(): RunningCall[] {
		return [...this.#calls.values()].filter(({ isIndexed }) => !isIndexed);
	}
}
