/** Held calls as reviewers see them: the rows, each until a week after its call ended. */
import { createHash } from "node:crypto";
import type { GuardFact } from "../../contract/audit-record.ts";
import { idFloor } from "../../contract/ids.ts";
import type { Json, JsonObject } from "../../contract/json.ts";
import type { ReviewDecision, ReviewState, ReviewView } from "../../contract/review.ts";
import type { Binding } from "../../gateway/ports.ts";
import type { Difference } from "../../gateway/review-ports.ts";
import { canonicalJson } from "../../policy/canonical-json.ts";
import type { ReviewTermsTaken } from "../../policy/compiled-role.ts";
import { askedReviews } from "../../policy/satisfied-reviews.ts";

const KEPT_AFTER_END_MS = 7 * 24 * 3_600_000;
const PRUNE_ROWS = 500;
const TOLD_AT_ONCE = 50;

/** All of a binding that a call's decision and execution depend on: not its epoch, which a new token counts up too. */
export type BoundTo = Pick<Binding, "name" | "role" | "labels" | "mailbox">;

export interface ReviewBody {
	agent: string;
	action: string;
	matched_guard: string | null;
	reason: string;
	reason_code: string;
	fields: JsonObject;
	input_digest: string | null;
	/** Where a large input lies in R2, until the call is not held any more. */
	input_key: string | null;
	source_ip: string | null;
	country: string | null;
	digest: string;
	binding: BoundTo;
	facts: GuardFact[];
	terms: ReviewTermsTaken;
	/** Milliseconds since 1970, as all times here. */
	held_at: number;
	expires_at: number;
	decided_at: number | null;
	decisions: KeptDecision[];
	/** Who released it. */
	release_id: string | null;
}

/** `principal` is whom the key counted as; `request_id` tells a decision that is made twice. */
export type KeptDecision = Omit<ReviewDecision, "at"> & { at: number; principal: string; request_id: string };

export interface ReviewRow {
	id: string;
	act_id: string;
	state: ReviewState;
	version: number;
	body: ReviewBody;
}

export function boundTo({ name, role, labels, mailbox }: Binding): BoundTo {
	return { name, role, labels, mailbox };
}

/** What an approval is for: agent, action, input, binding, and the guards that ask. */
export function lookDigest(agentId: string, body: Pick<ReviewBody, "action" | "input_digest" | "binding" | "facts">): string {
	const { action, input_digest, binding, facts } = body;
	const asked = askedReviews(facts).map(({ guard, when }) => [guard, when]);
	const shown = { agent_id: agentId, action, input_digest, binding, asked };
	return createHash("sha256")
		.update(canonicalJson(shown as unknown as Json))
		.digest("hex");
}

/** How two bindings differ; empty if they bind a call alike. */
export function differencesOf(before: BoundTo, after: BoundTo): Difference[] {
	const differences: Difference[] = [];
	const compare = (what: Difference["what"], was: string, is: string) => {
		if (was !== is) differences.push({ what, before: was, after: is });
	};
	compare("agent", before.name, after.name);
	compare("role", roleText(before.role), roleText(after.role));
	compare("labels", canonicalJson(before.labels), canonicalJson(after.labels));
	compare("mailbox", before.mailbox ?? "none", after.mailbox ?? "none");
	return differences;
}

function roleText({ name, rev, hash }: BoundTo["role"]): string {
	return `${name} rev ${rev} (${hash.slice(0, 12)})`;
}

/** Approvals that count, one for each principal. */
export function approvalsGiven(body: ReviewBody): string[] {
	const counting = body.decisions.filter((one) => one.decision === "approve" && one.counts);
	return [...new Set(counting.map((one) => one.principal))];
}

/** `ann@acme.com and bob@acme.com`: the owners whose word stands. */
export function decidedBy(body: ReviewBody): string[] {
	return [...new Set(body.decisions.filter((one) => one.counts).map((one) => one.owner))];
}

