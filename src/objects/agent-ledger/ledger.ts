/**
 * The ledger's turns, each one synchronous transaction: nothing can come between what is checked and what is written.
 * No network here and no waiting; the object around it (agent-ledger.ts) does both.
 */
import type { UnsequencedRecord } from "../../contract/audit-record.ts";
import { recordText } from "../../contract/record-text.ts";
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
import type { ReleaseRequest } from "../../gateway/review-ports.ts";
import { conclude } from "../../policy/conclude.ts";
import type { Decision, Verdict } from "../../policy/decision.ts";
import type { AskedReview } from "../../policy/satisfied-reviews.ts";
import { textDigest } from "../../tlog/text-digest.ts";
import type { ReserveRequest, Word } from "../role-counter/protocol.ts";
import { needsRole } from "../series/counter-answers.ts";
import { millisecondOf } from "../ticks.ts";
import { AdmissionLimit } from "./admission-limit.ts";
import { type BoundState, boundState, readState, sourceName, validTokenId, writeState } from "./agent-state.ts";
import { actionRecord, callHead, excessRecord, type Told, verdictTold } from "./call-records.ts";
import { asLedgerCall, type CallHead, type CallRow, Calls, hasEnded } from "./calls.ts";
import { admittedAs, attachKey, deniedCall, replay } from "./earlier-calls.ts";
import { EndTurns } from "./end-turns.ts";
import { Journal } from "./journal.ts";
import { LedgerCounters, ownUses } from "./ledger-counters.ts";
import type { LedgerInside } from "./ledger-inside.ts";
import { Outbox, type OutboxRow } from "./outbox.ts";
import type { Place } from "./place.ts";
import { RecentIds } from "./recent-ids.ts";
import { releasable } from "./review-release.ts";
import { ReviewTurns } from "./review-turns.ts";
import { pruneReviews } from "./reviews.ts";
import { RoleWords } from "./role-words.ts";
import { ledgerVersion, migrateLedger } from "./tables.ts";

/** Unless told otherwise: see {@link LedgerSettings.outboxLimit}. */
const OUTBOX_LIMIT = 50_000;
/** After so many records the tables are brought up to date, and what the log has confirmed is written down. */
const TIDY_ROWS = 256;
/** A request that the network delivers twice comes within this many others. */
const DECIDED_IDS = 512;

export interface LedgerSettings {
	ids: Ids;
	now: () => number;
	/** How long after its own time limit a call without an outcome becomes `unknown`, in milliseconds. */
	settleGraceMs: number;
	/** So many calls of the agent are taken up in a second, denied ones included, and twice as many at once. */
	admissionPerSecond: number;
	/** With this many records that the log has not taken, the agent's calls are refused: nothing may run that cannot be recorded. */
	outboxLimit?: number;
	/** With this many calls that wait for sign-off, further ones that would are refused. */
	pendingReviews: number;
}

/** What the counter of a role is to be asked. */
export interface Wanting {
	role: string;
	request: ReserveRequest;
}

/** The book of one agent. */
export class Ledger {
	readonly #storage: DurableObjectStorage;
	readonly #sql: SqlStorage;
	readonly #settings: LedgerSettings;
	/** What the counters of roles are to be told of the places that they keep for this agent's calls. */
	readonly words: RoleWords;
	readonly #counters: LedgerCounters;
	readonly #outbox: Outbox;
	readonly #journal: Journal;
	readonly #calls: Calls;
	readonly #limit: AdmissionLimit;
	/** What people decide on. */
	readonly reviews: ReviewTurns;
	readonly #ends: EndTurns;
	/** Told of every call that has ended. */
	onEnded: (actId: string) => void = () => {};
	#bound: BoundState | null = null;
	/** Calls that were decided on here a moment ago. */
	readonly #decided = new RecentIds(DECIDED_IDS);
	#source = "";

