/** The ledger's turns in which it is heard how a call goes on: its answer begins, it ends, or nobody ever says so. */
import type { SettleRequest, StreamStarted } from "../../gateway/ports.ts";
import type { BoundState } from "./agent-state.ts";
import { type CallEnd, endOf, overdueEnd } from "./call-ends.ts";
import type { CallRow } from "./calls.ts";
import type { LedgerInside } from "./ledger-inside.ts";
import type { ReviewTurns } from "./review-turns.ts";

/** States in which it is heard how a call ends. */
const HEARD: ReadonlySet<CallRow["state"]> = new Set(["running", "streaming", "unknown"]);

export class EndTurns {
	readonly #inside: LedgerInside;
	readonly #reviews: ReviewTurns;

	constructor(ledger: LedgerInside, reviews: ReviewTurns) {
		this.#inside = ledger;
		this.#reviews = reviews;
	}

	/** Writes how a call ended. A second word on a call that has ended is not heard, except after `unknown`. */
	settle(request: SettleRequest): void {
		const bound = this.#inside.bound();
		const row = bound && this.#inside.calls.find(request.act_id);
		if (!bound || !row || !HEARD.has(row.state)) return;
		const { outcome, duration_ms, release_id } = request;
		if (release_id !== undefined && !this.#reviews.wasReleasedBy(row, release_id)) return;
		if (outcome.kind === "started") {
			this.#start(row, outcome, duration_ms);
			return;
		}
		if (row.state === "unknown" && outcome.kind === "unknown") return;
		const now = this.#inside.nowMs();
		const end = () => this.end(bound, row, endOf(outcome), now, duration_ms);
		if (outcome.kind !== "failed" || outcome.reached) end();
		else
			this.#inside.transaction(() => {
				this.#inside.takeBack(row);
				end();
			});
	}

	/** Calls whose time is over: a running one has an outcome that nobody knows, a held one was decided by nobody. */
	endOverdue(): void {
		const bound = this.#inside.bound();
		if (!bound) return;
		const now = this.#inside.nowMs();
		for (const row of this.#inside.calls.due(now)) {
			this.#inside.transaction(() =>
				row.state === "held" ? this.#reviews.expire(row, now) : this.end(bound, row, overdueEnd(row.state), now),
			);
		}
	}

	/** Writes an end that has been found. */
	end(bound: BoundState, row: CallRow, end: CallEnd, now: number, duration_ms?: number): void {
		const told = { reason: end.ending?.error?.message, ...end.record, duration_ms };
		this.#inside.calls.end(row.act_id, end, now, this.#inside.recordOf(bound, row.act_id, row.head, now, told));
		this.#inside.ended(row.act_id);
	}

	/** The answer of a running call has begun: that is on the log before anybody has a byte of it. */
	#start(row: CallRow, { upstream_status, limit_ms }: StreamStarted, duration_ms: number): void {
		if (row.state !== "running") return;
		const now = this.#inside.nowMs();
		this.#inside.transaction(() => {
			this.#inside.calls.startStream(row.act_id, now + limit_ms + this.#inside.settleGraceMs);
			this.#inside.tell(row.act_id, row.head, now, { state: "started", upstream_status, duration_ms });
		});
	}
}
