/**
 * The Durable Object that orders one workspace's log. Ledgers hand it rows; it sequences them, commits them to D1 in one
 * statement, and only then tells the ledger that it may forget them. Beside that, off the path of any row, it publishes: tiles,
 * entry bundles and signed checkpoints (publisher.ts).
 */
import { DurableObject } from "cloudflare:workers";
import { Pace } from "../pace.ts";
import { CommitWaiters } from "./commit-waiters.ts";
import { type Delivery, DeliveryQueue } from "./delivery-queue.ts";
import { type AuditLogPorts, LogStopped } from "./log-ports.ts";
import { Publication } from "./publication.ts";
import { Quarantine } from "./quarantine.ts";
import { reconcile } from "./recovery.ts";
import { Sequencer } from "./sequencer.ts";

export type { AuditLogPorts } from "./log-ports.ts";

const ADMIN_SOURCE = "admin";
/** How long deliveries gather before D1 is asked to take them. */
const GATHERING = { busyPerSecond: 10, quietMs: 0, busyMs: 100 };
const RETRY_MS = 2_000;
/** Records wait at most this long for a checkpoint: a minute, less what making it may take. */
const CHECKPOINT_MS = 50_000;
/** How long after a failure R2 and D1 are left alone. */
const PUBLISH_AGAIN_MS = 15_000;
/** A log that stands still looks again this often, and at every alarm. */
const STOPPED_MS = 30_000;

