/** An answer that is passed on while it comes: begun on the log before its first byte, ended on the log whatever happens. */
import { describe, expect, test } from "vitest";
import type { SettleRequest } from "../../src/gateway/ports.ts";
import { GRACE_MS, NOT_REACHED, OK, START, withBook } from "../support/worker/ledger-book.ts";

type Word = SettleRequest["outcome"];
const LIMIT_MS = 3_600_000;
const STARTED: Word = { kind: "started", upstream_status: 200, limit_ms: LIMIT_MS };
const CLOSED: Word = { kind: "closed", upstream_status: 200, fields: { response_bytes: 42 } };
const ABORTED: Word = {
	kind: "aborted",
	fields: { response_bytes: 7 },
	error: { code: "upstream_failed", message: "the upstream broke off", upstream_status: 200 },
};
const UNKNOWN: Word = {
	kind: "unknown",
	error: { code: "upstream_unknown", message: "no answer", upstream_status: null },
};

describe("a call whose answer is passed on while it comes", () => {
	test("is started, then closed, and counts as executed", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.settle("act_a", STARTED);
			expect(book.ledger.call("act_a")?.state).toBe("running");
			expect(book.records()[1]).toMatchObject({ state: "started", upstream_status: 200, duration_ms: 5 });
			book.settle("act_a", CLOSED);
			expect(book.ledger.call("act_a")?.state).toBe("executed");
			expect(book.records()[2]).toMatchObject({ state: "closed", upstream_status: 200, fields: { response_bytes: 42 } });
			expect(book.uses().length).toBe(1);
		}));

	test("that breaks off is aborted, with the reason, and counts as failed", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.settle("act_a", STARTED);
			book.settle("act_a", ABORTED);
			expect(book.ledger.call("act_a")).toMatchObject({ state: "failed", error: { message: "the upstream broke off" } });
			expect(book.records()[2]).toMatchObject({
				state: "aborted",
				reason: "the upstream broke off",
				fields: { response_bytes: 7 },
			});
		}));

	test("starts once and ends once: later words change nothing", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			for (const word of [STARTED, STARTED, CLOSED, STARTED, ABORTED, OK, NOT_REACHED, UNKNOWN]) book.settle("act_a", word);
			expect(book.states("act_a")).toEqual(["intent", "started", "closed"]);
			expect(book.uses().length).toBe(1);
		}));

	test("in flight answers its idempotency key as one that runs", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a", idempotency_key: "k" });
			book.settle("act_a", STARTED);
			expect(book.admit({ idempotency_key: "k" })).toEqual({ kind: "in_flight", act_id: "act_a" });
			book.reopen();
			expect(book.admit({ idempotency_key: "k" })).toEqual({ kind: "in_flight", act_id: "act_a" });
		}));

	test("may take longer than the action's time limit, and is aborted once its own is over, also after a restart", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.now = START + 1_000;
			book.settle("act_a", STARTED);
			book.reopen();
			book.now = START + 1_000 + LIMIT_MS + GRACE_MS - 1;
			book.ledger.endOverdue();
			expect(book.states("act_a")).toEqual(["intent", "started"]);
			book.now += 1;
			book.ledger.endOverdue();
			expect(book.states("act_a")).toEqual(["intent", "started", "aborted"]);
			expect(book.records()[2]?.reason).toBe("the answer began, and it was never told how it ended");
		}));

	test("that became unknown before it began stays so", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.settle("act_a", UNKNOWN);
			book.settle("act_a", STARTED);
			expect(book.states("act_a")).toEqual(["intent", "unknown"]);
		}));
});
