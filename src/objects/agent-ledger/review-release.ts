/**
 * The turn in which a held call is decided again and let go: once, by whoever asked with the release id that it keeps. Whatever is not
 * as it was shown, or asks for the first time now, holds it on or ends it.
 */
import type { Released, ReleaseRequest } from "../../gateway/review-ports.ts";
import type { Verdict } from "../../policy/decision.ts";
import { type AskedReview, askedReviews, verdictAfterApproval } from "../../policy/satisfied-reviews.ts";
import { needsRole } from "../series/counter-answers.ts";
import { type BoundState, hasValidToken, isTokenRevoked } from "./agent-state.ts";
import type { CallHead, CallRow } from "./calls.ts";
import type { Place } from "./place.ts";
import { RELEASE_WITHIN_MS, type ReviewTurns, shown } from "./review-turns.ts";
import * as reviews from "./reviews.ts";

/** Whether a release would be decided, and the call that it is of: what a shared counter has to be asked first for. */
export function releasable(
	turns: ReviewTurns,
	request: ReleaseRequest,
): { call: CallRow; approved: AskedReview[] | null } | null {
	const found = openForRelease(turns, request);
	return "row" in found ? { call: found.call, approved: found.approved } : null;
}

/** Decides a held call again: token, binding, guards, counters. Lets it go once, or holds it on, or ends it. */
export function release(turns: ReviewTurns, request: ReleaseRequest, place: Place | null): Released {
	const found = openForRelease(turns, request);
	if (!("row" in found)) {
		turns.inside.tellRole(place, "release");
		return found;
	}
	const { bound, row, call, approved } = found;
	return turns.inside.transaction(() => {
		const now = turns.inside.nowMs();
		const verdict = verdictAfterApproval(turns.inside.verdictOf(request, place, now), approved);
		if (verdict.verdict === "allow" && place?.reply.reserved !== true && needsRole(request.decision, approved))
			throw new Error("no call of a shared counter is let go without a place in it");
		turns.inside.tellRole(place, verdict.verdict === "allow" ? "confirm" : "release");
		if (verdict.verdict === "allow") return letGo(turns, bound, row, call, request, verdict, place, now);
		if (verdict.verdict === "review") return holdOn(turns, bound, row, call, verdict, now);
		const { reason_code, reason, facts, matched_guard } = verdict;
		turns.close(row, call, "denied", now, {
			reason_code: reason_code ?? "guard_denied",
			reason: reason ?? "denied",
			facts,
			matched_guard: matched_guard ?? undefined,
			role: bound.state.role,
		});
		return { kind: "denied", verdict };
	});
}

function openForRelease(
	turns: ReviewTurns,
	request: ReleaseRequest,
): Released | { bound: BoundState; row: reviews.ReviewRow; call: CallRow; approved: AskedReview[] | null } {
	const { sql } = turns.inside;
	const bound = turns.inside.bound();
	const row = bound && reviews.findReview(sql, request.review_id);
	const call = row && turns.inside.calls.find(row.act_id);
	if (!bound || !row || !call) return { kind: "not_found" };
	if (row.state === "released" && row.body.release_id === request.release_id && call.state === "running")
		return { kind: "released", act_id: row.act_id, matched_guard: call.head.matched_guard };
	const changed = reviews.differencesOf(row.body.binding, reviews.boundTo(bound.binding)).length > 0;
	if (row.state !== "approved" && !(row.state === "pending" && changed)) return { kind: "over", state: row.state };
	if (request.epoch !== bound.state.epoch || request.digest !== row.body.digest) return { kind: "stale" };
	const now = turns.inside.nowMs();
	if (
		now >=
		(row.state === "approved"
			? Math.max(row.body.expires_at, (row.body.decided_at ?? 0) + RELEASE_WITHIN_MS)
			: row.body.expires_at)
	) {
		turns.inside.transaction(() => turns.expire(call, now));
		return { kind: "over", state: "expired" };
	}
	if (isTokenRevoked(bound.state, call.head.token_id) || !hasValidToken(bound, now)) {
		turns.inside.transaction(() => turns.endUnauthorised(row, call));
		return { kind: "over", state: "denied" };
	}
	// What binds the agent is not what people saw: their word is void.
	return { bound, row, call, approved: row.state === "approved" && !changed ? askedReviews(row.body.facts) : null };
}

function letGo(
	turns: ReviewTurns,
	bound: BoundState,
	row: reviews.ReviewRow,
	call: CallRow,
	request: ReleaseRequest,
	verdict: Verdict,
	place: Place | null,
	now: number,
): Released {
	const { decision, release_id, time_limit_ms } = request;
	const approvers = verdict.facts.some((fact) => fact.took === "review" && !fact.shadow) ? reviews.decidedBy(row.body) : [];
	const tick = turns.inside.count(call.head.action, decision.uses, now);
	const head: CallHead = {
		...call.head,
		verdict: "allow",
		reason: null,
		reason_code: null,
		role: bound.state.role,
		...(place ? { place: { role: place.role, reservation: place.reservation } } : {}),
	};
	turns.inside.calls.release(row.act_id, head, tick, now + time_limit_ms + turns.inside.settleGraceMs);
	const body = { ...row.body, release_id, decided_at: row.body.decided_at ?? now };
	turns.save({ ...row, state: "released", body });
	const notes = row.body.decisions.flatMap(({ counts, note }) => (counts && note !== null ? [note] : []));
	const by = approvers.length === 0 ? "the role in force lets it pass" : `approved by ${approvers.join(" and ")}`;
	turns.inside.tell(row.act_id, head, now, {
		state: "released",
		reason: [by, ...notes].join(": "),
		facts: verdict.facts,
		fields: { review: row.id, ...(approvers.length === 0 ? {} : { approved_by: approvers }) },
	});
	return { kind: "released", act_id: row.act_id, matched_guard: head.matched_guard };
}

/** A guard asks that nobody has approved so: it wants a fresh look, and the approvals so far are of something else. */
function holdOn(
	turns: ReviewTurns,
	bound: BoundState,
	row: reviews.ReviewRow,
	call: CallRow,
	verdict: Verdict,
	now: number,
): Released {
	const expires_at = Math.min(row.body.expires_at, now + (verdict.review?.expires_ms ?? 0));
	const body: reviews.ReviewBody = {
		...row.body,
		...shown(verdict, bound),
		expires_at,
		decided_at: null,
		decisions: row.body.decisions.map((one) => ({ ...one, counts: false })),
	};
	body.digest = reviews.lookDigest(bound.state.agent_id, body);
	turns.save({ ...row, state: "pending", body });
	const { matched_guard, reason, reason_code } = verdict;
	const head: CallHead = {
		...call.head,
		matched_guard,
		reason,
		reason_code,
		role: bound.state.role,
		review: { id: row.id, expires_at },
	};
	turns.inside.calls.holdOn(row.act_id, head, expires_at);
	turns.inside.tell(row.act_id, head, now, {
		state: "held",
		facts: verdict.facts,
		input_digest: row.body.input_digest ?? undefined,
	});
	return { kind: "held" };
}
