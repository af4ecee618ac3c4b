/** The ledger's turns on held calls, with a clock that the test turns: expiry, lost replies, and who is told to carry a call out. */
import { describe, expect, test } from "vitest";
import type { DecideRequest, Released } from "../../src/gateway/review-ports.ts";
import { decideReview } from "../../src/objects/agent-ledger/review-decisions.ts";
import { release } from "../../src/objects/agent-ledger/review-release.ts";
import { DIGEST, type LedgerBook, NOT_REACHED, OK, START, stateOf, verdict, withBook } from "../support/worker/ledger-book.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What a guard that holds every call comes to. */
const HELD = held();

function held() {
	const decision = verdict("review");
	if (decision.kind !== "verdict") throw new Error("no verdict");
	return {
		...decision,
		verdict: { ...decision.verdict, facts: [{ guard: "held", when: true, took: "review" as const, saw: {} }] },
	};
}

function hold(book: LedgerBook, more: object = {}) {
	const admitted = book.admit({ act_id: "act_a", decision: HELD, input: "{}", ...more });
	if (admitted.kind !== "decided" || !admitted.review) throw new Error("not held");
	return admitted.review.id;
}

let requests = 0;
const person = (name: string, more: Partial<DecideRequest["by"]> = {}): DecideRequest["by"] => ({
	key_id: `key_${name}`,
	owner: name,
	principal: name,
	is_maker: false,
	others: true,
	revoked_keys: [],
	request_id: `req_${++requests}`,
	source_ip: undefined,
	...more,
});

function approve(book: LedgerBook, reviewId: string, by = person("ann")) {
	const digest = book.ledger.reviews.find(reviewId)?.view.digest ?? "";
	return decideReview(book.ledger.reviews, { review_id: reviewId, decision: { kind: "approve", digest }, note: null, by });
}

const deny = (book: LedgerBook, reviewId: string) =>
	decideReview(book.ledger.reviews, { review_id: reviewId, decision: { kind: "deny" }, note: null, by: person("bob") });

function letGo(book: LedgerBook, reviewId: string, release_id = "evt_1", more: object = {}): Released {
	const digest = book.ledger.reviews.find(reviewId)?.view.digest ?? "";
	const epoch = book.ledger.binding?.epoch ?? 0;
	const request = { review_id: reviewId, release_id, epoch, digest, decision: HELD, time_limit_ms: 15_000, ...more };
	return release(book.ledger.reviews, request, null);
}

const stateNow = (book: LedgerBook) => book.ledger.call("act_a")?.state;

describe("expiry", () => {
	test("denies at its moment, whether the alarm is first or a person", () =>
		withBook((book) => {
			const id = hold(book);
			book.now = START + HOUR - 1;
			book.ledger.endOverdue();
			expect(stateNow(book)).toBe("held");
			book.now = START + HOUR;
			expect(approve(book, id)).toEqual({ kind: "over", state: "expired" });
			expect([stateNow(book), book.states("act_a")]).toEqual(["expired", ["held", "expired"]]);
			expect(deny(book, id)).toEqual({ kind: "over", state: "expired" });
		}));

	test("of what was approved at the last moment comes a minute later: it can be released until then, and not after", () =>
		withBook((book) => {
			const id = hold(book);
			book.now = START + HOUR - 1;
			expect(approve(book, id)).toEqual({ kind: "approved" });
			book.now = START + HOUR + MINUTE - 2;
			book.ledger.endOverdue();
			expect(letGo(book, id).kind).toBe("released");

			const late = hold(book, { act_id: "act_b" });
			expect(approve(book, late)).toEqual({ kind: "approved" });
			book.now += HOUR + MINUTE;
			expect(letGo(book, late)).toEqual({ kind: "over", state: "expired" });
			expect(book.states("act_b")).toEqual(["held", "expired"]);
		}));

	test("is not undone, nor put off, by a clock that goes back; one that jumps ahead denies", () =>
		withBook((book) => {
			const id = hold(book);
			book.now = START - 24 * HOUR;
			expect(approve(book, id)).toEqual({ kind: "approved" });
			expect(letGo(book, id).kind).toBe("released");
			const next = hold(book, { act_id: "act_b" });
			book.now = START + 400 * 24 * HOUR;
			book.ledger.endOverdue();
			book.now = START;
			expect(approve(book, next)).toEqual({ kind: "over", state: "expired" });
			expect(book.uses().length).toBe(1);
		}));
});

