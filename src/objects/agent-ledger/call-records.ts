/** What is kept, and told, of a call. */
import type { UnsequencedRecord } from "../../contract/audit-record.ts";
import type { JsonObject } from "../../contract/json.ts";
import type { AdmitRequest, AgentState } from "../../gateway/ports.ts";
import type { Verdict } from "../../policy/decision.ts";
import type { Excess } from "./admission-limit.ts";
import type { BoundState } from "./agent-state.ts";
import type { CallHead } from "./calls.ts";

/** Stands for all actions in the record of an excess: no action has this name. */
const ANY_ACTION = "*";

/** What never changes again after the verdict. */
export function callHead(
	bound: BoundState,
	tokenId: string,
	request: AdmitRequest,
	verdict: Verdict,
	review: CallHead["review"] | null,
	place: CallHead["place"] | null,
): CallHead {
	return {
		action: request.action,
		verdict: verdict.verdict,
		matched_guard: verdict.matched_guard,
		reason: verdict.reason,
		reason_code: verdict.reason_code,
		token_id: tokenId,
		agent: bound.state.name,
		role: bound.state.role,
		request_id: request.record.request_id,
		...(review ? { review } : {}),
		...(place && verdict.verdict === "allow" ? { place: { role: place.role, reservation: place.reservation } } : {}),
	};
}

/** What a record says beside what is known of the call already. */
export type Told = Partial<UnsequencedRecord> & Pick<UnsequencedRecord, "state">;

/** What the first record of a call says of it. */
export function verdictTold({ record, idempotency_key }: AdmitRequest, { verdict, facts }: Verdict): Told {
	return {
		state: verdict === "allow" ? "intent" : verdict === "review" ? "held" : "denied",
		facts: facts.length > 0 ? facts : undefined,
		fields: record.fields as JsonObject | undefined,
		input_digest: record.input_digest,
		idempotency_key: idempotency_key ?? undefined,
		source_ip: record.source_ip,
	};
}

/** One record of a call. Why it was decided so stands in its first one alone. */
export function actionRecord(
	event: { event_id: string; time: string },
	state: AgentState,
	actId: string,
	head: CallHead,
	more: Told,
): UnsequencedRecord {
	const first = more.state === "intent" || more.state === "denied" || more.state === "held";
	return {
		...event,
		kind: "action",
		workspace: state.workspace_id,
		agent: head.agent,
		token_id: head.token_id,
		act_id: actId,
		action: head.action,
		verdict: head.verdict,
		matched_guard: head.matched_guard ?? undefined,
		role: head.role,
		request_id: head.request_id,
		...(first
			? { reason_code: (head.reason_code ?? undefined) as UnsequencedRecord["reason_code"], reason: head.reason ?? undefined }
			: {}),
		...more,
	};
}

/** One record for all calls above the admission limit in ten seconds. No token: they may have come under several. */
export function excessRecord(
	event: { event_id: string; time: string; act_id: string },
	state: AgentState,
	excess: Excess,
	perSecond: number,
): UnsequencedRecord {
	const { count, since, until } = excess;
	return {
		...event,
		kind: "action",
		workspace: state.workspace_id,
		agent: state.name,
		action: ANY_ACTION,
		state: "denied",
		verdict: "deny",
		reason_code: "admission_limit",
		reason: `${count} ${count === 1 ? "call" : "calls"} refused, limit ${perSecond} calls a second`,
		role: state.role,
		fields: { count, since: new Date(since).toISOString(), until: new Date(until).toISOString() },
	};
}
