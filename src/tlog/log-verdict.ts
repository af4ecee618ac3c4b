/** What verifying a log can find. */
import type { OpenAct } from "./open-acts.ts";

export type LogFaultCode =
	/** A pinned key is malformed, or two of them cannot be told apart. */
	| "key_refused"
	/** The final checkpoint is not one, or no pinned key of this log signed it, or its signature is wrong. */
	| "checkpoint_refused"
	/** The same of a checkpoint that the user kept. */
	| "kept_checkpoint_refused"
	/** Two signed checkpoints of one size have different roots: the log shows different things to different people. */
	| "split_view"
	/** The declared start is malformed, or beyond the end. */
	| "start_refused"
	| "not_utf8"
	| "too_long"
	| "not_a_record"
	/** A record is missing, there twice, or out of order. */
	| "wrong_seq"
	| "other_workspace"
	/** A record was changed after the next one had been chained to it. */
	| "broken_chain"
	/** The records are a chain, but not the one that was signed. */
	| "root_mismatch"
	/** The records end before the checkpoint does. */
	| "cut_short"
	/** There are records that the checkpoint does not cover. */
	| "beyond_checkpoint"
	/** A kept checkpoint is newer than the records and the final checkpoint: the tail was cut. */
	| "cut_below_kept";

export interface LogFault {
	code: LogFaultCode;
	/** The first sequence number that is bad, or that nothing vouches for; null when it is not about a record. */
	seq: number | null;
	/** Of a fault that cannot be placed better: the last sequence number that it may be about. */
	upTo?: number;
	/** Where, what, what to do. */
	message: string;
}

export type UncheckedCode =
	/** Always: there may be records after the checkpoint. */
	| "later_records"
	/** Nothing was kept from earlier: the service may have shown others another log. */
	| "no_kept_checkpoint"
	/** Kept checkpoints from before the declared start: these records cannot tell their roots. */
	| "kept_before_start"
	/** The records before the declared start. */
	| "before_start"
	/** `prev` of the first record: the start does not tell the leaf before it. */
	| "first_prev"
	/** A state that this program does not know: whether those acts ended cannot be told. */
	| "unknown_states"
	/** Too many acts were open at once to remember them all. */
	| "too_many_open";

export interface Unchecked {
	code: UncheckedCode;
	message: string;
}

export interface LogReport {
	/** The log, as its checkpoint names it. */
	origin: string;
	/** Of the records; null if there are none. */
	workspace: string | null;
	/** The checkpoint's size and root (base64). */
	size: number;
	root: string;
	/** The first sequence number that was read, and how many records were. */
	from: number;
	records: number;
	/** Sizes of the kept checkpoints whose roots these records have. */
	matched: number[];
	/** Acts that should have an end on the log and have none; at most 1,000, `unresolved_count` has their number. */
	unresolved: OpenAct[];
	unresolved_count: number;
	/** Acts that are open and may well be; at most 1,000. */
	young: OpenAct[];
	young_count: number;
	unchecked: Unchecked[];
}

export type LogVerdict =
	/** Everything that could be checked is as it should be. */
	| ({ kind: "sound" } & LogReport)
	/** Nothing was changed, but acts that began long ago have no end. */
	| ({ kind: "unresolved" } & LogReport)
	| { kind: "broken"; fault: LogFault };