export function viewOf({ id, act_id, state, body }: ReviewRow): ReviewView {
	const { terms } = body;
	return {
		id,
		state,
		act_id,
		agent: body.agent,
		action: body.action,
		matched_guard: body.matched_guard,
		reason: body.reason,
		reason_code: body.reason_code as ReviewView["reason_code"],
		fields: body.fields,
		digest: body.digest,
		approvals: { wanted: terms.approvals, given: approvalsGiven(body).length },
		held_at: iso(body.held_at),
		expires_at: iso(body.expires_at),
		decided_at: body.decided_at === null ? null : iso(body.decided_at),
		decided_by: decidedBy(body),
		guards: body.facts,
		binding: { role: body.binding.role, labels: body.binding.labels, mailbox: body.binding.mailbox },
		self_approval: terms.self_approval ? "allowed" : terms.others_only ? "refused" : "unless_alone",
		decisions: body.decisions.map(({ principal: _principal, request_id: _requestId, at, ...told }) => ({ ...told, at: iso(at) })),
		input_digest: body.input_digest,
		source_ip: body.source_ip,
	};
}

export function addReview(sql: SqlStorage, row: Omit<ReviewRow, "version">): void {
	sql.exec(
		"INSERT INTO reviews (id, act_id, state, version, body) VALUES (?, ?, ?, 1, ?)",
		row.id,
		row.act_id,
		row.state,
		JSON.stringify(row.body),
	);
}

/** Writes a review as it is now. Whether it may become so is the caller's to know. */
export function saveReview(sql: SqlStorage, { id, state, body }: Pick<ReviewRow, "id" | "state" | "body">): void {
	sql.exec("UPDATE reviews SET state = ?, body = ?, version = version + 1 WHERE id = ?", state, JSON.stringify(body), id);
}

export function findReview(sql: SqlStorage, id: string): ReviewRow | null {
	for (const row of sql.exec<RawReview>(`${SELECT} WHERE id = ?`, id)) return readRow(row);
	return null;
}

/** How many calls wait, for people or for their release. */
export function openReviews(sql: SqlStorage): number {
	return sql.exec<{ rows: number }>("SELECT count(*) AS rows FROM reviews WHERE state IN ('pending', 'approved')").one().rows;
}

/** Reviews in a state, the oldest first. */
export function reviewsIn(sql: SqlStorage, state: ReviewState): ReviewRow[] {
	return sql.exec<RawReview>(`${SELECT} WHERE state = ? ORDER BY id`, state).toArray().map(readRow);
}

/** What the list in D1 does not have yet. */
export function untoldReviews(sql: SqlStorage): ReviewRow[] {
	return sql.exec<RawReview>(`${SELECT} WHERE told < version ORDER BY id LIMIT ?`, TOLD_AT_ONCE).toArray().map(readRow);
}

/** The list has these versions. */
export function noteTold(sql: SqlStorage, rows: readonly Pick<ReviewRow, "id" | "version">[]): void {
	for (const { id, version } of rows) sql.exec("UPDATE reviews SET told = max(told, ?) WHERE id = ?", version, id);
}

/** Forgets reviews whose calls ended a week ago; the list and the log go on knowing them. */
export function pruneReviews(sql: SqlStorage, nowMs: number): void {
	sql.exec(
		`DELETE FROM reviews WHERE id IN (
			SELECT id FROM reviews WHERE id < ? AND told >= version AND state NOT IN ('pending', 'approved')
			AND (body ->> '$.decided_at') <= ? LIMIT ?)`,
		idFloor("rev", nowMs - KEPT_AFTER_END_MS),
		nowMs - KEPT_AFTER_END_MS,
		PRUNE_ROWS,
	);
}

const SELECT = "SELECT id, act_id, state, version, body FROM reviews";

type RawReview = { id: string; act_id: string; state: string; version: number; body: string };

function readRow(row: RawReview): ReviewRow {
	return { ...row, state: row.state as ReviewState, body: JSON.parse(row.body) };
}

function iso(ms: number): string {
	return new Date(ms).toISOString();
}
