/** What is answered where a call is not new: by its idempotency key, or by its act id after a lost reply. */
import type { UnsequencedRecord } from "../../contract/audit-record.ts";
import type { AdmitRequest, Admitted, LedgerCall } from "../../gateway/ports.ts";
import type { Verdict } from "../../policy/decision.ts";
import { asLedgerCall, type CallRow } from "./calls.ts";

/** A key that has been seen: the same call again is answered what it was answered, another one is refused. */
export function replay(seen: CallRow, request: AdmitRequest): Admitted {
	if (seen.head.action !== request.action || seen.input_digest !== (request.record.input_digest ?? null))
		return { kind: "key_reused" };
	if (seen.state === "running" || seen.state === "streaming") return { kind: "in_flight", act_id: seen.act_id };
	return { kind: "replayed", call: asLedgerCall(seen) };
}

/** What stands for the key of a held call that the same call again attaches to. No client's key has a blank in it. */
export function attachKey({ attach, record }: AdmitRequest): string | null {
	return attach === true && record.input_digest !== undefined ? `same ${record.input_digest}` : null;
}

/** The answer of an admit whose reply was lost. Facts and limits are not kept: they are on the log. */
export function admittedAs(call: LedgerCall): Admitted {
	const { verdict, matched_guard, reason } = call;
	return {
		kind: "decided",
		verdict: {
			verdict,
			matched_guard,
			reason_code: call.reason_code as Verdict["reason_code"],
			reason,
			facts: [],
			approvable: verdict === "review",
			retry_at: null,
			limit: null,
			review: null,
		},
		review: call.review ? { id: call.review.id, expires_at: call.review.expires_at } : null,
	};
}

/** A denied call, of which nothing but its record is kept. */
export function deniedCall(record: UnsequencedRecord): LedgerCall {
	return {
		act_id: record.act_id,
		action: record.action,
		state: "denied",
		verdict: "deny",
		matched_guard: record.matched_guard ?? null,
		reason: record.reason ?? null,
		reason_code: record.reason_code ?? null,
		agent: record.agent ?? "",
	};
}
