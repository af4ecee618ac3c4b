/** Calls that were authorised or held: where each stands, until a week after it ended. */
import { idFloor } from "../../contract/ids.ts";
import type { Json } from "../../contract/json.ts";
import type { CallError, Effect } from "../../contract/verdict.ts";
import type { LedgerCall } from "../../gateway/ports.ts";
import type { Intent, Journal } from "./journal.ts";

const KEY_LIFETIME_MS = 24 * 3_600_000;
const KEPT_AFTER_END_MS = 7 * 24 * 3_600_000;
const PRUNE_ROWS = 500;
/** What never changes again after the verdict. */
export interface CallHead {
	action: string;
	verdict: Effect;
	matched_guard: string | null;
	reason: string | null;
	reason_code: string | null;
	token_id: string;
	agent: string;
	role: { name: string; rev: number; hash: string };
	request_id: string;
	review?: { id: string; expires_at: number };
	/** Of an allowed one: the place that the role's counter keeps for it, if its counters are shared. */
	place?: { role: string; reservation: string };
}

/** `streaming` is a running call whose answer has begun. */
export type OpenState = "running" | "streaming" | "held";
export type EndState = "executed" | "failed" | "unknown" | "denied" | "expired";

export interface CallRow {
	act_id: string;
	state: OpenState | EndState;
	tick: number;
	head: CallHead;
	input_digest: string | null;
	ending: { result?: Json; error?: CallError } | null;
}

/** A call that waits for sign-off, as the table will have it. */
export interface HeldCallRow extends Pick<CallRow, "act_id" | "tick" | "head" | "input_digest"> {
	idempotency_key: string | null;
	/** When it expires, in milliseconds since 1970. */
	due_at: number;
	/** The canonical input; null of a large one, which lies in R2. */
	input: string | null;
}

/** The calls of one agent. */
export class Calls {
	readonly #sql: SqlStorage;
	readonly #journal: Journal;
	/** Calls that run, spared the way through the table: nearly all end soon. */
	readonly #running = new Map<string, CallRow>();

	constructor(sql: SqlStorage, journal: Journal) {
		this.#sql = sql;
		this.#journal = journal;
	}