	constructor(storage: DurableObjectStorage, settings: LedgerSettings) {
		this.#storage = storage;
		this.#sql = storage.sql;
		this.#settings = settings;
		this.words = new RoleWords(storage.sql);
		this.#outbox = new Outbox(storage.sql);
		this.#journal = new Journal(storage.sql, this.#outbox);
		this.#calls = new Calls(storage.sql, this.#journal);
		this.#counters = new LedgerCounters(storage.sql, this.#journal, settings.now);
		this.#limit = new AdmissionLimit(settings.admissionPerSecond);
		const inside = this.#inside();
		this.reviews = new ReviewTurns(inside);
		this.#ends = new EndTurns(inside, this.reviews);
		if (ledgerVersion(this.#sql) > 0) this.#open();
	}

	#open(): void {
		migrateLedger(this.#sql);
		this.#source = sourceName(this.#sql, () => this.#settings.ids.make("evt"));
		const state = readState(this.#sql);
		this.#bound = state && boundState(state);
		this.#outbox.open();
		this.#journal.open();
		this.#calls.open();
		this.#counters.open();
		this.words.open();
		this.reviews.begin();
	}

	/** What the turns that stand elsewhere share with those here. */
	#inside(): LedgerInside {
		return {
			sql: this.#sql,
			calls: this.#calls,
			newEventId: () => this.#settings.ids.make("evt"),
			newActId: () => this.#settings.ids.make("act"),
			nowMs: () => this.#counters.nowMs(),
			bound: () => this.#bound,
			transaction: (turn) => this.#allOrNothing(turn),
			recordOf: (bound, actId, head, now, more) => this.#recordOf(bound, actId, head, now, more),
			tell: (actId, head, now, more) => this.#bound && this.#tell(this.#bound, actId, head, now, more),
			tellText: (actId, text) => this.#outbox.put(actId, text),
			end: (row, end, now) => this.#bound && this.#ends.end(this.#bound, row, end, now),
			ended: (actId) => this.onEnded(actId),
			count: (action, uses, now) => this.#counters.count(action, uses, now),
			takeBack: (row) => this.#takeBack(row),
			verdictOf: (request, place, now) => this.#verdictOf(request, place, now),
			tellRole: (place, word) => this.#tellRole(place, word),
			settleGraceMs: this.#settings.settleGraceMs,
		};
	}

	/** A turn that writes more than once: what is kept in mind goes back with the tables. */
	#allOrNothing<T>(turn: () => T): T {
		try {
			return this.#storage.transactionSync(turn);
		} catch (error) {
			this.#journal.forget();
			this.#calls.forget();
			this.#counters.calls.forget();
			this.#outbox.recount();
			throw error;
		}
	}

	/** The binding in force, or null while nothing binds this ledger yet. */
	get binding(): Binding | null {
		return this.#bound?.binding ?? null;
	}

	/** Takes a state if it is newer than the one at hand. */
	bind(state: AgentState): void {
		if (this.#bound && this.#bound.state.epoch >= state.epoch) return;
		if (this.#source === "") this.#open();
		this.#allOrNothing(() => {
			writeState(this.#sql, state);
			this.#bound = boundState(state);
			this.reviews.endRevoked(state);
		});
	}

	/** The binding if the token is valid under it. */
	identify(who: AgentToken): Binding | null {
		const bound = this.#bound;
		return bound && validTokenId(bound, who.digest, this.#counters.nowMs()) !== null ? bound.binding : null;
	}

	/**
	 * Whether the call is above the agent's admission limit: to be asked once for a call, before all that follows. What is refused for
	 * its token or its binding is not counted here, nor is an admission asked for again.
	 */
	isExcess(request: AdmitRequest): boolean {
		const bound = this.#bound;
		const now = this.#counters.nowMs();
		if (!bound || request.epoch !== bound.state.epoch || validTokenId(bound, request.who.digest, now) === null) return false;
		if (this.#mayBeKnown(request) && this.call(request.act_id)) return false;
		return !this.#limit.admits(request.act_id, now);
	}

	/** Puts what was refused as excess on its way to the log, in one record, if it is time. @returns whether it was */
	tellExcess(): boolean {
		const now = this.#counters.nowMs();
		const excess = this.#limit.due(now);
		if (!this.#bound || !excess) return false;
		const { ids } = this.#settings;
		const event = { event_id: ids.make("evt"), time: new Date(now).toISOString(), act_id: ids.make("act") };
		const record = excessRecord(event, this.#bound.state, excess, this.#limit.perSecond);
		this.#outbox.put(event.act_id, recordText(record, textDigest));
		this.#limit.told();
		return true;
	}

	/** When there will be an excess to tell, in milliseconds since 1970; null if none was refused. */
	get excessTellAt(): number | null {
		return this.#limit.tellAt;
	}

	/**
	 * What the counter of the agent's role is to be asked before {@link admit}; null where it need not be, because nothing of the call
	 * is shared, or because the call will not be decided anyway.
	 */
	wanting(request: AdmitRequest): Wanting | null {
		if (!needsRole(request.decision)) return null;
		const now = this.#counters.nowMs();
		const checked = this.#check(request, now);
		if (checked.kind !== "open" || this.#seenBefore(request, now)) return null;
		return this.#wantingFor(checked.bound, request.action, request.decision, null, now);
	}

	/** The same before a held call is released. */
	wantingRelease(request: ReleaseRequest): Wanting | null {
		const found = releasable(this.reviews, request);
		if (!found || !this.#bound || !needsRole(request.decision, found.approved)) return null;
		return this.#wantingFor(this.#bound, found.call.head.action, request.decision, found.approved, this.#counters.nowMs());
	}

	#wantingFor({ state }: BoundState, action: string, decision: Decision, approved: AskedReview[] | null, now: number): Wanting {
		const residual = decision.kind === "residual" ? decision.residual : null;
		return {
			role: state.role.name,
			request: {
				reservation: this.#settings.ids.make("evt"),
				workspace_id: state.workspace_id,
				agent_id: state.agent_id,
				action,
				uses: decision.uses?.filter((use) => use.shared === true) ?? [],
				residual,
				own: this.#counters.ownAnswers(residual, now),
				...(approved === null ? {} : { approved }),
			},
		};
	}

	/**
	 * Token, binding, idempotency key, counters, verdict, count, intent: all or nothing.
	 * @param place - what the role's counter said, for a call that {@link wanting} has asked it about
	 */
	admit(request: AdmitRequest, place: Place | null = null): Admitted {
		const now = this.#counters.nowMs();
		const checked = this.#check(request, now, place !== null);
		if (checked.kind !== "open") {
			this.#tellRole(place, "release");
			return checked;
		}
		this.#decided.add(request.act_id);
		if (this.#outbox.fresh >= TIDY_ROWS) this.#tidy();
		return this.#decide(checked.bound, checked.tokenId, request, place, now);
	}

	/** Whether the same act may have been admitted before: asked for again because the answer was lost, or delivered twice. */
	#mayBeKnown(request: AdmitRequest): boolean {
		return request.attempt > 1 || this.#decided.has(request.act_id);
	}

	/** Whether the call may be decided on. @param mayBeKnown - whether the same act may have been admitted while a place was asked for */
	#check(
		request: AdmitRequest,
		now: number,
		mayBeKnown = false,
	): Admitted | { kind: "open"; bound: BoundState; tokenId: string } {
		const bound = this.#bound;
		const tokenId = bound && validTokenId(bound, request.who.digest, now);
		if (!bound || tokenId === null) return { kind: "unauthenticated" };
		if (mayBeKnown || this.#mayBeKnown(request)) {
			const earlier = this.call(request.act_id);
			if (earlier) return admittedAs(earlier);
		}
		if (request.epoch !== bound.state.epoch) return { kind: "stale", binding: bound.binding };
		const { waiting } = this.#outbox;
		if (waiting >= (this.#settings.outboxLimit ?? OUTBOX_LIMIT))
			return { kind: "full", why: `${waiting} records of this agent wait for the log` };
		return { kind: "open", bound, tokenId };
	}

	/** The call that this one repeats, by its idempotency key. */
	#seenBefore(request: AdmitRequest, now: number): CallRow | null {
		for (const key of [request.idempotency_key, attachKey(request)]) {
			const found = key === null ? null : this.#calls.findByKey(key, millisecondOf, now);
			if (found) return found;
		}
		return null;
	}

	#decide(bound: BoundState, tokenId: string, request: AdmitRequest, place: Place | null, now: number): Admitted {
		const seen = this.#seenBefore(request, now);
		if (seen) {
			this.#allOrNothing(() => {
				this.#tellRole(place, "release");
				if (request.attach === true && hasEnded(seen)) this.#calls.changeKey(seen.act_id, request.idempotency_key);
			});
			return replay(seen, request);
		}
		const verdict = this.#holdable(this.#verdictOf(request, place, now));
		if (verdict.verdict === "allow" && place?.reply.reserved !== true && needsRole(request.decision))
			throw new Error("no call of a shared counter is allowed without a place in it");
		const review =
			verdict.verdict === "review" && verdict.review
				? { id: this.#settings.ids.make("rev"), expires_at: now + verdict.review.expires_ms }
				: null;
		const head = callHead(bound, tokenId, request, verdict, review, place);
		if (verdict.verdict === "allow") this.#writeIntent(bound, request, head, verdict, place, now);
		// A refusal with nothing beside it is one row, and whole without a transaction.
		else if (verdict.verdict === "deny" && place === null)
			this.#tell(bound, request.act_id, head, now, verdictTold(request, verdict));
		else
			this.#allOrNothing(() => {
				this.#tellRole(place, "release");
				if (verdict.verdict === "review") this.#hold(bound, request, head, verdict, now);
				this.#tell(bound, request.act_id, head, now, verdictTold(request, verdict));
			});
		// What the guards saw is on the log, and nobody asks for it here.
		return { kind: "decided", verdict: { ...verdict, facts: [] }, review };
	}

	#writeIntent(
		bound: BoundState,
		request: AdmitRequest,
		head: CallHead,
		verdict: Verdict,
		place: Place | null,
		now: number,
	): void {
		const { act_id, action, decision, idempotency_key } = request;
		const tick = this.#counters.nextTick(now);
		const running = this.#counters.calls.next(action);
		const intent = {
			act_id,
			tick,
			head,
			idempotency_key,
			input_digest: request.record.input_digest ?? null,
			running,
			due_at: now + request.time_limit_ms + this.#settings.settleGraceMs,
		};
		const record = this.#recordOf(bound, act_id, head, now, verdictTold(request, verdict));
		const write = () => this.#calls.begin(intent, record);
		const uses = ownUses(decision.uses);
		if (place === null && uses.length === 0) write();
		else
			this.#allOrNothing(() => {
				this.#tellRole(place, "confirm");
				this.#counters.addToSeries(action, uses, tick);
				write();
			});
		this.#counters.calls.added(action, running);
	}

