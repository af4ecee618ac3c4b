/** The same call again: by its idempotency key, by its act id after a lost reply, before and after an eviction. */
import { describe, expect, test } from "vitest";
import type { Admitted } from "../../src/gateway/ports.ts";
import {
	atMost,
	GRACE_MS,
	NOT_REACHED,
	OK,
	REACHED_AND_FAILED,
	START,
	stateOf,
	TIME_LIMIT_MS,
	verdict,
	withBook,
} from "../support/worker/ledger-book.ts";

const DAY = 86_400_000;

describe("an idempotency key that has been seen", () => {
	const first = { act_id: "act_a", idempotency_key: "key-1" };
	const again = { act_id: "act_b", idempotency_key: "key-1" };

	test("with the same input is answered what the first call came to, and counts nothing", () =>
		withBook((book) => {
			book.admit(first);
			book.settle("act_a", OK);
			expect(book.admit(again)).toEqual({ kind: "replayed", call: book.ledger.call("act_a") });
			expect(book.uses().length).toBe(1);
			expect(book.states("act_b")).toEqual([]);
		}));

	test("with another input, or for another action, is refused", () =>
		withBook((book) => {
			book.admit(first);
			expect(book.word({ ...again, record: { input_digest: "input-2", request_id: "req_2" } })).toBe("key_reused");
			expect(book.word({ ...again, action: "mail.read" })).toBe("key_reused");
			book.settle("act_a", OK);
			expect(book.word({ ...again, record: { input_digest: "input-2", request_id: "req_2" } })).toBe("key_reused");
			expect(book.word({ ...again, record: { request_id: "req_2" } })).toBe("key_reused");
		}));

	test("of a call that still runs names that call", () =>
		withBook((book) => {
			book.admit(first);
			expect(book.admit(again)).toEqual({ kind: "in_flight", act_id: "act_a" });
		}));

	test("of a held call finds it held, then expired", () =>
		withBook((book) => {
			book.admit({ ...first, decision: verdict("review", { expires_ms: 60_000 }) });
			expect(book.admit(again)).toMatchObject({ kind: "replayed", call: { act_id: "act_a", state: "held" } });
			book.now += 60_000;
			book.ledger.endOverdue();
			expect(book.admit(again)).toMatchObject({ kind: "replayed", call: { act_id: "act_a", state: "expired" } });
		}));

	test("of an unknown call is answered as unknown and never run again, until a late outcome comes", () =>
		withBook((book) => {
			book.admit(first);
			book.now = START + TIME_LIMIT_MS + GRACE_MS;
			book.ledger.endOverdue();
			for (let i = 0; i < 3; i++) expect(book.admit(again)).toMatchObject({ kind: "replayed", call: { state: "unknown" } });
			book.settle("act_a", OK);
			expect(book.admit(again)).toMatchObject({ kind: "replayed", call: { state: "executed", result: { queued: true } } });
			expect(book.uses().length).toBe(1);
		}));

	for (const outcome of [REACHED_AND_FAILED, NOT_REACHED]) {
		test(`of a failed call (reached: ${outcome.kind === "failed" && outcome.reached}) is answered the failure`, () =>
			withBook((book) => {
				book.admit(first);
				book.settle("act_a", outcome);
				expect(book.admit(again)).toMatchObject({ kind: "replayed", call: { state: "failed" } });
			}));
	}

	test("is free again after 24 hours, and not a millisecond earlier", () =>
		withBook((book) => {
			book.admit(first);
			book.settle("act_a", OK);
			book.now = START + DAY - 1;
			expect(book.word(again)).toBe("replayed");
			book.now = START + DAY;
			expect(book.word(again)).toBe("allow");
			expect(book.ledger.call("act_a")?.state).toBe("executed");
		}));

	test("is remembered over an eviction and a change of the role", () =>
		withBook((book) => {
			book.admit(first);
			book.settle("act_a", OK);
			book.ledger.bind(stateOf(2));
			book.reopen();
			expect(book.admit({ ...again, epoch: 2, decision: verdict("deny") })).toMatchObject({ kind: "replayed" });
		}));

	test("is not used up by a denial: the call may pass later under the same key", () =>
		withBook((book) => {
			expect(book.word({ ...first, decision: verdict("deny") })).toBe("deny");
			expect(book.word(again)).toBe("allow");
		}));

	test("does not replay while the limit is exhausted for others", () =>
		withBook((book) => {
			book.admit({ ...first, decision: atMost(1) });
			book.settle("act_a", OK);
			expect(book.word({ decision: atMost(1) })).toBe("deny");
			expect(book.word({ ...again, decision: atMost(1) })).toBe("replayed");
		}));
});

describe("an admission whose reply was lost", () => {
	const lost = { act_id: "act_a", decision: atMost(1) };
	const word = (admitted: Admitted) => (admitted.kind === "decided" ? admitted.verdict.verdict : admitted.kind);

	for (const evicted of [false, true]) {
		const when = evicted ? "after an eviction" : "at once";

		test(`is answered as before ${when}: an allowed call is neither counted nor recorded twice`, () =>
			withBook((book) => {
				expect(word(book.admit(lost))).toBe("allow");
				if (evicted) book.reopen();
				expect(word(book.admit({ ...lost, attempt: 2 }))).toBe("allow");
				expect(book.states("act_a")).toEqual(["intent"]);
				expect(book.uses().length).toBe(1);
			}));

		test(`is answered as before ${when}: a held call keeps its review`, () =>
			withBook((book) => {
				const request = { act_id: "act_a", decision: verdict("review") };
				const first = book.admit(request);
				if (evicted) book.reopen();
				const again = book.admit({ ...request, attempt: 2 });
				if (first.kind !== "decided" || again.kind !== "decided") throw new Error("not decided");
				expect(again.review).toEqual(first.review);
				expect(again.verdict.verdict).toBe("review");
				expect(book.states("act_a")).toEqual(["held"]);
			}));

		test(`is answered as before ${when}: a denied call is one record`, () =>
			withBook((book) => {
				book.admit({ decision: atMost(1) });
				const first = book.admit(lost);
				if (evicted) book.reopen();
				const again = book.admit({ ...lost, attempt: 2 });
				expect(word(first)).toBe("deny");
				expect(word(again)).toBe("deny");
				expect(book.states("act_a")).toEqual(["denied"]);
			}));
	}

	test("is found under its act id before its own idempotency key stands in its way", () =>
		withBook((book) => {
			const request = { act_id: "act_a", idempotency_key: "key-1" };
			book.admit(request);
			expect(word(book.admit({ ...request, attempt: 2 }))).toBe("allow");
		}));

	test("is not answered to a token that was revoked meanwhile", () =>
		withBook((book) => {
			book.admit(lost);
			book.ledger.bind(stateOf(2, { revoked: true }));
			expect(word(book.admit({ ...lost, attempt: 2 }))).toBe("unauthenticated");
		}));

	test("never arrived is admitted by the second attempt", () =>
		withBook((book) => {
			expect(word(book.admit({ ...lost, attempt: 2 }))).toBe("allow");
			expect(book.states("act_a")).toEqual(["intent"]);
		}));
});
