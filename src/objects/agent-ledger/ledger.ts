/**
 * The ledger's turns, each one synchronous transaction: nothing can come between what is checked and what is written.
 * No network here and no waiting; the object around it (agent-ledger.ts) does both.
 */
import type { UnsequencedRecord } from "../../contract/audit-record.ts";
import type { JsonObject } from "../../contract/json.ts";
import { recordText } from "../../contract/record-text.ts";
import type { CallError } from "../../contract/verdict.ts";
import type {
	AdmitRequest,
	Admitted,
	AgentState,
	AgentToken,
	Binding,
	Ids,
	LedgerCall,
	SettleRequest,
} from "../../gateway/ports.ts";
import { conclude } from "../../policy/conclude.ts";
import type { Verdict } from "../../policy/decision.ts";
import { type BoundState, boundState, readState, sourceName, validTokenId, writeState } from "./agent-state.ts";
import * as calls from "./calls.ts";
import * as outbox from "./outbox.ts";
import { ledgerVersion, migrateLedger } from "./tables.ts";
import { millisecondOf, nextTick } from "./ticks.ts";
import { addUse, newestTick, pruneUses, readCounters, removeUse } from "./uses.ts";

/** Above this many records that the log has not taken, the agent's calls are refused: nothing may run that cannot be recorded. */
const OUTBOX_LIMIT = 50_000;

export interface LedgerSettings {
	ids: Ids;
	now: () => number;
	/** How long after its own time limit a call without an outcome becomes `unknown`, in milliseconds. */
	settleGraceMs: number;
}

/** The book of one agent. */
export class Ledger {
	readonly #storage: DurableObjectStorage;
	readonly #sql: SqlStorage;
	readonly #settings: LedgerSettings;
	#bound: BoundState | null = null;
	#lastTick = 0;
	#waiting = 0;
	#confirmed = 0;
	/** Calls that were admitted here and have not ended: their rows, spared the way through the table. */
	#running = new Map<string, calls.CallRow>();
	#source = "";

