/**
 * The turn in which a person's word on a held call is heard: durable, with its record, before anything follows from it. Of all words,
 * the first deny and the last approval that was wanted decide; every other one is told so and changes nothing.
 */
import type { UnsequencedRecord } from "../../contract/audit-record.ts";
import { recordText } from "../../contract/record-text.ts";
import type { ReviewState } from "../../contract/review.ts";
import type { DecideRequest, ReviewDecided, Reviewer } from "../../gateway/review-ports.ts";
import { textDigest } from "../../tlog/text-digest.ts";
import type { BoundState } from "./agent-state.ts";
import type { CallRow } from "./calls.ts";
import { RELEASE_WITHIN_MS, type ReviewTurns } from "./review-turns.ts";
import * as reviews from "./reviews.ts";

/** A person's word. The first deny ends the call; enough approvals make it one that is to be released. */
export function decideReview(turns: ReviewTurns, request: DecideRequest): ReviewDecided {
	const { sql } = turns.inside;
	const bound = turns.inside.bound();
	const row = bound && reviews.findReview(sql, request.review_id);
	const call = row && turns.inside.calls.find(row.act_id);
	if (!bound || !row || !call) return { kind: "not_found" };
	const now = turns.inside.nowMs();
	const earlier = row.body.decisions.find((one) => one.request_id === request.by.request_id);
	if (earlier) return decidedAs(row.state);
	if (row.state !== "pending") return { kind: "over", state: row.state };
	if (now >= row.body.expires_at) {
		turns.inside.transaction(() => turns.expire(call, now));
		return { kind: "over", state: "expired" };
	}
	if (request.decision.kind === "deny") {
		turns.inside.transaction(() => deny(turns, bound, row, call, request, now));
		return { kind: "denied" };
	}
	const refusal = refusalOf(bound, row, request.decision.digest, request.by);
	if (refusal) return refusal;
	return turns.inside.transaction(() => approve(turns, bound, row, request, now));
}

function approve(
	turns: ReviewTurns,
	bound: BoundState,
	row: reviews.ReviewRow,
	request: DecideRequest,
	now: number,
): ReviewDecided {
	const { body } = row;
	const { revoked_keys } = request.by;
	for (const one of body.decisions) if (revoked_keys.includes(one.key_id)) one.counts = false;
	body.decisions.push(keptDecision(request, now));
	const enough = reviews.approvalsGiven(body).length >= body.terms.approvals;
	if (enough) body.decided_at = now;
	turns.save({ ...row, state: enough ? "approved" : "pending" });
	tellDecision(turns, bound, row, request, now);
	if (!enough) return { kind: "counted" };
	const call = turns.inside.calls.find(row.act_id);
	if (call) turns.inside.calls.holdOn(row.act_id, call.head, Math.max(body.expires_at, now + RELEASE_WITHIN_MS));
	return { kind: "approved" };
}

function deny(
	turns: ReviewTurns,
	bound: BoundState,
	row: reviews.ReviewRow,
	call: CallRow,
	request: DecideRequest,
	now: number,
): void {
	row.body.decisions.push(keptDecision(request, now));
	tellDecision(turns, bound, row, request, now);
	const { owner } = request.by;
	const reason = `denied by ${owner}${request.note === null ? "" : `: ${request.note}`}`;
	turns.close(row, call, "denied", now, { reason_code: "review_denied", reason });
}

function tellDecision(
	turns: ReviewTurns,
	bound: BoundState,
	row: reviews.ReviewRow,
	{ decision, note, by }: DecideRequest,
	now: number,
): void {
	const record: UnsequencedRecord = {
		event_id: turns.inside.newEventId(),
		time: new Date(now).toISOString(),
		kind: "admin",
		workspace: bound.state.workspace_id,
		agent: bound.state.name,
		token_id: by.key_id,
		act_id: turns.inside.newActId(),
		action: `review.${decision.kind}`,
		state: "done",
		fields: {
			review: row.id,
			act: row.act_id,
			owner: by.owner,
			approvals: `${reviews.approvalsGiven(row.body).length} of ${row.body.terms.approvals}`,
			digest: row.body.digest,
			...(note === null ? {} : { note }),
		},
		request_id: by.request_id,
		...(by.source_ip === undefined ? {} : { source_ip: by.source_ip }),
	};
	turns.inside.tellText(record.act_id, recordText(record, textDigest));
}

/** Why an approval does not count; null if it does. */
function refusalOf(bound: BoundState, { body }: reviews.ReviewRow, digest: string, by: Reviewer): ReviewDecided | null {
	const differences = reviews.differencesOf(body.binding, reviews.boundTo(bound.binding));
	if (differences.length > 0) return { kind: "binding_changed", differences };
	if (digest !== body.digest) return { kind: "not_what_is_held" };
	const { terms } = body;
	if (by.is_maker && !terms.self_approval && (terms.others_only || by.others)) return { kind: "own_agent" };
	const counting = body.decisions.filter((one) => one.counts && !by.revoked_keys.includes(one.key_id));
	return counting.some((one) => one.principal === by.principal) ? { kind: "already_approved" } : null;
}

function keptDecision({ decision, note, by }: DecideRequest, now: number): reviews.KeptDecision {
	const { key_id, owner, principal, request_id } = by;
	return { decision: decision.kind, owner, key_id, note, at: now, counts: true, principal, request_id };
}

/** The answer to a decision that was made already, by the very same request. */
function decidedAs(state: ReviewState): ReviewDecided {
	if (state === "pending") return { kind: "counted" };
	if (state === "denied") return { kind: "denied" };
	return state === "expired" ? { kind: "over", state } : { kind: "approved" };
}