	/** The table, with all that the turns have written. */
	get #table(): SqlStorage {
		this.#journal.carry();
		return this.#sql;
	}

	/**
	 * The tables are there. The version before this one had the due time of a running call in its head alone, while its intent was in
	 * the outbox.
	 */
	open(): void {
		this.#table.exec(
			`UPDATE calls SET due_at = coalesce(json_extract(head, '$.due_at'), 0)
			 WHERE state = 'running' AND due_at IS NULL AND act_id IN (SELECT act_id FROM outbox)`,
		);
	}

	/** A transaction has gone back: nothing that is in mind counts. */
	forget(): void {
		this.#running.clear();
	}

	/** Writes an intent down, with its record: one statement. */
	begin(intent: Intent, record: string): void {
		this.#journal.putIntent(intent, record);
		const { act_id, tick, head, input_digest } = intent;
		this.#running.set(act_id, { act_id, state: "running", tick, head, input_digest, ending: null });
	}

	/** Writes down how a call ended, with its record: one statement. Whether the call may end so is the caller's to know. */
	end(actId: string, end: { state: EndState; ending: CallRow["ending"] }, nowMs: number, record: string): void {
		this.#journal.putOutcome(actId, end, nowMs, record);
		this.#running.delete(actId);
	}

	/** Notes that a running call's answer has begun, and until when it may go on. */
	startStream(actId: string, dueAt: number): void {
		this.#table.exec("UPDATE calls SET state = 'streaming', due_at = ? WHERE act_id = ?", dueAt, actId);
		this.#running.delete(actId);
	}

	/** Writes a held call down. */
	hold(call: HeldCallRow): void {
		this.#table.exec(
			`INSERT INTO calls (act_id, state, tick, head, idempotency_key, input_digest, due_at, input)
			 VALUES (?, 'held', ?, ?, ?, ?, ?, ?)`,
			call.act_id,
			call.tick,
			JSON.stringify(call.head),
			call.idempotency_key,
			call.input_digest,
			call.due_at,
			call.input,
		);
	}

	/** What is new of a held call that was decided again, or approved: why it is held, and when that ends. */
	holdOn(actId: string, head: CallHead, dueAt: number): void {
		this.#table.exec("UPDATE calls SET head = ?, due_at = ? WHERE act_id = ?", JSON.stringify(head), dueAt, actId);
	}

	/** Lets a held call go: from now on it runs, and is counted as of `tick`. */
	release(actId: string, head: CallHead, tick: number, dueAt: number): void {
		this.#table.exec(
			"UPDATE calls SET state = 'running', tick = ?, head = ?, due_at = ?, input = NULL WHERE act_id = ?",
			tick,
			JSON.stringify(head),
			dueAt,
			actId,
		);
	}

	/** The canonical input of a held call; null of a large one, which lies in R2, and once it is not held any more. */
	heldInput(actId: string): string | null {
		for (const row of this.#table.exec<{ input: string | null }>("SELECT input FROM calls WHERE act_id = ?", actId))
			return row.input;
		return null;
	}

	/** Gives a call another idempotency key, or none. */
	changeKey(actId: string, key: string | null): void {
		this.#table.exec("UPDATE calls SET idempotency_key = ? WHERE act_id = ?", key, actId);
	}

	find(actId: string): CallRow | null {
		return this.#running.get(actId) ?? firstRow(this.#table.exec<RawCall>(`${SELECT} WHERE act_id = ?`, actId));
	}

	/** The call that this idempotency key belongs to. A day after it the key is free again, unless the call has not ended. */
	findByKey(key: string, tickToMs: (tick: number) => number, nowMs: number): CallRow | null {
		const table = this.#journal.mayHaveKey(key) ? this.#table : this.#sql;
		const found = firstRow(table.exec<RawCall>(`${SELECT} WHERE idempotency_key = ?`, key));
		if (!found) return null;
		// One that the tables have running may have ended since.
		const call = this.find(found.act_id) ?? found;
		if (!hasEnded(call) || tickToMs(call.tick) > nowMs - KEY_LIFETIME_MS) return call;
		this.changeKey(call.act_id, null);
		return null;
	}

	/** Running calls whose outcome is overdue, and held ones that nobody decided. */
	due(nowMs: number): CallRow[] {
		return this.#table
			.exec<RawCall>(`${SELECT} WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT 500`, nowMs)
			.toArray()
			.map(readRow);
	}

	/** When the next of those is due, in milliseconds since 1970, or null. */
	nextDueAt(): number | null {
		return this.#table.exec<{ due_at: number | null }>("SELECT min(due_at) AS due_at FROM calls WHERE due_at IS NOT NULL").one()
			.due_at;
	}

	/** Forgets calls that ended a week ago; the log goes on knowing them. */
	prune(nowMs: number): void {
		this.#table.exec(
			"DELETE FROM calls WHERE act_id IN (SELECT act_id FROM calls WHERE act_id < ? AND ended_at <= ? LIMIT ?)",
			idFloor("act", nowMs - KEPT_AFTER_END_MS),
			nowMs - KEPT_AFTER_END_MS,
			PRUNE_ROWS,
		);
	}
}

/** Whether a call tells how it ended. */
export function hasEnded({ state }: CallRow): boolean {
	return state !== "held" && state !== "running" && state !== "streaming";
}

/** The call as the gateway knows it. */
export function asLedgerCall(row: CallRow): LedgerCall {
	const { head } = row;
	return {
		act_id: row.act_id,
		action: head.action,
		state: row.state === "streaming" ? "running" : row.state,
		verdict: head.verdict,
		matched_guard: head.matched_guard,
		reason: head.reason,
		reason_code: head.reason_code,
		agent: head.agent,
		...(row.ending?.result === undefined ? {} : { result: row.ending.result }),
		...(row.ending?.error === undefined ? {} : { error: row.ending.error }),
		...(head.review === undefined ? {} : { review: { ...head.review, state: reviewState(row) } }),
	};
}

/** What the agent hears of its review. That it is approved and not released yet is none of its business. */
function reviewState({ state }: CallRow): NonNullable<LedgerCall["review"]>["state"] {
	if (state === "held") return "pending";
	return state === "denied" || state === "expired" ? state : "released";
}

const SELECT = "SELECT act_id, state, tick, head, input_digest, ending FROM calls";

type RawCall = { act_id: string; state: string; tick: number; head: string; input_digest: string | null; ending: string | null };

function firstRow(rows: Iterable<RawCall>): CallRow | null {
	for (const row of rows) return readRow(row);
	return null;
}

function readRow(row: RawCall): CallRow {
	return {
		act_id: row.act_id,
		state: row.state as CallRow["state"],
		tick: row.tick,
		head: JSON.parse(row.head),
		input_digest: row.input_digest,
		ending: row.ending === null ? null : JSON.parse(row.ending),
	};
}