	constructor(storage: DurableObjectStorage, settings: LedgerSettings) {
		this.#storage = storage;
		this.#sql = storage.sql;
		this.#settings = settings;
		if (ledgerVersion(this.#sql) > 0) this.#open();
	}

	#open(): void {
		migrateLedger(this.#sql);
		this.#source = sourceName(this.#sql, () => this.#settings.ids.make("evt"));
		const state = readState(this.#sql);
		this.#bound = state && boundState(state);
		this.#lastTick = newestTick(this.#sql);
		this.#confirmed = outbox.confirmedUpTo(this.#sql);
		this.#waiting = outbox.waitingRows(this.#sql, this.#confirmed);
	}

	/** The binding in force, or null while nothing binds this ledger yet. */
	get binding(): Binding | null {
		return this.#bound?.binding ?? null;
	}

	/** Takes a state if it is newer than the one at hand. */
	bind(state: AgentState): void {
		if (this.#bound && this.#bound.state.epoch >= state.epoch) return;
		if (this.#source === "") this.#open();
		writeState(this.#sql, state);
		this.#bound = boundState(state);
	}

	/** The binding if the token is valid under it. */
	identify(who: AgentToken): Binding | null {
		const bound = this.#bound;
		return bound && validTokenId(bound, who.digest, this.#nowMs()) !== null ? bound.binding : null;
	}

	/** Token, binding, idempotency key, counters, verdict, count, intent: all or nothing. */
	admit(request: AdmitRequest): Admitted {
		const bound = this.#bound;
		const now = this.#nowMs();
		const tokenId = bound && validTokenId(bound, request.who.digest, now);
		if (!bound || tokenId === null) return { kind: "unauthenticated" };
		if (request.attempt > 1) {
			const earlier = this.#admittedBefore(request.act_id);
			if (earlier) return earlier;
		}
		if (request.epoch !== bound.state.epoch) return { kind: "stale", binding: bound.binding };
		if (this.#waiting >= OUTBOX_LIMIT) {
			return { kind: "full", why: `${this.#waiting} records of this agent wait for the log` };
		}
		try {
			return this.#storage.transactionSync(() => this.#decide(bound, tokenId, request, now));
		} catch (error) {
			this.#running.delete(request.act_id);
			throw error;
		}
	}

	#decide(bound: BoundState, tokenId: string, request: AdmitRequest, now: number): Admitted {
		if (request.idempotency_key !== null) {
			const seen = calls.findByKey(this.#sql, request.idempotency_key, millisecondOf, now);
			if (seen) return replay(seen, request);
		}
		const { decision } = request;
		const verdict =
			decision.kind === "verdict" ? decision.verdict : conclude(decision.residual, readCounters(this.#sql, now), now);
		const review =
			verdict.verdict === "review" && verdict.review
				? { id: this.#settings.ids.make("rev"), expires_at: now + verdict.review.expires_ms }
				: null;
		const head = callHead(bound, tokenId, request, verdict, review);

		if (verdict.verdict !== "deny") {
			const allowed = verdict.verdict === "allow";
			const tick = nextTick(this.#lastTick, now);
			this.#lastTick = tick;
			if (allowed) addUse(this.#sql, request.action, tick);
			calls.openCall(this.#sql, {
				act_id: request.act_id,
				state: allowed ? "running" : "held",
				tick,
				head,
				idempotency_key: request.idempotency_key,
				input_digest: request.record.input_digest ?? null,
				due_at: review ? review.expires_at : now + request.time_limit_ms + this.#settings.settleGraceMs,
				input: allowed ? null : request.input,
			});
			if (allowed) {
				const input_digest = request.record.input_digest ?? null;
				this.#running.set(request.act_id, { act_id: request.act_id, state: "running", tick, head, input_digest, ending: null });
			}
		}
		this.#tell(bound, request.act_id, head, now, {
			state: verdict.verdict === "allow" ? "intent" : verdict.verdict === "review" ? "held" : "denied",
			facts: verdict.facts.length > 0 ? verdict.facts : undefined,
			fields: request.record.fields as JsonObject | undefined,
			input_digest: request.record.input_digest,
			idempotency_key: request.idempotency_key ?? undefined,
			source_ip: request.record.source_ip,
		});
		return { kind: "decided", verdict, review };
	}

	/** Writes how a call ended. A second word on a call that has ended is not heard, except after `unknown`. */
	settle(request: SettleRequest): void {
		const bound = this.#bound;
		const row = bound && (this.#running.get(request.act_id) ?? calls.findCall(this.#sql, request.act_id));
		if (!bound || !row || (row.state !== "running" && row.state !== "unknown")) return;
		const { outcome } = request;
		if (row.state === "unknown" && outcome.kind === "unknown") return;
		const now = this.#nowMs();
		this.#storage.transactionSync(() => {
			if (outcome.kind === "failed" && !outcome.reached) removeUse(this.#sql, row.head.action, row.tick);
			this.#end(bound, row, outcome.kind === "ok" ? "executed" : outcome.kind, now, {
				ending: outcome.kind === "ok" ? { result: outcome.result } : { error: outcome.error },
				fields: outcome.kind === "ok" ? outcome.fields : undefined,
				upstream_status: outcome.kind === "ok" ? outcome.upstream_status : (outcome.error.upstream_status ?? undefined),
				duration_ms: request.duration_ms,
			});
		});
	}

	/** Calls whose time is over: a running one has an outcome that nobody knows, a held one was decided by nobody. */
	endOverdue(): void {
		const bound = this.#bound;
		if (!bound) return;
		const now = this.#nowMs();
		for (const row of calls.dueCalls(this.#sql, now)) {
			const expired = row.state === "held";
			this.#storage.transactionSync(() =>
				this.#end(bound, row, expired ? "expired" : "unknown", now, { ending: expired ? null : { error: OUTCOME_LOST } }),
			);
		}
	}

	#end(
		bound: BoundState,
		row: calls.CallRow,
		state: calls.EndState,
		now: number,
		end: { ending: calls.CallRow["ending"]; fields?: JsonObject; upstream_status?: number; duration_ms?: number },
	): void {
		this.#running.delete(row.act_id);
		calls.endCall(this.#sql, row.act_id, state, end.ending, now);
		this.#tell(bound, row.act_id, row.head, now, {
			state,
			...(state === "expired"
				? { verdict: "deny", reason_code: "review_expired", reason: "nobody decided in time" }
				: { reason: end.ending?.error?.message }),
			fields: end.fields,
			upstream_status: end.upstream_status,
			duration_ms: end.duration_ms,
		});
	}

	/** Puts one record into the outbox. */
	#tell(
		bound: BoundState,
		actId: string,
		head: calls.CallHead,
		now: number,
		more: Partial<UnsequencedRecord> & { state: UnsequencedRecord["state"] },
	): void {
		const first = more.state === "intent" || more.state === "denied" || more.state === "held";
		const record: UnsequencedRecord = {
			event_id: this.#settings.ids.make("evt"),
			time: new Date(now).toISOString(),
			kind: "action",
			workspace: bound.state.workspace_id,
			agent: head.agent,
			token_id: head.token_id,
			act_id: actId,
			action: head.action,
			verdict: head.verdict,
			matched_guard: head.matched_guard ?? undefined,
			role: head.role,
			request_id: head.request_id,
			...(first
				? { reason_code: (head.reason_code ?? undefined) as UnsequencedRecord["reason_code"], reason: head.reason ?? undefined }
				: {}),
			...more,
		};
		outbox.putInOutbox(this.#sql, actId, recordText(record));
		this.#waiting++;
	}

	/** One call of this agent, or null where the ledger does not know it (any more). */
	call(actId: string): LedgerCall | null {
		const row = calls.findCall(this.#sql, actId);
		if (row) return calls.asLedgerCall(row);
		for (const text of outbox.recordsOf(this.#sql, actId)) {
			const record: UnsequencedRecord = JSON.parse(text);
			if (record.state === "denied") return deniedCall(record);
		}
		return null;
	}

	/** When the object must wake by itself, in milliseconds since 1970, or null if nothing is open. */
	nextWakeAt(): number | null {
		const due = calls.nextDueAt(this.#sql);
		return this.#waiting > 0 ? Math.min(due ?? Number.POSITIVE_INFINITY, this.#nowMs() + 5_000) : due;
	}

	/** What the log should get next, with the name that it knows this ledger by. */
	nextBatch(): { source: string; rows: outbox.OutboxRow[] } {
		return { source: this.#source, rows: this.#waiting > 0 ? outbox.nextBatch(this.#sql, this.#confirmed) : [] };
	}

	/** The log has everything up to row `n`, which were so many rows. */
	delivered(n: number, rows: number): void {
		this.#confirmed = n;
		outbox.confirmUpTo(this.#sql, n);
		this.#waiting = Math.max(0, this.#waiting - rows);
	}

	prune(): void {
		pruneUses(this.#sql, this.#nowMs());
		calls.pruneCalls(this.#sql, this.#nowMs());
	}

	/** Never earlier than a call that has been counted, whatever the machine's clock says. */
	#nowMs(): number {
		return Math.max(this.#settings.now(), millisecondOf(this.#lastTick));
	}

	/** The answer of an admit whose reply was lost. Facts and limits are not kept: they are on the log. */
	#admittedBefore(actId: string): Admitted | null {
		const call = this.call(actId);
		if (!call) return null;
		const reason_code = call.reason_code as Verdict["reason_code"];
		const { verdict, matched_guard, reason } = call;
		return {
			kind: "decided",
			verdict: {
				verdict,
				matched_guard,
				reason_code,
				reason,
				facts: [],
				approvable: verdict === "review",
				retry_at: null,
				limit: null,
				review: null,
			},
			review: call.review ?? null,
		};
	}
}

const OUTCOME_LOST: CallError = {
	code: "upstream_unknown",
	message: "the call may have run: its outcome never came",
	upstream_status: null,
};

function callHead(
	bound: BoundState,
	tokenId: string,
	request: AdmitRequest,
	verdict: Verdict,
	review: calls.CallHead["review"] | null,
): calls.CallHead {
	return {
		action: request.action,
		verdict: verdict.verdict,
		matched_guard: verdict.matched_guard,
		reason: verdict.reason,
		reason_code: verdict.reason_code,
		token_id: tokenId,
		agent: bound.state.name,
		role: bound.state.role,
		request_id: request.record.request_id,
		...(review ? { review } : {}),
	};
}

/** A key that has been seen: the same call again is answered what it was answered, another one is refused. */
function replay(seen: calls.CallRow, request: AdmitRequest): Admitted {
	if (seen.head.action !== request.action || seen.input_digest !== (request.record.input_digest ?? null))
		return { kind: "key_reused" };
	if (seen.state === "running") return { kind: "in_flight", act_id: seen.act_id };
	return { kind: "replayed", call: calls.asLedgerCall(seen) };
}

function deniedCall(record: UnsequencedRecord): LedgerCall {
	return {
		act_id: record.act_id,
		action: record.action,
		state: "denied",
		verdict: "deny",
		matched_guard: record.matched_guard ?? null,
		reason: record.reason ?? null,
		reason_code: record.reason_code ?? null,
		agent: record.agent ?? "",
	};
}
