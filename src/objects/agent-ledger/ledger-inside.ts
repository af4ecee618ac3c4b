/** What the parts of a ledger's turns use of the ledger that they are part of. */
import type { AdmitRequest } from "../../gateway/ports.ts";
import type { Use, Verdict } from "../../policy/decision.ts";
import type { Word } from "../role-counter/protocol.ts";
import type { BoundState } from "./agent-state.ts";
import type { CallEnd } from "./call-ends.ts";
import type { Told } from "./call-records.ts";
import type { CallHead, CallRow, Calls } from "./calls.ts";
import type { Place } from "./place.ts";

export interface LedgerInside {
	sql: SqlStorage;
	calls: Calls;
	newEventId(): string;
	newActId(): string;
	nowMs(): number;
	bound(): BoundState | null;
	transaction<T>(turn: () => T): T;
	/** The text of one record of a call. */
	recordOf(bound: BoundState, actId: string, head: CallHead, now: number, more: Told): string;
	/** One record of a call. */
	tell(actId: string, head: CallHead, now: number, more: Told): void;
	/** One record of another kind, as it will stand on the log. */
	tellText(actId: string, text: string): void;
	end(row: CallRow, end: CallEnd, now: number): void;
	/** Whoever waits for the call is told that it has ended. */
	ended(actId: string): void;
	/** Counts a call as authorised now; answers the tick of its rows. */
	count(action: string, uses: readonly Use[] | undefined, now: number): number;
	/** As if the call had never been: it did not reach its upstream. */
	takeBack(row: CallRow): void;
	verdictOf(request: Pick<AdmitRequest, "decision">, place: Place | null, now: number): Verdict;
	tellRole(place: Place | null, word: Word): void;
	settleGraceMs: number;
}
