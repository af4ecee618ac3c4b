/** What ledgers and a role's counter say to each other. */
import type { Residual, Use } from "../../policy/decision.ts";
import type { AskedReview } from "../../policy/satisfied-reviews.ts";
import type { CounterAnswers } from "../series/counter-answers.ts";

/** A ledger asks for a place, before it decides on a call. */
export interface ReserveRequest {
	/** Made for this one attempt to admit the call, so that nothing late can be taken for a newer attempt. */
	reservation: string;
	workspace_id: string;
	agent_id: string;
	action: string;
	/** What the call adds to the role's series. */
	uses: Use[];
	/** What is to be concluded; null where the verdict is allow whatever the counters say. */
	residual: Residual | null;
	/** What the ledger's own counters say to it. */
	own: CounterAnswers;
	/** Of a held call: the reviews that people have approved. */
	approved?: AskedReview[];
}

export interface Reserved {
	/** False where the call will not be allowed as things stand: nothing is kept for it. */
	reserved: boolean;
	/** What the role's counters said, this call not included. */
	answers: CounterAnswers;
}

/** The call was authorised, or it was not, or never reached its upstream. */
export type Word = "confirm" | "release";

export interface ReservationWord {
	reservation: string;
	word: Word;
}

/** What a ledger says of a reservation that it is asked about: its word, or that it has yet to decide. */
export type Resolution = Word | "pending";
