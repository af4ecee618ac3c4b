/**
 * The Durable Object around a role's book of counters: one per role of a workspace. It wakes itself to ask ledgers about places of
 * which it has heard nothing, and to forget what no window sees any more. All that must be exact happens in role-book.ts.
 */
import { DurableObject } from "cloudflare:workers";
import type { ReservationWord, Reserved, ReserveRequest, Resolution } from "./protocol.ts";
import { type OpenReservation, RoleBook } from "./role-book.ts";

export interface RoleCounterPorts {
	now: () => number;
	/** Asks an agent's ledger what became of these reservations; one answer each, in order. */
	askLedger(workspaceId: string, agentId: string, reservations: string[]): Promise<Resolution[]>;
	log(event: string, details: Record<string, unknown>): void;
}

/** A reservation of which nothing was heard for this long is asked about. */
const ORPHAN_MS = 60_000;
/** When a ledger could not be asked, or has not decided yet. */
const ASK_AGAIN_MS = 10_000;
const PRUNE_EVERY_MS = 24 * 3_600_000;

export function roleCounterClass<E>(portsFrom: (env: E) => RoleCounterPorts) {
	return class RoleCounter extends DurableObject<E> {
		readonly #ports: RoleCounterPorts;
		readonly #book: RoleBook;
		#alarmAt: number | null = null;

		constructor(state: DurableObjectState, env: E) {
			super(state, env);
			this.#ports = portsFrom(env);
			this.#book = new RoleBook(state.storage, () => this.#ports.now());
			state.blockConcurrencyWhile(async () => {
				this.#alarmAt = await state.storage.getAlarm();
			});
		}

		async reserve(request: ReserveRequest): Promise<Reserved> {
			const reply = this.#book.reserve(request);
			// In the same turn: a place is never durable without the alarm that looks after it. And at every request: should the alarm be
			// lost, a limit that lost places use up would let nobody pass who could set it again.
			this.ctx.waitUntil(this.#wakeBy(Date.now() + ORPHAN_MS));
			return reply;
		}

		async tell(words: ReservationWord[]): Promise<void> {
			this.#book.hear(words);
		}

		/** Nothing here may throw: an alarm that fails six times is never tried again. */
		override async alarm(): Promise<void> {
			this.#alarmAt = null;
			try {
				await this.#askAboutOrphans();
				this.#book.prune();
			} catch (error) {
				this.#ports.log("role_counter_alarm_failed", { error });
			}
			const { oldestOpenAt } = this.#book;
			const now = Date.now();
			if (oldestOpenAt !== null) await this.#wakeBy(Math.max(oldestOpenAt + ORPHAN_MS, now + ASK_AGAIN_MS));
			else if (!this.#book.isEmpty) await this.#wakeBy(now + PRUNE_EVERY_MS);
		}

		async #askAboutOrphans(): Promise<void> {
			const orphans = this.#book.openSince(this.#ports.now() - ORPHAN_MS);
			const byLedger = Map.groupBy(orphans, ({ workspace_id, agent_id }) => `${workspace_id}/${agent_id}`);
			await Promise.all([...byLedger.values()].map((some) => this.#askAbout(some)));
		}

		async #askAbout(orphans: OpenReservation[]): Promise<void> {
			const [{ workspace_id, agent_id }] = orphans as [OpenReservation];
			const ids = orphans.map(({ id }) => id);
			try {
				const answers = await this.#ports.askLedger(workspace_id, agent_id, ids);
				this.#book.resolve(
					ids.flatMap((reservation, i) => {
						const word = answers[i];
						return word === "confirm" || word === "release" ? [{ reservation, word }] : [];
					}),
				);
			} catch (error) {
				this.#ports.log("ledger_not_asked", { agent_id, error });
			}
		}

		async #wakeBy(at: number): Promise<void> {
			if (this.#alarmAt !== null && this.#alarmAt <= at && this.#alarmAt > Date.now()) return;
			this.#alarmAt = at;
			await this.ctx.storage.setAlarm(at);
		}
	};
}