	#hold(bound: BoundState, request: AdmitRequest, head: CallHead, verdict: Verdict, now: number): void {
		this.#calls.hold({
			act_id: request.act_id,
			tick: this.#counters.nextTick(now),
			head,
			idempotency_key: attachKey(request) ?? request.idempotency_key,
			input_digest: request.record.input_digest ?? null,
			due_at: head.review?.expires_at ?? now + request.time_limit_ms + this.#settings.settleGraceMs,
			input: request.input,
		});
		this.reviews.hold(bound, request, head, verdict, now);
	}

	#verdictOf({ decision }: Pick<AdmitRequest, "decision">, place: Place | null, now: number): Verdict {
		if (decision.kind === "verdict") return decision.verdict;
		return conclude(decision.residual, this.#counters.asOf(now, place), now);
	}

	/** The verdict, or a refusal where too many calls of this agent wait for people already: nobody looks well at the hundredth. */
	#holdable(verdict: Verdict): Verdict {
		if (verdict.verdict !== "review") return verdict;
		const { open } = this.reviews;
		if (open < this.#settings.pendingReviews) return verdict;
		const reason = `${open} calls of this agent wait for sign-off already, limit ${this.#settings.pendingReviews}`;
		return { ...verdict, verdict: "deny", reason_code: "too_many_pending", reason, approvable: false, review: null };
	}

	/** Writes how a call ended, or that its answer has begun. */
	settle(request: SettleRequest): void {
		this.#ends.settle(request);
	}

	/** Ends the calls whose time is over. */
	endOverdue(): void {
		this.#ends.endOverdue();
	}

	/** As if the call had never been: it did not reach its upstream. */
	#takeBack({ head, tick }: CallRow): void {
		this.#counters.takeBack(head.action, tick);
		if (head.place) this.words.put(head.place.role, head.place.reservation, "release");
	}

	/** Notes what became of a place, if one is kept. */
	#tellRole(place: Place | null, word: Word): void {
		if (place?.reply.reserved === true) this.words.put(place.role, place.reservation, word);
	}

	/** Puts one record into the outbox. */
	#tell(bound: BoundState, actId: string, head: CallHead, now: number, more: Told): void {
		this.#outbox.put(actId, this.#recordOf(bound, actId, head, now, more));
	}

	#recordOf(bound: BoundState, actId: string, head: CallHead, now: number, more: Told): string {
		const event = { event_id: this.#settings.ids.make("evt"), time: new Date(now).toISOString() };
		return recordText(actionRecord(event, bound.state, actId, head, more), textDigest);
	}

	/** One call of this agent, or null where the ledger does not know it (any more). */
	call(actId: string): LedgerCall | null {
		const row = this.#calls.find(actId);
		if (row) return asLedgerCall(row);
		for (const text of this.#outbox.recordsOf(actId)) {
			const record: UnsequencedRecord = JSON.parse(text);
			if (record.state === "denied") return deniedCall(record);
		}
		return null;
	}

	/** When the object must wake by itself, in milliseconds since 1970, or null if nothing is open. */
	nextWakeAt(): number | null {
		const { carryOnAt } = this.reviews;
		const moments = [this.#calls.nextDueAt(), this.excessTellAt];
		if (carryOnAt !== null) moments.push(Math.max(carryOnAt, this.#counters.nowMs() + 5_000));
		if (this.#outbox.waiting > 0 || this.words.waiting || this.reviews.hasNews) moments.push(this.#counters.nowMs() + 5_000);
		const known = moments.filter((at) => at !== null);
		return known.length > 0 ? Math.min(...known) : null;
	}

	/** When the agent last called, as far as its records tell, as RFC 3339; null if they tell of no call. */
	get newestCallAt(): string | null {
		return this.#bound ? this.#outbox.newestCallAt() : null;
	}

	/** What the log should get next, with the name that it knows this ledger by. */
	nextBatch(): { source: string; rows: OutboxRow[] } {
		return { source: this.#source, rows: this.#outbox.nextBatch() };
	}

	/** The log has everything up to row `n`, which were so many rows. */
	delivered(n: number, rows: number): void {
		this.#outbox.confirm(n, rows);
		if (this.#outbox.waiting === 0) this.#tidy();
	}

	/** Brings the tables up to what the turns wrote, and writes down what the log has confirmed. */
	#tidy(): void {
		this.#journal.carry();
		this.#outbox.writeConfirmed();
	}

	prune(): void {
		this.#counters.prune();
		this.#journal.prune();
		this.#calls.prune(this.#counters.nowMs());
		pruneReviews(this.#sql, this.#counters.nowMs());
	}
}
