/**
 * Calls of which a counter is shared by all agents of the role. The role's counter is asked for a place first; then the ledger
 * decides in its own turn, as for any call; then the role's counter hears what became of the place. Whatever is lost on the way:
 * a place that is kept for nothing is given back when the role's counter asks, and no call is allowed without one.
 */
import type { AdmitRequest, Admitted } from "../../gateway/ports.ts";
import type { Released, ReleaseRequest } from "../../gateway/review-ports.ts";
import { Pace } from "../pace.ts";
import type { RoleCounters } from "../role-counter/client.ts";
import type { Reserved, ReserveRequest, Resolution } from "../role-counter/protocol.ts";
import type { Ledger, Wanting } from "./ledger.ts";
import type { Place } from "./place.ts";
import { release } from "./review-release.ts";
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

/** One attempt to have the ledger decide on a call. */
interface Attempt<T> {
	/** Tells it from every other one. */
	key: string;
	wanting(): Wanting | null;
	decide(place: Place | null): T;
}

export class RoleDesk {
	readonly #ledger: Ledger;
	readonly #ports: RoleDeskPorts;
	readonly #pace = new Pace(GATHERING);
	/** Reservations that were asked for here and are not decided on yet. What another life of this object asked for is void. */
	readonly #pending = new Set<string>();
	/** Attempts on their way: the same one, asked for again because its reply was lost, is not made twice. */
	readonly #taking = new Map<string, Promise<unknown>>();
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
		return this.#take({
			key: `${request.act_id} ${request.epoch}`,
			wanting: () => this.#ledger.wanting(request),
			decide: (place) => this.#ledger.admit(request, place),
		});
	}

	/** Releases a held call, in the same way. */
	release(request: ReleaseRequest): Released | Promise<Released> {
		return this.#take({
			key: `${request.release_id} ${request.epoch}`,
			wanting: () => this.#ledger.wantingRelease(request),
			decide: (place) => release(this.#ledger.reviews, request, place),
		});
	}

	#take<T>(attempt: Attempt<T>): T | Promise<T | Away> {
		const wanted = attempt.wanting();
		if (wanted === null) return attempt.decide(null);
		let taking = this.#taking.get(attempt.key) as Promise<T | Away> | undefined;
		if (taking === undefined) {
			// Calls that are also up against the agent's own counters go one by one: side by side, each would be kept a place that its
			// neighbour's count then forbids it to use, and other agents would go without.
			const alone = Object.keys(wanted.request.own).length > 0;
			taking = (alone ? this.#inLine(attempt) : this.#reserveAndDecide(attempt, wanted)).finally(() =>
				this.#taking.delete(attempt.key),
			);
			this.#taking.set(attempt.key, taking);
		}
		return taking;
	}

	#inLine<T>(attempt: Attempt<T>): Promise<T | Away> {
		const since = Date.now();
		const turn = this.#line.then((): T | Away | Promise<T | Away> => {
			const wanted = attempt.wanting();
			if (wanted === null) return attempt.decide(null);
			const isLate = this.#failedAt > since || Date.now() - since > TURN_WITHIN_MS;
			return isLate ? AWAY : this.#reserveAndDecide(attempt, wanted);
		});
		this.#line = turn.catch(() => {});
		return turn;
	}

	async #reserveAndDecide<T>(attempt: Attempt<T>, { role, request: wanted }: Wanting): Promise<T | Away> {
		const { reservation, own } = wanted;
		this.#pending.add(reservation);
		try {
			const reply = await this.#reserve(role, wanted);
			if (reply === null) return AWAY;
			// No await between here and the end of the turn: until then the place counts as pending, after it the word is written.
			return attempt.decide({ role, reservation, own, reply });
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

const AWAY = { kind: "unavailable" as const, why: "the counter that all agents of the role share does not answer" };
type Away = typeof AWAY;
