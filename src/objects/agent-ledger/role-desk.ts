/**
 * Calls of which a counter is shared by all agents of the role. The role's counter is asked for a place first; then the ledger
 * decides in its own turn, as for any call; then the role's counter hears what became of the place. Whatever is lost on the way:
 * a place that is kept for nothing is given back when the role's counter asks, and no call is allowed without one.
 */
import type { AdmitRequest, Admitted } from "../../gateway/ports.ts";
import { Pace } from "../pace.ts";
import type { RoleCounters } from "../role-counter/client.ts";
import type { Reserved, ReserveRequest, Resolution } from "../role-counter/protocol.ts";
import type { Ledger } from "./ledger.ts";
import type { WordBatch } from "./role-words.ts";

/** A role's counter that has not answered by then counts as away. */
const ANSWER_WITHIN_MS = 5_000;
/** How long a call waits for its turn. */
const TURN_WITHIN_MS = 20_000;
/** How long words gather on their way to the role's counter. */
const GATHERING = { busyPerSecond: 20, quietMs: 10, busyMs: 250 };

export interface RoleDeskPorts {
	roleCounters: RoleCounters;
	log(event: string, details: Record<string, unknown>): void;
}

type Wanted = NonNullable<ReturnType<Ledger["wanting"]>>;

export class RoleDesk {
	readonly #ledger: Ledger;
	readonly #ports: RoleDeskPorts;
	readonly #pace = new Pace(GATHERING);
	/** Reservations that were asked for here and are not decided on yet. What another life of this object asked for is void. */
	readonly #pending = new Set<string>();
	/** Admissions on their way: the same one, asked for again because its reply was lost, is not made twice. */
	readonly #admitting = new Map<string, Promise<Admitted>>();
	/** Ends when everybody in line has had their turn. */
	#line: Promise<unknown> = Promise.resolve();
	/** When the role's counter last was away: whoever stood in line then need not find out one after the other. */
	#failedAt = 0;
	#telling = false;

	constructor(ledger: Ledger, ports: RoleDeskPorts) {
		this.#ledger = ledger;
		this.#ports = ports;
	}

	/** Admits a call; as the ledger does, at once, where nothing of it is shared. */
	admit(request: AdmitRequest): Admitted | Promise<Admitted> {
		const wanted = this.#ledger.wanting(request);
		if (wanted === null) return this.#ledger.admit(request);
		const key = `${request.act_id} ${request.epoch}`;
		let admitting = this.#admitting.get(key);
		if (admitting === undefined) {
			// Calls that are also up against the agent's own counters go one by one: side by side, each would be kept a place that its
			// neighbour's count then forbids it to use, and other agents would go without.
			const alone = Object.keys(wanted.request.own).length > 0;
			admitting = (alone ? this.#inLine(request) : this.#reserveAndAdmit(request, wanted)).finally(() =>
				this.#admitting.delete(key),
			);
			this.#admitting.set(key, admitting);
		}
		return admitting;
	}

	#inLine(request: AdmitRequest): Promise<Admitted> {
		const since = Date.now();
		const turn = this.#line.then((): Admitted | Promise<Admitted> => {
			const wanted = this.#ledger.wanting(request);
			if (wanted === null) return this.#ledger.admit(request);
			const isLate = this.#failedAt > since || Date.now() - since > TURN_WITHIN_MS;
			return isLate ? away() : this.#reserveAndAdmit(request, wanted);
		});
		this.#line = turn.catch(() => {});
		return turn;
	}

	async #reserveAndAdmit(request: AdmitRequest, { role, request: wanted }: Wanted): Promise<Admitted> {
		const { reservation, own } = wanted;
		this.#pending.add(reservation);
		try {
			const reply = await this.#reserve(role, wanted);
			if (reply === null) return away();
			// No await between here and the end of the turn: until then the place counts as pending, after it the word is written.
			return this.#ledger.admit(request, { role, reservation, own, reply });
		} finally {
			this.#pending.delete(reservation);
		}
	}

	/** Null if there is no answer; a place that was kept all the same is found by its counter and given back. */
	async #reserve(role: string, wanted: ReserveRequest): Promise<Reserved | null> {
		let timer: ReturnType<typeof setTimeout> | undefined;
		const limit = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS);
		});
		try {
			return await Promise.race([this.#ports.roleCounters.reserve(wanted.workspace_id, role, wanted), limit]);
		} catch (error) {
			this.#failedAt = Date.now();
			this.#ports.log("role_counter_away", { agent_id: wanted.agent_id, role, error });
			return null;
		} finally {
			clearTimeout(timer);
		}
	}

	/** What became of reservations, for the role's counter that has not heard of them for long. */
	resolve(reservations: string[]): Resolution[] {
		return reservations.map((one) => (this.#pending.has(one) ? "pending" : (this.#ledger.words.on(one) ?? "release")));
	}

	/** A word was written. */
	note(now: number): void {
		this.#pace.note(now);
	}

	/**
	 * Tells roles' counters what they have to hear, until nothing waits. One carrier at a time.
	 * @returns false if one of them did not hear it: to be tried again
	 */
	async tell(): Promise<boolean> {
		if (this.#telling) return true;
		this.#telling = true;
		try {
			for (;;) {
				const pauseMs = this.#pace.pauseMs(Date.now());
				if (pauseMs > 0) await scheduler.wait(pauseMs);
				const waiting = this.#ledger.words.next();
				const binding = this.#ledger.binding;
				if (waiting.length === 0 || !binding) return true;
				const heard = await Promise.all(waiting.map((batch) => this.#tellOne(binding.workspace_id, batch)));
				this.#pace.tripped(Date.now());
				if (heard.includes(false)) return false;
			}
		} finally {
			this.#telling = false;
		}
	}

	async #tellOne(workspaceId: string, batch: WordBatch): Promise<boolean> {
		try {
			await this.#ports.roleCounters.tell(workspaceId, batch.role, batch.words);
			this.#ledger.words.heard(batch);
			return true;
		} catch (error) {
			this.#ports.log("role_words_not_heard", { role: batch.role, error });
			return false;
		}
	}
}

function away(): Admitted {
	return { kind: "unavailable", why: "the counter that all agents of the role share does not answer" };
}