describe("a reply that was lost", () => {
	test("to a decision: the same request is answered the same, another one finds it decided", () =>
		withBook((book) => {
			const id = hold(book);
			const by = person("ann");
			expect([approve(book, id, by), approve(book, id, by)]).toEqual([{ kind: "approved" }, { kind: "approved" }]);
			book.reopen();
			expect(approve(book, id, by)).toEqual({ kind: "approved" });
			expect(approve(book, id)).toEqual({ kind: "over", state: "approved" });
			expect(book.records().filter((record) => record.action === "review.approve").length).toBe(1);
		}));

	test("to a release: the same attempt is told again to carry the call out, every other one is not", () =>
		withBook((book) => {
			const id = hold(book);
			approve(book, id);
			expect(letGo(book, id, "evt_1")).toMatchObject({ kind: "released", act_id: "act_a" });
			book.reopen();
			expect(letGo(book, id, "evt_1")).toMatchObject({ kind: "released", act_id: "act_a" });
			expect(letGo(book, id, "evt_2")).toEqual({ kind: "over", state: "released" });
			expect(book.uses().length).toBe(1);
			book.settle("act_a", OK);
			expect(letGo(book, id, "evt_1")).toEqual({ kind: "over", state: "released" });
			expect(book.states("act_a")).toEqual(["held", "released", "executed"]);
		}));

	test("of an attempt that gave up: its word ends its own release, and nobody else's", () =>
		withBook((book) => {
			const id = hold(book);
			approve(book, id);
			const giveUp = (release_id: string) =>
				book.ledger.settle({ act_id: "act_a", outcome: NOT_REACHED, duration_ms: 0, release_id });
			giveUp("evt_1");
			expect(letGo(book, id, "evt_2").kind).toBe("released");
			giveUp("evt_1");
			expect(stateNow(book)).toBe("running");
			giveUp("evt_2");
			expect([stateNow(book), book.uses()]).toEqual(["failed", []]);
		}));

	test("for ever: a call that was let go and of which nothing is heard becomes unknown, and is not let go again", () =>
		withBook((book) => {
			const id = hold(book);
			approve(book, id);
			letGo(book, id);
			book.reopen();
			book.now += 15_000 + MINUTE;
			book.ledger.endOverdue();
			expect(stateNow(book)).toBe("unknown");
			expect(letGo(book, id, "evt_2")).toEqual({ kind: "over", state: "released" });
		}));
});

describe("what an approval is not good for", () => {
	test("a binding that changed between approval and release: held on under the new one, approvals void", () =>
		withBook((book) => {
			const id = hold(book);
			const { digest } = book.ledger.reviews.find(id)?.view ?? {};
			approve(book, id);
			book.ledger.bind(stateOf(2));
			expect(letGo(book, id, "evt_1", { epoch: 1, digest })).toEqual({ kind: "stale" });
			expect(letGo(book, id, "evt_1", { digest })).toEqual({ kind: "held" });
			expect(book.ledger.reviews.find(id)?.view).toMatchObject({ state: "pending", approvals: { given: 0 } });
			expect(book.states("act_a")).toEqual(["held", "held"]);
		}));

	test("a pending review with nothing changed is not let go by whoever asks", () =>
		withBook((book) => {
			const id = hold(book);
			expect(letGo(book, id)).toEqual({ kind: "over", state: "pending" });
			expect(letGo(book, id, "evt_1", { decision: verdict("allow") })).toEqual({ kind: "over", state: "pending" });
			expect(stateNow(book)).toBe("held");
		}));

	test("an agent none of whose tokens is good any more", () =>
		withBook((book) => {
			const id = hold(book);
			approve(book, id);
			book.ledger.bind(stateOf(2, { tokens: [{ id: "tok_1", digest: DIGEST, revoked: false, expires_at: START }] }));
			expect(letGo(book, id)).toMatchObject({ kind: "over", state: "denied" });
			expect(book.records().at(-1)).toMatchObject({ state: "denied", reason_code: "revoked" });
		}));

	test("an approval under a key that was revoked before the last one came", () =>
		withBook((book) => {
			const two = held();
			two.verdict.review = { guards: ["held"], approvals: 2, expires_ms: HOUR, self_approval: false };
			const id = hold(book, { decision: two });
			expect(approve(book, id, person("ann"))).toEqual({ kind: "counted" });
			expect(approve(book, id, person("bob", { revoked_keys: ["key_ann"] }))).toEqual({ kind: "counted" });
			expect(approve(book, id, person("carl"))).toEqual({ kind: "approved" });
			expect(book.ledger.reviews.find(id)?.view.decided_by).toEqual(["bob", "carl"]);
		}));
});

test("a held call keeps its idempotency key for as long as it is held, however long that is", () =>
	withBook((book) => {
		const long = held();
		long.verdict.review = { guards: ["held"], approvals: 1, expires_ms: 30 * 24 * HOUR, self_approval: false };
		hold(book, { decision: long, idempotency_key: "key" });
		book.now = START + 29 * 24 * HOUR;
		expect(book.admit({ decision: long, idempotency_key: "key" })).toMatchObject({ kind: "replayed", call: { act_id: "act_a" } });
	}));
