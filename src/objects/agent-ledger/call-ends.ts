/** How calls end: what the ledger keeps of it, and what the log is told. */
import type { CallError } from "../../contract/verdict.ts";
import type { Outcome, StreamEnded } from "../../gateway/ports.ts";
import type { Told } from "./call-records.ts";
import type { CallRow, EndState } from "./calls.ts";

export interface CallEnd {
	state: EndState;
	ending: CallRow["ending"];
	record: Told;
}

/** The end that an outcome is. */
export function endOf(outcome: Outcome | StreamEnded): CallEnd {
	switch (outcome.kind) {
		case "ok": {
			const { result, fields, upstream_status } = outcome;
			return { state: "executed", ending: { result }, record: { state: "executed", fields, upstream_status } };
		}
		case "closed": {
			const { fields, upstream_status } = outcome;
			return { state: "executed", ending: null, record: { state: "closed", fields, upstream_status } };
		}
		case "aborted":
			return ended("failed", "aborted", outcome.error, outcome.fields);
		case "failed":
		case "unknown":
			return ended(outcome.kind, outcome.kind, outcome.error);
	}
}

/** The end of a call whose time is over. */
export function overdueEnd(state: CallRow["state"]): CallEnd {
	if (state === "held") {
		const why = { verdict: "deny", reason_code: "review_expired", reason: "nobody decided in time" } as const;
		return { state: "expired", ending: null, record: { state: "expired", ...why } };
	}
	return state === "streaming" ? ended("failed", "aborted", STREAM_LOST) : ended("unknown", "unknown", OUTCOME_LOST);
}

function ended(
	state: EndState,
	told: CallEnd["record"]["state"],
	error: CallError,
	fields?: CallEnd["record"]["fields"],
): CallEnd {
	return { state, ending: { error }, record: { state: told, fields, upstream_status: error.upstream_status ?? undefined } };
}

const OUTCOME_LOST: CallError = {
	code: "upstream_unknown",
	message: "the call may have run: its outcome never came",
	upstream_status: null,
};

const STREAM_LOST: CallError = {
	code: "upstream_failed",
	message: "the answer began, and it was never told how it ended",
	upstream_status: null,
};
