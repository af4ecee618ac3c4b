/** Calls that were authorised or held: where each stands, until a week after it ended. */
import { idFloor } from "../../contract/ids.ts";
import type { Json } from "../../contract/json.ts";
import type { CallError, Effect } from "../../contract/verdict.ts";
import type { LedgerCall } from "../../gateway/ports.ts";

const KEY_LIFETIME_MS = 24 * 3_600_000;
const KEPT_AFTER_END_MS = 7 * 24 * 3_600_000;
const PRUNE_ROWS = 500;
/** Above this, an answer is not kept: a later look, or the same idempotency key, finds the state alone. */
export const RESULT_MAX_CHARACTERS = 65_536;

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
	/** Of one that was allowed at once: when its outcome is overdue, in milliseconds since 1970. */
	due_at?: number;
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

/** Writes a held call down. */
export function holdCall(
	sql: SqlStorage,
	call: {
		act_id: string;
		tick: number;
		head: CallHead;
		idempotency_key: string | null;
		input_digest: string | null;
		due_at: number;
		input: string | null;
	},
): void {
	sql.exec(
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

/**
 * Writes an intent down: the call, its place in the count of its action's calls, and its record in the outbox. One statement, and so
 * all or nothing without a transaction around it. When the call is due is not in the index yet, see running-calls.ts.
 */
export function writeIntent(
	sql: SqlStorage,
	call: Pick<CallRow, "act_id" | "tick" | "head" | "input_digest"> & { idempotency_key: string | null },
	running: number,
	record: string,
): void {
	sql.exec(
		`INSERT INTO intents (act_id, tick, head, idempotency_key, input_digest, action, running, record)
		 VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		call.act_id,
		call.tick,
		JSON.stringify(call.head),
		call.idempotency_key,
		call.input_digest,
		call.head.action,
		running,
		record,
	);
}

/** What is new of a held call that was decided again, or approved: why it is held, and when that ends. */
export function holdOn(sql: SqlStorage, actId: string, head: CallHead, dueAt: number): void {
	sql.exec("UPDATE calls SET head = ?, due_at = ? WHERE act_id = ?", JSON.stringify(head), dueAt, actId);
}

/** Lets a held call go: from now on it runs, and is counted as of `tick`. */
export function releaseCall(sql: SqlStorage, actId: string, head: CallHead, tick: number, dueAt: number): void {
	sql.exec(
		"UPDATE calls SET state = 'running', tick = ?, head = ?, due_at = ?, input = NULL WHERE act_id = ?",
		tick,
		JSON.stringify(head),
		dueAt,
		actId,
	);
}

/** The canonical input of a held call; null of a large one, which lies in R2, and once it is not held any more. */
export function heldInput(sql: SqlStorage, actId: string): string | null {
	for (const row of sql.exec<{ input: string | null }>("SELECT input FROM calls WHERE act_id = ?", actId)) return row.input;
	return null;
}

/**
 * Writes how a call ended, and the record of it into the outbox: one statement, all or nothing. Whether the call may end so is the
 * caller's to know.
 */
export function writeOutcome(
	sql: SqlStorage,
	actId: string,
	end: { state: EndState; ending: CallRow["ending"] },
	nowMs: number,
	record: string,
): void {
	const text = end.ending && JSON.stringify(end.ending);
	const kept = text !== null && text.length <= RESULT_MAX_CHARACTERS ? text : null;
	sql.exec(
		"INSERT INTO outcomes (act_id, state, ending, ended_at, record) VALUES (?, ?, ?, ?, ?)",
		actId,
		end.state,
		kept,
		nowMs,
		record,
	);
}

/** Gives a call another idempotency key, or none. */
export function changeKey(sql: SqlStorage, actId: string, key: string | null): void {
	sql.exec("UPDATE calls SET idempotency_key = ? WHERE act_id = ?", key, actId);
}

/** Notes that a running call's answer has begun, and until when it may go on. */
export function startStream(sql: SqlStorage, actId: string, dueAt: number): void {
	sql.exec("UPDATE calls SET state = 'streaming', due_at = ? WHERE act_id = ?", dueAt, actId);
}

export function findCall(sql: SqlStorage, actId: string): CallRow | null {
	return firstRow(sql.exec<RawCall>(`${SELECT} WHERE act_id = ?`, actId));
}

/** The call that this idempotency key belongs to. A day after it the key is free again, unless the call has not ended. */
export function findByKey(sql: SqlStorage, key: string, tickToMs: (tick: number) => number, nowMs: number): CallRow | null {
	const found = firstRow(sql.exec<RawCall>(`${SELECT} WHERE idempotency_key = ?`, key));
	if (!found || found.state === "held" || found.state === "running" || found.state === "streaming") return found;
	if (tickToMs(found.tick) > nowMs - KEY_LIFETIME_MS) return found;
	sql.exec("UPDATE calls SET idempotency_key = NULL WHERE act_id = ?", found.act_id);
	return null;
}

/** Puts a running call where {@link dueCalls} finds it. */
export function noteDue(sql: SqlStorage, actId: string, dueAt: number): void {
	sql.exec("UPDATE calls SET due_at = ? WHERE act_id = ?", dueAt, actId);
}

/** Running calls that are not there yet: their intents still lie in the outbox. */
export function notedNowhere(sql: SqlStorage): CallRow[] {
	return sql
		.exec<RawCall>(`${SELECT} WHERE state = 'running' AND due_at IS NULL AND act_id IN (SELECT act_id FROM outbox)`)
		.toArray()
		.map(readRow);
}

/** Running calls whose outcome is overdue, and held ones that nobody decided; of the running ones, those that were noted. */
export function dueCalls(sql: SqlStorage, nowMs: number): CallRow[] {
	return sql
		.exec<RawCall>(`${SELECT} WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT 500`, nowMs)
		.toArray()
		.map(readRow);
}

/** When the next of those is due, in milliseconds since 1970, or null. */
export function nextDueAt(sql: SqlStorage): number | null {
	return sql.exec<{ due_at: number | null }>("SELECT min(due_at) AS due_at FROM calls WHERE due_at IS NOT NULL").one().due_at;
}

/** Forgets calls that ended a week ago; the log goes on knowing them. */
export function pruneCalls(sql: SqlStorage, nowMs: number): void {
	sql.exec(
		"DELETE FROM calls WHERE act_id IN (SELECT act_id FROM calls WHERE act_id < ? AND ended_at <= ? LIMIT ?)",
		idFloor("act", nowMs - KEPT_AFTER_END_MS),
		nowMs - KEPT_AFTER_END_MS,
		PRUNE_ROWS,
	);
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
