/**
 * The Durable Object around a ledger: what waits, and what wakes it. It reads its agent's state from D1 once, carries the
 * outbox to the log, and looks after overdue calls by alarm. All that must be exact happens in ledger.ts.
 */
import { DurableObject } from "cloudflare:workers";
import type { AdmitRequest, Admitted, AgentState, AgentToken, Binding, LedgerCall, SettleRequest } from "../../gateway/ports.ts";
import type { DecideRequest, HeldCall, Released, ReleaseRequest, ReviewDecided } from "../../gateway/review-ports.ts";
import { Pace } from "../pace.ts";
import type { RoleCounters } from "../role-counter/client.ts";
import type { Resolution } from "../role-counter/protocol.ts";
import { CallWaiters } from "./call-waiters.ts";
import { Ledger, type LedgerSettings } from "./ledger.ts";
import { ReviewClerk, type ReviewClerkPorts } from "./review-clerk.ts";
import { decideReview } from "./review-decisions.ts";
import { RoleDesk } from "./role-desk.ts";

export interface LedgerPorts extends LedgerSettings, ReviewClerkPorts {
	/**
	 * Marks the agent as bound, notes that it was seen (RFC 3339; never puts back what is noted; null if nothing is known of that), and
	 * reads its state, in one transaction. Null if there is no such agent.
	 */
	bindAgent(workspaceId: string, agentId: string, lastSeenAt: string | null): Promise<AgentState | null>;
	/** Gives rows to the log; answers the number of the last row that is on it for good. */
	appendToLog(workspaceId: string, source: string, rows: [n: number, record: string][]): Promise<number>;
	/** Asks the counter of a role for a place. */
	reserve: RoleCounters["reserve"];
	/** Tells it what became of its places. */
	tellRole: RoleCounters["tell"];
}

/** While work is open, the object looks after it at least this often. */
const WAKE_MS = 60_000;
/** How long rows gather on their way to the log. */
const GATHERING = { busyPerSecond: 20, quietMs: 10, busyMs: 250 };
const RETRY_MS = 2_000;

