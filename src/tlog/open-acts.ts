/** Acts whose end is not on the log yet. */
import { RECORD_STATES } from "../contract/audit-record.ts";
import type { RecordHead } from "./record-head.ts";

export interface OpenAct {
	act_id: string;
	/** The record that says so. */
	seq: number;
	state: "intent" | "held" | "released" | "started";
	time: string;
}

/** How long an act may stay open before it counts as unresolved, in seconds. */
export interface Grace {
	/** After `intent` and `released`: the longest time limit of an action, the minute after it, and room. */
	runningSeconds: number;
	/** After `started`: the longest that an answer may take to come. */
	streamingSeconds: number;
	/** After `held`: as long as a person may take. */
	heldSeconds: number;
}

/** A quarter of an hour, an hour and a quarter, and a day more than the longest review is open. */
export const DEFAULT_GRACE: Grace = { runningSeconds: 900, streamingSeconds: 4_500, heldSeconds: 2_678_400 };

/** More than an honest log ever has open. Past it nothing more is kept, and the answer says so. */
const MOST_OPEN = 200_000;
const OPENING: ReadonlySet<string> = new Set(["intent", "held", "released", "started"]);
const KNOWN: ReadonlySet<string> = new Set(RECORD_STATES);

export class OpenActs {
	readonly #open = new Map<string, OpenAct>();
	#newestMs = Number.NEGATIVE_INFINITY;
	/** Whether there were too many to keep. */
	overflowed = false;
	/** Whether a record had a state that this program does not know. */
	sawUnknownState = false;

	/** Takes the next record of the log. */
	note(head: RecordHead): void {
		const ms = Date.parse(head.time);
		if (ms > this.#newestMs) this.#newestMs = ms;
		if (!KNOWN.has(head.state)) this.sawUnknownState = true;
		if (!OPENING.has(head.state)) this.#open.delete(head.actId);
		else if (this.#open.size < MOST_OPEN || this.#open.has(head.actId))
			this.#open.set(head.actId, { act_id: head.actId, seq: head.seq, state: head.state as OpenAct["state"], time: head.time });
		else this.overflowed = true;
	}

	/**
	 * The open acts, the oldest record first: those that should have ended by now and those that are young. Now is the newest
	 * record's time, or `asOf` (ISO 8601) if that is later. A time that cannot be read is not young.
	 */
	sorted(grace: Grace, asOf?: string): { unresolved: OpenAct[]; young: OpenAct[] } {
		const asOfMs = Date.parse(asOf ?? "");
		const nowMs = Number.isNaN(asOfMs) ? this.#newestMs : Math.max(asOfMs, this.#newestMs);
		const unresolved: OpenAct[] = [];
		const young: OpenAct[] = [];
		for (const act of [...this.#open.values()].sort((one, other) => one.seq - other.seq)) {
			const seconds = graceOf(act, grace);
			(Date.parse(act.time) + seconds * 1000 >= nowMs ? young : unresolved).push(act);
		}
		return { unresolved, young };
	}
}

function graceOf({ state }: OpenAct, grace: Grace): number {
	if (state === "held") return grace.heldSeconds;
	return state === "started" ? grace.streamingSeconds : grace.runningSeconds;
}