export function auditLogClass<E>(portsFrom: (env: E) => AuditLogPorts) {
	return class AuditLog extends DurableObject<E> {
		readonly #ports: AuditLogPorts;
		readonly #sequencer: Sequencer;
		readonly #quarantine: Quarantine;
		readonly #publication: Publication;
		readonly #queue = new DeliveryQueue();
		readonly #pace = new Pace(GATHERING);
		readonly #waiters = new CommitWaiters();
		#working = false;
		/** Whatever changes the log takes its turn behind the one before. */
		#lastTurn: Promise<unknown> = Promise.resolve();
		/** Whether D1 and this object are known to agree; asked anew after every failure. */
		#reconciled = false;
		#stopped: { error: LogStopped; until: number } | null = null;
		#publishing: Promise<void> | null = null;
		/** Whether somebody waits for a checkpoint over all that D1 has. */
		#toTheEnd = false;
		#publishNotBefore = 0;
		#alarmAt: number | null = null;

		constructor(state: DurableObjectState, env: E) {
			super(state, env);
			this.#ports = portsFrom(env);
			this.#sequencer = new Sequencer(state.storage);
			this.#quarantine = new Quarantine(state.storage.sql, this.#ports.ids);
			this.#publication = new Publication(this.#ports, this.#sequencer);
			state.blockConcurrencyWhile(async () => {
				this.#alarmAt = await state.storage.getAlarm();
			});
		}

		/** Takes rows of one source, in order. Answers when D1 has them: the number of the last one. */
		async append(workspaceId: string, source: string, rows: [n: number, record: string][]): Promise<number> {
			this.#pace.note(Date.now());
			const result = await new Promise<{ n: number } | { error: unknown }>((done) => {
				if (!this.#queue.add({ source, rows, done })) return done({ error: "full" });
				this.ctx.waitUntil(this.#work(workspaceId));
			});
			// The reason is in the log already; a thrown error is written down by the platform, parameters and all.
			if ("error" in result) throw new Error("the log cannot take records now");
			return result.n;
		}

		/** Fetches the administrative acts that wait in D1 and puts them on the log. */
		async collectAdminActs(workspaceId: string): Promise<void> {
			// A D1 that was restored numbers its acts anew: that must be seen before any is forgotten.
			this.#reconciled = false;
			await this.#inTurn(workspaceId, () => this.#ready(workspaceId));
			for (;;) {
				const taken = this.#sequencer.lastTaken(ADMIN_SOURCE);
				if (taken > 0) await this.#ports.forgetAdminActs(workspaceId, taken);
				const acts = await this.#ports.adminActs(workspaceId, taken);
				if (acts.length === 0) return;
				await this.append(workspaceId, ADMIN_SOURCE, acts);
			}
		}

		/**
		 * Publishes a checkpoint over all that D1 has, if the newest does not cover `minSize`, or was signed with other keys. Answers the
		 * size of the newest.
		 */
		async publish(workspaceId: string, minSize: number): Promise<number> {
			// Whoever asks for more than is published may know of more than D1 still has.
			if (this.#sequencer.started && this.#sequencer.published.seq < minSize) this.#reconciled = false;
			await this.#inTurn(workspaceId, () => this.#ready(workspaceId));
			const isDue = () => this.#sequencer.published.seq < minSize || this.#publication.hasNewKeys;
			// One that runs already may have begun before the newest record.
			for (let i = 0; i < 2 && isDue(); i++) await this.#publish(workspaceId, true);
			this.#publishInTime(workspaceId);
			return this.#sequencer.published.seq;
		}

		/**
		 * Resolves with the newest number that D1 has, as soon as that is higher than `seq`; with `seq` when the time is over.
		 * @param timeoutMs - milliseconds, at most 25,000
		 */
		async committedAfter(workspaceId: string, seq: number, timeoutMs: number): Promise<number> {
			const committed = this.#sequencer.committed ?? (await this.#ports.storedHead(workspaceId))?.seq ?? 0;
			return committed > seq ? committed : this.#waiters.wait(seq, timeoutMs);
		}

		override async alarm(): Promise<void> {
			this.#alarmAt = null;
			this.#stopped = null;
			const workspaceId = this.#sequencer.workspaceId;
			if (workspaceId === null) return;
			try {
				await this.#inTurn(workspaceId, async () => {
					await this.#ready(workspaceId);
					await this.#flush(workspaceId);
				});
				await this.#publish(workspaceId, true);
			} catch {
				// It has been noted, and the next alarm set.
			}
		}

		/** One round after the other, until the queue is empty. Deliveries that come meanwhile share the next ones. */
		async #work(workspaceId: string): Promise<void> {
			if (this.#working) return;
			this.#working = true;
			try {
				while (!this.#queue.isEmpty) {
					const pauseMs = this.#pace.pauseMs(Date.now());
					if (pauseMs > 0) await scheduler.wait(pauseMs);
					const round = this.#queue.nextRound();
					try {
						await this.#inTurn(workspaceId, () => this.#commit(workspaceId, round));
						this.#pace.tripped(Date.now());
						for (const delivery of round) delivery.done({ n: delivery.rows.at(-1)?.[0] ?? 0 });
						this.#publishInTime(workspaceId);
					} catch (error) {
						for (const delivery of round) delivery.done({ error });
					}
				}
			} finally {
				this.#working = false;
			}
		}

		async #commit(workspaceId: string, round: Delivery[]): Promise<void> {
			await this.#ready(workspaceId);
			this.#sequencer.take(round, (source, n, body) => this.#quarantine.placeable(workspaceId, source, n, body));
			await this.#flush(workspaceId);
		}

		/** Makes sure that D1 and this object have one history before anything is put on it. */
		async #ready(workspaceId: string): Promise<void> {
			if (this.#stopped && Date.now() < this.#stopped.until) throw this.#stopped.error;
			if (this.#reconciled) return;
			await reconcile(this.#ports, workspaceId, this.#sequencer);
			await this.#flush(workspaceId);
			if (this.#sequencer.fact("restored") !== null) {
				await this.#ports.renumberAdminActs(workspaceId, this.#sequencer.lastTaken(ADMIN_SOURCE));
				this.#sequencer.noteFact("restored", null);
			}
			this.#stopped = null;
			this.#reconciled = true;
		}

		async #flush(workspaceId: string): Promise<void> {
			for (;;) {
				const batch = this.#sequencer.pending();
				if (!batch) return;
				await this.#ports.commit(workspaceId, batch);
				this.#sequencer.confirm(batch.lastSeq);
				this.#waiters.tell(batch.lastSeq);
			}
		}

		/** Runs behind whatever changes the log at the moment; what fails is noted, tried again by alarm, and thrown. */
		#inTurn<T>(workspaceId: string, work: () => Promise<T>): Promise<T> {
			const turn = this.#lastTurn.then(async () => {
				try {
					return await work();
				} catch (error) {
					await this.#failed(workspaceId, error);
					throw error;
				}
			});
			this.#lastTurn = turn.catch(() => {});
			return turn;
		}

		async #failed(workspaceId: string, error: unknown): Promise<void> {
			this.#reconciled = false;
			if (error instanceof LogStopped) {
				// The same error again is one that was thrown without a look.
				if (this.#stopped?.error !== error) {
					this.#ports.log(error.code, { workspace_id: workspaceId, ...error.details });
					this.#stopped = { error, until: Date.now() + STOPPED_MS };
				}
				return this.#wakeBy(this.#stopped.until);
			}
			this.#ports.log("log_commit_failed", { workspace_id: workspaceId, error });
			await this.#wakeBy(Date.now() + RETRY_MS);
		}

		/** Under load at once, else by the alarm. */
		#publishInTime(workspaceId: string): void {
			if (!this.#publication.isDue && !this.#quarantine.isWaiting) {
				this.#toTheEnd = false;
				return;
			}
			const isWanted = this.#publication.isFull || this.#toTheEnd;
			const atOnce = isWanted && Date.now() >= this.#publishNotBefore;
			this.ctx.waitUntil(atOnce ? this.#publish(workspaceId, false).catch(() => {}) : this.#wakeBy(Date.now() + CHECKPOINT_MS));
		}

		/** One at a time. @param toTheEnd - over everything that D1 has, not only full steps: where one runs, by the next */
		#publish(workspaceId: string, toTheEnd: boolean): Promise<void> {
			this.#toTheEnd ||= toTheEnd;
			this.#publishing ??= this.#publishNow(workspaceId).finally(() => {
				this.#publishing = null;
				// What D1 confirmed meanwhile, and who wanted more, found one that was running.
				this.#publishInTime(workspaceId);
			});
			return this.#publishing;
		}

		async #publishNow(workspaceId: string): Promise<void> {
			const toTheEnd = this.#toTheEnd;
			this.#toTheEnd = false;
			try {
				await this.#quarantine.carry((sha256, content) => this.#ports.putQuarantined(workspaceId, sha256, content));
				if (this.#publication.hasNewKeys)
					await this.#inTurn(workspaceId, async () => {
						await this.#ready(workspaceId);
						this.#publication.announceKeys();
						await this.#flush(workspaceId);
					});
				if (!(await this.#publication.publish(toTheEnd))) {
					// D1 has fewer records than it said that it has: it was restored.
					this.#reconciled = false;
					await this.#inTurn(workspaceId, () => this.#ready(workspaceId));
					// Again without a pause would find the same.
					if (!(await this.#publication.publish(toTheEnd))) throw new Error("D1 has fewer records than it confirmed");
				}
			} catch (error) {
				const stopped = error instanceof LogStopped;
				this.#ports.log(stopped ? error.code : "checkpoint_failed", {
					workspace_id: workspaceId,
					...(stopped ? error.details : { error }),
				});
				this.#publishNotBefore = Date.now() + PUBLISH_AGAIN_MS;
				await this.#wakeBy(this.#publishNotBefore);
				throw error;
			}
		}

		async #wakeBy(at: number): Promise<void> {
			if (this.#alarmAt !== null && this.#alarmAt <= at && this.#alarmAt > Date.now()) return;
			this.#alarmAt = at;
			await this.ctx.storage.setAlarm(at);
		}
	};
}