/** Answers of a ledger's methods cross an RPC boundary on which errors lose their class: what is expected is a value. */
export function agentLedgerClass<E>(portsFrom: (env: E) => LedgerPorts) {
	return class AgentLedger extends DurableObject<E> {
		readonly #ports: LedgerPorts;
		readonly #ledger: Ledger;
		readonly #desk: RoleDesk;
		readonly #clerk: ReviewClerk;
		readonly #waiters = new CallWaiters();
		#binding: Promise<void> | null = null;
		#delivering = false;
		readonly #pace = new Pace(GATHERING);
		#refreshedAt = 0;
		/** When a call last came, in this life of the object; an earlier one's is found in the records. */
		#seenAt: number | null = null;
		/** Whether D1 has yet to hear that the agent has begun to call: the only time that is told at once. */
		#isNew = false;
		#alarmAt: number | null = null;

		constructor(state: DurableObjectState, env: E) {
			super(state, env);
			this.#ports = portsFrom(env);
			this.#ledger = new Ledger(state.storage, this.#ports);
			const { reserve, tellRole: tell, log } = this.#ports;
			this.#desk = new RoleDesk(this.#ledger, { roleCounters: { reserve, tell }, log });
			this.#clerk = new ReviewClerk(this.#ledger, this.#ports, (work) => state.waitUntil(work));
			this.#ledger.onEnded = (actId) => this.#waiters.tell(actId);
			state.blockConcurrencyWhile(async () => {
				this.#alarmAt = await state.storage.getAlarm();
				// Whatever became of the alarm in an earlier life: what is open is looked after from now on.
				const wake = this.#alarmAt === null && this.#ledger.binding ? this.#ledger.nextWakeAt() : null;
				if (wake !== null) await this.#wakeBy(wake);
			});
		}

		async identify(who: AgentToken): Promise<Binding | null> {
			if (!this.#ledger.binding) await this.#bindFirst(who.workspaceId, who.agentId);
			return this.#ledger.identify(who);
		}

		async admit(request: AdmitRequest): Promise<Admitted> {
			if (!this.#ledger.binding) await this.#bindFirst(request.who.workspaceId, request.who.agentId);
			const isExcess = this.#ledger.isExcess(request);
			const admitted: Admitted = isExcess ? { kind: "excess" } : await this.#desk.admit(request);
			if (admitted.kind !== "unauthenticated") this.#noteSeen(request.who);
			if (this.#ledger.tellExcess() || admitted.kind === "decided" || this.#ledger.words.waiting) this.#afterWriting();
			const tellAt = this.#ledger.excessTellAt;
			if (tellAt !== null) this.ctx.waitUntil(this.#wakeBy(tellAt));
			return admitted;
		}

		async settle(request: SettleRequest): Promise<void> {
			this.#ledger.settle(request);
			this.#afterWriting();
		}

		async call(
			who: AgentToken,
			actId: string,
			waitMs = 0,
		): Promise<{ kind: "unauthenticated" } | { kind: "found"; call: LedgerCall | null }> {
			if ((await this.identify(who)) === null) return { kind: "unauthenticated" };
			const call = this.#ledger.call(actId);
			if (waitMs <= 0 || (call?.state !== "held" && call?.state !== "running")) return { kind: "found", call };
			await this.#waiters.wait(actId, waitMs);
			// Much may have happened to the token meanwhile.
			if (this.#ledger.identify(who) === null) return { kind: "unauthenticated" };
			return { kind: "found", call: this.#ledger.call(actId) };
		}

		async review(reviewId: string): Promise<HeldCall | null> {
			return this.#ledger.reviews.find(reviewId);
		}

		async decideReview(request: DecideRequest): Promise<ReviewDecided> {
			const decided = decideReview(this.#ledger.reviews, request);
			this.#afterWriting();
			return decided;
		}

		async release(request: ReleaseRequest): Promise<Released> {
			const released = await this.#desk.release(request);
			this.#afterWriting();
			return released;
		}

		/** What became of places that the counter of a role keeps for this agent's calls, one answer each. */
		async resolve(reservations: string[]): Promise<Resolution[]> {
			return this.#desk.resolve(reservations);
		}

		async bind(state: AgentState): Promise<void> {
			this.#ledger.bind(state);
			// Calls that were held for a revoked agent have ended.
			if (this.#ledger.reviews.hasNews) this.#afterWriting();
		}

		async sweep(): Promise<void> {
			await this.#lookAfter();
		}

		override async alarm(): Promise<void> {
			this.#alarmAt = null;
			await this.#lookAfter();
		}

		/** Nothing here may throw: an alarm that fails six times is never tried again. */
		async #lookAfter(): Promise<void> {
			if (!this.#ledger.binding) return;
			try {
				this.#ledger.endOverdue();
				this.#ledger.tellExcess();
				this.#ledger.prune();
				await this.#tellRoles();
				await this.#deliver();
				await this.#tellReviews();
				await this.#refresh();
				// Not waited for: what it does comes back here.
				this.ctx.waitUntil(this.#clerk.carryOn());
			} catch (error) {
				this.#ports.log("ledger_sweep_failed", { agent_id: this.#ledger.binding.agent_id, error });
			}
			const wake = this.#ledger.nextWakeAt();
			if (wake !== null) await this.#wakeBy(wake);
		}

		async #bindFirst(workspaceId: string, agentId: string): Promise<void> {
			this.#binding ??= this.#readState(workspaceId, agentId).finally(() => {
				this.#binding = null;
				this.#isNew = this.#ledger.binding !== null;
			});
			await this.#binding;
		}

		#noteSeen({ workspaceId, agentId }: AgentToken): void {
			this.#seenAt = Date.now();
			if (!this.#isNew) return;
			this.#isNew = false;
			const told = this.#readState(workspaceId, agentId);
			this.ctx.waitUntil(told.catch((error) => this.#ports.log("last_seen_not_noted", { agent_id: agentId, error })));
		}

		async #readState(workspaceId: string, agentId: string): Promise<void> {
			const seenAt = this.#seenAt === null ? this.#ledger.newestCallAt : new Date(this.#seenAt).toISOString();
			const state = await this.#ports.bindAgent(workspaceId, agentId, seenAt);
			if (state) this.#ledger.bind(state);
			this.#refreshedAt = Date.now();
		}

		/** A safety net beside the pushes: reads the state again, at most once a minute, off the path of any call. */
		async #refresh(): Promise<void> {
			const binding = this.#ledger.binding;
			if (!binding || Date.now() - this.#refreshedAt < WAKE_MS) return;
			await this.#readState(binding.workspace_id, binding.agent_id);
		}

		#afterWriting(): void {
			this.#pace.note(Date.now());
			if (!this.#delivering) this.ctx.waitUntil(this.#deliver());
			if (this.#ledger.reviews.hasNews) this.ctx.waitUntil(this.#tellReviews());
			const carryOnAt = this.#ledger.reviews.carryOnAt;
			if (carryOnAt !== null) this.ctx.waitUntil(this.#wakeBy(carryOnAt));
			if (this.#ledger.words.waiting) {
				this.#desk.note(Date.now());
				this.ctx.waitUntil(this.#tellRoles());
			}
			if (this.#alarmAt === null) this.ctx.waitUntil(this.#wakeBy(Date.now() + WAKE_MS));
		}

		async #wakeBy(at: number): Promise<void> {
			if (this.#alarmAt !== null && this.#alarmAt <= at && this.#alarmAt > Date.now()) return;
			this.#alarmAt = at;
			await this.ctx.storage.setAlarm(at);
		}

		async #tellReviews(): Promise<void> {
			if (!(await this.#clerk.tell())) await this.#wakeBy(Date.now() + RETRY_MS);
		}

		async #tellRoles(): Promise<void> {
			if (!(await this.#desk.tell())) await this.#wakeBy(Date.now() + RETRY_MS);
		}

		/** Carries the outbox to the log, one batch after the other, until it is empty. One carrier at a time. */
		async #deliver(): Promise<void> {
			if (this.#delivering) return;
			this.#delivering = true;
			try {
				for (;;) {
					const pauseMs = this.#pace.pauseMs(Date.now());
					if (pauseMs > 0) await scheduler.wait(pauseMs);
					const { source, rows } = this.#ledger.nextBatch();
					const binding = this.#ledger.binding;
					if (rows.length === 0 || !binding) break;
					const batch = rows.map((row): [number, string] => [row.n, row.record]);
					this.#ledger.delivered(await this.#ports.appendToLog(binding.workspace_id, source, batch), rows.length);
					this.#pace.tripped(Date.now());
				}
			} catch (error) {
				this.#ports.log("outbox_delivery_failed", { agent_id: this.#ledger.binding?.agent_id, error });
				await this.#wakeBy(Date.now() + RETRY_MS);
			} finally {
				this.#delivering = false;
			}
		}
	};
}
