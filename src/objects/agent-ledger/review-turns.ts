/**
 * The ledger's turns on held calls, each one synchronous transaction: a call is held, decided on by people, decided again by policy
 * and let go. Whatever races: a call leaves `pending` once, `approved` once, and only who made the release is told to carry it out.
 */
import type { UnsequencedRecord } from "../../contract/audit-record.ts";
import type { JsonObject } from "../../contract/json.ts";
import { cutValue } from "../../contract/record-text.ts";
import type { AdmitRequest, AgentState } from "../../gateway/ports.ts";
import type { HeldCall } from "../../gateway/review-ports.ts";
import type { Verdict } from "../../policy/decision.ts";
import { textDigest } from "../../tlog/text-digest.ts";
import { type BoundState, isTokenRevoked } from "./agent-state.ts";
import { overdueEnd } from "./call-ends.ts";
import { asLedgerCall, type CallHead, type CallRow } from "./calls.ts";
import type { LedgerInside } from "./ledger-inside.ts";
import * as reviews from "./reviews.ts";

/** An approved call has at least so long to be released, should its approval come at the last moment. */
export const RELEASE_WITHIN_MS = 60_000;
/** An approval that nobody has carried out by then was taken by a Worker that died. */
const CARRY_ON_AFTER_MS = 5_000;
/** A guard's values are shown in full with the input; beside it, and on the list, they are cut. */
const SHOWN_CHARACTERS = 1_024;

export class ReviewTurns {
	readonly inside: LedgerInside;
	/** Whether the list in D1 lacks anything, and whether any call may be approved and not let go: most agents are spared the look. */
	#hasNews = false;
	#hasApproved = false;

	constructor(ledger: LedgerInside) {
		this.inside = ledger;
	}

	/** The tables are there. */
	begin(): void {
		this.#hasNews = true;
		this.#hasApproved = true;
		// Both settle to what is there.
		this.news();
		this.#approved();
	}

	/** How many calls wait for people, or for their release. */
	get open(): number {
		return reviews.openReviews(this.inside.sql);
	}

	/** Begins the review of a call that was just held. Part of the turn that holds it. */
	hold(bound: BoundState, request: AdmitRequest, head: CallHead, verdict: Verdict, now: number): void {
		if (!head.review || !verdict.review) return;
		const { record } = request;
		const body: reviews.ReviewBody = {
			agent: bound.state.name,
			action: request.action,
			...shown(verdict, bound),
			fields: cutValues(record.fields ?? {}),
			input_digest: record.input_digest ?? null,
			input_key: request.input_key ?? null,
			source_ip: record.source_ip ?? null,
			country: request.country ?? null,
			digest: "",
			held_at: now,
			expires_at: head.review.expires_at,
			decided_at: null,
			decisions: [],
			release_id: null,
		};
		body.digest = reviews.lookDigest(bound.state.agent_id, body);
		reviews.addReview(this.inside.sql, { id: head.review.id, act_id: request.act_id, state: "pending", body });
		this.#hasNews = true;
	}

	/** A held call, as whoever decides on it has to know it. */
	find(reviewId: string): HeldCall | null {
		const bound = this.inside.bound();
		const row = bound && reviews.findReview(this.inside.sql, reviewId);
		if (!bound || !row) return null;
		const call = this.inside.calls.find(row.act_id);
		const error = call?.ending?.error;
		const state = call && asLedgerCall(call).state;
		return {
			view: reviews.viewOf(row),
			call: state && {
				state: state === "held" ? "pending" : state,
				...(error ? { error: { code: error.code, message: error.message } } : {}),
			},
			binding: bound.binding,
			input: this.inside.calls.heldInput(row.act_id),
			input_key: call?.state === "held" ? row.body.input_key : null,
			request: { ip: row.body.source_ip ?? undefined, country: row.body.country ?? undefined },
		};
	}

	/** Nobody has decided, or nobody has carried out what was decided. Part of a turn. */
	expire(call: CallRow, now: number): void {
		const row = call.head.review && reviews.findReview(this.inside.sql, call.head.review.id);
		const end = overdueEnd("held");
		if (row) this.close(row, call, "expired", now, end.record);
		else this.inside.end(call, end, now);
	}

