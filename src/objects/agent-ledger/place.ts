/** A place in a counter that all agents of a role share. */
import type { Reserved } from "../role-counter/protocol.ts";
import type { CounterAnswers } from "../series/counter-answers.ts";

/** A place that the counter of the agent's role keeps for one call, or has said that it does not keep. */
export interface Place {
	role: string;
	reservation: string;
	/** What this ledger's counters said when it was asked for. */
	own: CounterAnswers;
	reply: Reserved;
}
