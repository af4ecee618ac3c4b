/** From intent to outcome: what ends a call, what may follow what, and what is said of a call that nobody heard from again. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ID_RANDOM_BYTES, makeId } from "../../src/contract/ids.ts";
import {
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

const UNKNOWN = {
	kind: "unknown",
	error: { code: "upstream_unknown", message: "no answer", upstream_status: null },
} as const;

describe("an admitted call", () => {
	test("has its intent on the log before anything runs, its outcome after", () =>
		withBook((book) => {
			book.admit({
				act_id: "act_a",
				record: { fields: { to: "jordan@acme.com" }, input_digest: "d", request_id: "req_7", source_ip: "203.0.113.7" },
			});
			expect(book.records()).toMatchObject([
				{
					act_id: "act_a",
					state: "intent",
					verdict: "allow",
					agent: "helpdesk-bot",
					token_id: "tok_1",
					role: { name: "support-agent", rev: 1, hash: "hash-1" },
					fields: { to: "jordan@acme.com" },
					input_digest: "d",
					request_id: "req_7",
					source_ip: "203.0.113.7",
					time: new Date(START).toISOString(),
				},
			]);
			book.now += 40;
			book.settle("act_a", OK);
			expect(book.records()[1]).toMatchObject({ state: "executed", verdict: "allow", duration_ms: 5, request_id: "req_7" });
			expect(book.ledger.call("act_a")).toMatchObject({ state: "executed", result: { message_id: "msg_1", queued: true } });
		}));

	test("ends once: later words change nothing", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			for (const outcome of [OK, REACHED_AND_FAILED, NOT_REACHED, UNKNOWN, OK]) book.settle("act_a", outcome);
			expect(book.states("act_a")).toEqual(["intent", "executed"]);
			expect(book.uses().length).toBe(1);
		}));

	test("keeps the role under which it was decided, also when it ends under another", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.ledger.bind(stateOf(2, { role: { name: "other", rev: 9, hash: "hash-9" } }));
			book.settle("act_a", OK);
			expect(book.records().map((record) => record.role?.hash)).toEqual(["hash-1", "hash-1"]);
		}));

	test("whose answer is larger than 64 KiB keeps its state alone", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.settle("act_a", { kind: "ok", result: "x".repeat(70_000) });
			const call = book.ledger.call("act_a");
			expect(call?.state).toBe("executed");
			expect(call).not.toHaveProperty("result");
		}));

	test("that ended more than a week ago is the log's to tell of: the ledger does not take it for a denial", () =>
		withBook((book) => {
			const act_id = makeId("act", book.now, new Uint8Array(ID_RANDOM_BYTES));
			book.admit({ act_id });
			book.settle(act_id, OK);
			book.confirm(2);
			book.now += 8 * 24 * 3_600_000;
			book.ledger.prune();
			expect(book.ledger.call(act_id)?.state ?? "not known").toBe("not known");
		}));

	test("that was never admitted has no outcome", () =>
		withBook((book) => {
			book.settle("act_nobody", OK);
			expect(book.records()).toEqual([]);
			expect(book.ledger.call("act_nobody")).toBeNull();
		}));
});

describe("a call without an outcome", () => {
	const DUE = START + TIME_LIMIT_MS + GRACE_MS;

	test("is running until its time limit and the grace have passed, then unknown", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.now = DUE - 1;
			book.ledger.endOverdue();
			expect(book.ledger.call("act_a")?.state).toBe("running");
			book.now = DUE;
			book.ledger.endOverdue();
			expect(book.ledger.call("act_a")).toMatchObject({ state: "unknown", error: { code: "upstream_unknown" } });
			expect(book.states("act_a")).toEqual(["intent", "unknown"]);
			expect(book.records()[1]?.reason).toBe("the call may have run: its outcome never came");
		}));

	test("wakes the object when it is due, also after a restart", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.confirm(1);
			expect(book.ledger.nextWakeAt()).toBe(DUE);
			book.reopen();
			expect(book.ledger.nextWakeAt()).toBe(DUE);
		}));

	test("is found by the next life of the object, however the deliveries and deaths lie, and once", () =>
		fc.assert(
			fc.asyncProperty(fc.array(fc.constantFrom("call", "end", "deliver", "deliver all", "die"), { maxLength: 60 }), (steps) =>
				withBook((book) => {
					const open: string[] = [];
					const ended: string[] = [];
					steps.forEach((step, i) => {
						if (step === "call") {
							open.push(`act_${i}`);
							book.admit({ act_id: `act_${i}` });
							// Rows of others push its intent out of the outbox.
							for (let n = 0; n < 90; n++) book.admit({ decision: verdict("deny") });
						} else if (step === "end") {
							const [actId] = open.splice(0, 1);
							if (actId === undefined) return;
							book.settle(actId, OK);
							ended.push(actId);
						} else if (step === "die") book.reopen();
						else
							for (let { rows } = book.ledger.nextBatch(); rows.length > 0; { rows } = book.ledger.nextBatch()) {
								book.ledger.delivered(rows.at(-1)?.n as number, rows.length);
								if (step === "deliver") return;
							}
					});
					book.now = DUE;
					expect(open.length === 0 || (book.ledger.nextWakeAt() ?? Number.POSITIVE_INFINITY) <= DUE + 5_000).toBe(true);
					book.ledger.endOverdue();
					book.ledger.endOverdue();
					expect(open.map((actId) => book.ledger.call(actId)?.state)).toEqual(open.map(() => "unknown"));
					expect(ended.map((actId) => book.ledger.call(actId)?.state)).toEqual(ended.map(() => "executed"));
					const told = book.records().filter(({ state }) => state === "unknown");
					expect(told.map(({ act_id }) => act_id).sort()).toEqual([...open].sort());
				}),
			),
			{ numRuns: 60 },
		));

	test("goes on counting: it may have run", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.now = DUE;
			book.ledger.endOverdue();
			expect(book.uses()).toEqual([{ action: "mail.send", running: 1 }]);
		}));

	for (const [name, outcome, state] of [
		["that it went well", OK, "executed"],
		["that it failed", REACHED_AND_FAILED, "failed"],
	] as const) {
		test(`is no longer unknown once its late outcome says ${name}`, () =>
			withBook((book) => {
				book.admit({ act_id: "act_a" });
				book.now = DUE;
				book.ledger.endOverdue();
				book.settle("act_a", outcome);
				expect(book.ledger.call("act_a")?.state).toBe(state);
				expect(book.states("act_a")).toEqual(["intent", "unknown", state]);
			}));
	}

	test("gives its count back when its late outcome says that it never started", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.admit({ act_id: "act_b" });
			book.now = DUE;
			book.ledger.endOverdue();
			book.settle("act_a", NOT_REACHED);
			expect(book.uses()).toEqual([{ action: "mail.send", running: 1 }]);
		}));

	test("is told of once, however often it is looked after or said to be unknown", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.now = DUE + 1;
			for (let i = 0; i < 3; i++) book.ledger.endOverdue();
			book.settle("act_a", UNKNOWN);
			expect(book.states("act_a")).toEqual(["intent", "unknown"]);
		}));

	test("does not hide behind 600 others that are due", () =>
		withBook((book) => {
			for (let i = 0; i < 600; i++) book.admit({ act_id: `act_${i}` });
			book.now = DUE;
			book.ledger.endOverdue();
			book.ledger.endOverdue();
			expect(book.records().filter((record) => record.state === "unknown").length).toBe(600);
			expect(book.ledger.nextWakeAt()).toBe(DUE + 5_000);
		}));
});

describe("a held call", () => {
	test("keeps its input until it expires, then is a denial that says so", () =>
		withBook((book) => {
			const admitted = book.admit({ act_id: "act_a", decision: verdict("review", { expires_ms: 60_000 }), input: '{"to":"x"}' });
			expect(admitted).toMatchObject({ kind: "decided", review: { expires_at: START + 60_000 } });
			const input = () => book.storage.sql.exec("SELECT input FROM calls").one().input;
			expect(input()).toBe('{"to":"x"}');
			book.now = START + 59_999;
			book.ledger.endOverdue();
			expect(book.ledger.call("act_a")?.state).toBe("held");
			book.now = START + 60_000;
			book.ledger.endOverdue();
			expect(book.ledger.call("act_a")?.state).toBe("expired");
			expect(input()).toBeNull();
			expect(book.records()).toMatchObject([
				{ state: "held", verdict: "review", reason_code: "guard_review", reason: "ask", matched_guard: "held" },
				{ state: "expired", verdict: "deny", reason_code: "review_expired", matched_guard: "held" },
			]);
		}));

	test("is not ended by an outcome: nothing of it ran", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a", decision: verdict("review") });
			book.settle("act_a", OK);
			expect(book.ledger.call("act_a")?.state).toBe("held");
			expect(book.states("act_a")).toEqual(["held"]);
		}));
});

describe("a denied call", () => {
	test("is on the log, and can be looked up while it waits for it", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a", decision: verdict("deny") });
			expect(book.states("act_a")).toEqual(["denied"]);
			expect(book.ledger.call("act_a")).toMatchObject({ state: "denied", verdict: "deny", reason: "no" });
		}));
});

describe("the outbox", () => {
	test("gives the oldest rows first and forgets only what the log confirmed", () =>
		withBook((book) => {
			for (const act_id of ["act_a", "act_b", "act_c"]) book.admit({ act_id });
			const first = book.ledger.nextBatch();
			expect(first.rows.map((row) => row.n)).toEqual([1, 2, 3]);
			book.confirm(2);
			expect(book.ledger.nextBatch()).toEqual({ source: first.source, rows: [first.rows[2]] });
			book.confirm(3);
			expect(book.ledger.nextBatch().rows).toEqual([]);
			book.reopen();
			expect(book.ledger.nextBatch()).toEqual({ source: first.source, rows: [] });
		}));

	test("of an object that dies before it was empty tells the log again, in order and under the same numbers", () =>
		withBook((book) => {
			for (const act_id of ["act_a", "act_b", "act_c"]) book.admit({ act_id });
			const first = book.ledger.nextBatch();
			book.confirm(2);
			book.reopen();
			expect(book.ledger.nextBatch()).toEqual(first);
		}));

	test("tells little again: what the log has confirmed is written down at least every 256 records", () =>
		withBook((book) => {
			const refused = () => book.admit({ decision: verdict("deny") });
			for (let i = 0; i < 1_000; i++) {
				refused();
				// One always waits.
				book.ledger.delivered(i, i === 0 ? 0 : 1);
			}
			book.reopen();
			const [oldest] = book.ledger.nextBatch().rows;
			expect(oldest?.n).toBeGreaterThan(1_000 - 260);
			expect(book.records().length).toBeLessThan(2 * 260);
		}));

	test("never gives a number twice, also when it was empty in between", () =>
		withBook((book) => {
			book.admit();
			book.confirm(1);
			book.reopen();
			book.admit();
			expect(book.ledger.nextBatch().rows.map((row) => row.n)).toEqual([2]);
		}));

	test("that is full refuses further calls instead of running what it cannot record", () =>
		withBook((book) => {
			book.storage.sql.exec(
				"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 50000) INSERT INTO outbox (act_id, record) SELECT 'act_' || i, '{}' FROM c",
			);
			book.reopen();
			expect(book.word()).toBe("full");
			expect(book.uses()).toEqual([]);
			book.confirm(1);
			expect(book.word()).toBe("allow");
		}));
});
