/**
 * The Durable Object that orders one workspace's log. Ledgers hand it rows; it sequences them, commits them to D1 in one
 * statement, and only then tells the ledger that it may forget them.
 */
import { DurableObject } from "cloudflare:workers";
import { Pace } from "../pace.ts";
import { type Head, type SequencedBatch, Sequencer } from "./sequencer.ts";

export interface AuditLogPorts {
	/** The newest record in D1, or null. */
	storedHead(workspaceId: string): Promise<Head | null>;
	/** Appends records; those that are there already with the same bytes are passed over. */
	commit(workspaceId: string, batch: SequencedBatch): Promise<void>;
	/** Administrative acts that wait, the oldest first, after row `n`. */
	adminActs(workspaceId: string, n: number): Promise<[n: number, record: string][]>;
	/** The log has these acts: forget them up to and including row `n`. */
	forgetAdminActs(workspaceId: string, n: number): Promise<void>;
	log(event: string, details: Record<string, unknown>): void;
}

const ADMIN_SOURCE = "admin";
/** How long deliveries gather before D1 is asked to take them. */
const GATHERING = { busyPerSecond: 10, quietMs: 0, busyMs: 100 };
const RETRY_MS = 2_000;
/** More than this waiting in memory, and a ledger is asked to come again later. */
const QUEUE_CHARACTERS = 16_000_000;

interface Delivery {
	source: string;
	rows: [n: number, record: string][];
	done: (result: { n: number } | { error: unknown }) => void;
}

export function auditLogClass<E>(portsFrom: (env: E) => AuditLogPorts) {
	return class AuditLog extends DurableObject<E> {
		readonly #ports: AuditLogPorts;
		readonly #sequencer: Sequencer;
		#queue: Delivery[] = [];
		#queuedCharacters = 0;
		#working = false;
		readonly #pace = new Pace(GATHERING);

		constructor(state: DurableObjectState, env: E) {
			super(state, env);
			this.#ports = portsFrom(env);
			this.#sequencer = new Sequencer(state.storage);
		}

		/** Takes rows of one source, in order. Answers when D1 has them: the number of the last one. */
		async append(workspaceId: string, source: string, rows: [n: number, record: string][]): Promise<number> {
			const characters = rows.reduce((sum, [, record]) => sum + record.length, 0);
			if (this.#queuedCharacters + characters > QUEUE_CHARACTERS) throw new Error("the log is busy: come again later");
			this.#queuedCharacters += characters;
			this.#pace.note(Date.now());
			const result = await new Promise<{ n: number } | { error: unknown }>((done) => {
				this.#queue.push({ source, rows, done });
				this.ctx.waitUntil(this.#work(workspaceId));
			});
			this.#queuedCharacters -= characters;
			// The reason is in the log already; a thrown error is written down by the platform, parameters and all.
			if ("error" in result) throw new Error("the log cannot take records now");
			return result.n;
		}

		/** Fetches the administrative acts that wait in D1 and puts them on the log. */
		async collectAdminActs(workspaceId: string): Promise<void> {
			// Acts that were taken before this object died may not be in D1's log yet: nothing else would send them there.
			if (this.#sequencer.hasPending) await this.append(workspaceId, ADMIN_SOURCE, []);
			for (;;) {
				const taken = this.#sequencer.head ? this.#sequencer.lastTaken(ADMIN_SOURCE) : 0;
				if (taken > 0) await this.#ports.forgetAdminActs(workspaceId, taken);
				const acts = await this.#ports.adminActs(workspaceId, taken);
				if (acts.length === 0) return;
				await this.append(workspaceId, ADMIN_SOURCE, acts);
			}
		}

		override async alarm(): Promise<void> {
			const workspaceId = this.#sequencer.workspaceId;
			if (workspaceId === null) return;
			try {
				await this.#work(workspaceId);
				if (!this.#working) await this.#flush(workspaceId);
			} catch (error) {
				await this.#failed(error);
			}
		}

		/** One batch after the other, until the queue is empty. Deliveries that come meanwhile share the next batch. */
		async #work(workspaceId: string): Promise<void> {
			if (this.#working) return;
			this.#working = true;
			try {
				while (this.#queue.length > 0) {
					const pauseMs = this.#pace.pauseMs(Date.now());
					if (pauseMs > 0) await scheduler.wait(pauseMs);
					const batch = this.#queue.splice(0);
					try {
						await this.#commit(workspaceId, batch);
						this.#pace.tripped(Date.now());
						for (const delivery of batch) delivery.done({ n: delivery.rows.at(-1)?.[0] ?? 0 });
					} catch (error) {
						for (const delivery of batch) delivery.done({ error });
						await this.#failed(error);
					}
				}
			} finally {
				this.#working = false;
			}
		}

		async #commit(workspaceId: string, batch: Delivery[]): Promise<void> {
			if (!this.#sequencer.head) this.#sequencer.start(workspaceId, await this.#ports.storedHead(workspaceId));
			for (const delivery of batch) this.#sequencer.take(delivery.source, delivery.rows);
			await this.#flush(workspaceId);
		}

		async #flush(workspaceId: string): Promise<void> {
			for (;;) {
				const batch = this.#sequencer.pending();
				if (!batch) return;
				await this.#ports.commit(workspaceId, batch);
				this.#sequencer.confirm(batch.lastSeq);
			}
		}

		async #failed(error: unknown): Promise<void> {
			this.#ports.log("log_commit_failed", { error });
			await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
		}
	};
}