	/** Ends what the agent may not do any more: all of it where the agent is revoked, else what its revoked tokens asked for. */
	endRevoked(state: AgentState): void {
		const { sql } = this.inside;
		for (const row of [...reviews.reviewsIn(sql, "pending"), ...reviews.reviewsIn(sql, "approved")]) {
			const call = this.inside.calls.find(row.act_id);
			if (call?.state === "held" && isTokenRevoked(state, call.head.token_id)) this.endUnauthorised(row, call);
		}
	}

	/** The agent may not do it any more. Part of a turn. */
	endUnauthorised(row: reviews.ReviewRow, call: CallRow): void {
		const why = { reason_code: "revoked", reason: "the agent, or the token of this call, was revoked" } as const;
		this.close(row, call, "denied", this.inside.nowMs(), why);
	}

	/** The end of a call that was never released, of its review, and the record of it. */
	close(row: reviews.ReviewRow, call: CallRow, state: "denied" | "expired", now: number, why: Partial<UnsequencedRecord>): void {
		row.body.decided_at = now;
		this.save({ ...row, state });
		const head = { ...call.head, verdict: "deny" as const, reason: why.reason ?? null, reason_code: why.reason_code ?? null };
		this.inside.calls.holdOn(row.act_id, head, 0);
		this.inside.end({ ...call, head }, { state, ending: null, record: { verdict: "deny", ...why, state } }, now);
	}

	/** Whether this very attempt let a call go. */
	wasReleasedBy({ head }: CallRow, releaseId: string): boolean {
		const row = head.review && reviews.findReview(this.inside.sql, head.review.id);
		return row?.body.release_id === releaseId;
	}

	/** What the list in D1 does not have yet, the oldest first; empty at the end. */
	news(): reviews.ReviewRow[] {
		const rows = this.#hasNews ? reviews.untoldReviews(this.inside.sql) : [];
		this.#hasNews = rows.length > 0;
		return rows;
	}

	/** Whether the list may lack something. */
	get hasNews(): boolean {
		return this.#hasNews;
	}

	/** The list has these. */
	told(rows: readonly reviews.ReviewRow[]): void {
		reviews.noteTold(this.inside.sql, rows);
	}

	/** Approved calls that nobody has let go for a while: whoever took the last approval is gone. */
	leftOver(): string[] {
		const before = this.inside.nowMs() - CARRY_ON_AFTER_MS;
		return this.#approved()
			.filter((row) => (row.body.decided_at ?? 0) <= before)
			.map((row) => row.id);
	}

	/** When to look for them next, in milliseconds since 1970; null if there is nothing to look for. */
	get carryOnAt(): number | null {
		const times = this.#approved().map((row) => row.body.decided_at ?? 0);
		return times.length === 0 ? null : Math.min(...times) + CARRY_ON_AFTER_MS;
	}

	#approved(): reviews.ReviewRow[] {
		const rows = this.#hasApproved ? reviews.reviewsIn(this.inside.sql, "approved") : [];
		this.#hasApproved = rows.length > 0;
		return rows;
	}

	/** Writes a review as it is now, for the list to be told. Part of a turn. */
	save(row: Pick<reviews.ReviewRow, "id" | "state" | "body">): void {
		reviews.saveReview(this.inside.sql, row);
		this.#hasNews = true;
		if (row.state === "approved") this.#hasApproved = true;
	}
}

/** What a verdict shows to reviewers. */
export function shown(verdict: Verdict, bound: BoundState) {
	const { guards: _guards, ...terms } = verdict.review ?? { guards: [], approvals: 1, expires_ms: 0, self_approval: false };
	return {
		matched_guard: verdict.matched_guard,
		reason: verdict.reason ?? "a person must sign this off",
		reason_code: verdict.reason_code ?? "guard_review",
		binding: reviews.boundTo(bound.binding),
		facts: verdict.facts.map((fact) => ({ ...fact, saw: cutValues(fact.saw as JsonObject) })),
		terms,
	};
}

function cutValues(values: JsonObject): JsonObject {
	const cut = Object.entries(values).map(([name, value]) => [name, cutValue(value, SHOWN_CHARACTERS, textDigest)]);
	return Object.fromEntries(cut) as JsonObject;
}
