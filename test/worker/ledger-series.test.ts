/** Counters by value and budgets of one agent: exact to the call, to the last decimal and to the millisecond. */
import { describe, expect, test } from "vitest";
import { atMost, type LedgerBook, NOT_REACHED, OK, REACHED_AND_FAILED, START, withBook } from "../support/worker/ledger-book.ts";
import { type Bound, guarded, seriesRows, testOf, useOf, within } from "../support/worker/series.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

const to = (address: string, most: number, more: Partial<Bound> = {}): Bound => ({ key: `to ${address}`, most, ...more });
const amount = (adds: string, most: number, more: Partial<Bound> = {}): Bound => ({ key: "amount", adds, most, ...more });
const rows = (book: LedgerBook) => seriesRows(book.storage.sql);

/** When a call that is denied now would pass, as the denial says. */
function retryAt(book: LedgerBook, decision = within()): number | null {
	const denied = book.admit({ decision });
	if (denied.kind !== "decided" || denied.verdict.verdict !== "deny") throw new Error("the call was not denied");
	return denied.verdict.retry_at;
}

/** Asserts that a denied call passes at the moment that its denial named, and not a millisecond earlier. */
function expectFirstMoment(book: LedgerBook, decision: ReturnType<typeof within>, at: number): void {
	expect(retryAt(book, decision)).toBe(at);
	book.now = at - 1;
	expect(book.word({ decision })).toBe("deny");
	book.now = at;
	expect(book.word({ decision })).toBe("allow");
}

describe("a limit by value", () => {
	test("holds for each value by itself", () =>
		withBook((book) => {
			expect(book.allowed(5, { decision: within(to("eve", 2)) })).toBe(2);
			expect(book.allowed(5, { decision: within(to("jordan", 3)) })).toBe(3);
		}));

	test("counts every value of a call, and lets it pass only if each may", () =>
		withBook((book) => {
			expect(book.word({ decision: within(to("eve", 2), to("jordan", 2)) })).toBe("allow");
			expect(book.word({ decision: within(to("eve", 2), to("sam", 2)) })).toBe("allow");
			expect(book.word({ decision: within(to("eve", 2), to("kim", 2)) })).toBe("deny");
			expect(rows(book)).toEqual([
				["mail.send", "to eve", "1"],
				["mail.send", "to jordan", "1"],
				["mail.send", "to eve", "2"],
				["mail.send", "to sam", "1"],
			]);
		}));

	test("says when the value in its way may be used again", () =>
		withBook((book) => {
			const decision = within(to("eve", 2, { window: "per_minute" }), to("jordan", 5, { window: "per_minute" }));
			book.word({ decision });
			book.now += 1_234;
			book.word({ decision });
			expectFirstMoment(book, decision, START + MINUTE);
		}));

	test("adds up over the guard's actions", () =>
		withBook((book) => {
			const decision = within(to("eve", 3, { actions: ["mail.read", "mail.send"] }));
			const words = ["mail.send", "mail.read", "mail.send", "mail.read"].map((action) => book.word({ decision, action }));
			expect(words).toEqual(["allow", "allow", "allow", "deny"]);
		}));

	test("is nothing to an agent without one: no row is written", () =>
		withBook((book) => {
			book.allowed(3, { decision: atMost(2) });
			expect(rows(book)).toEqual([]);
			expect(book.storage.sql.exec("SELECT * FROM series").toArray()).toEqual([]);
		}));

	test("takes keys of several kilobytes, and writes each once", () =>
		withBook((book) => {
			const long = "x".repeat(8_192);
			expect(book.allowed(4, { decision: within(to(long, 3)) })).toBe(3);
			expect(book.storage.sql.exec("SELECT key FROM series").toArray()).toEqual([{ key: `to ${long}` }]);
		}));
});

describe("a budget", () => {
	test("adds up without rounding: 0.1 and 0.2 are 0.3, and not a hair more", () =>
		withBook((book) => {
			expect(book.word({ decision: within(amount("0.1", 0.3)) })).toBe("allow");
			expect(book.word({ decision: within(amount("0.200000000000000000000001", 0.3)) })).toBe("deny");
			expect(book.word({ decision: within(amount("0.2", 0.3)) })).toBe("allow");
			expect(rows(book).map(([, , running]) => running)).toEqual(["0.1", "0.3"]);
			expect(book.word({ decision: within(amount("0", 0.3)) })).toBe("allow");
			expect(book.word({ decision: within(amount("0.000001", 0.3)) })).toBe("deny");
		}));

	test("stays exact where a double would not: a thousand times 0.01, and beyond 2^53", () =>
		withBook((book) => {
			for (let i = 0; i < 1_000; i++) book.admit({ decision: within(amount("0.01", 1e9)) });
			expect(rows(book).at(-1)?.[2]).toBe("10");
			book.admit({ decision: within({ key: "big", adds: "9007199254740993", most: 1e18 }) });
			book.admit({ decision: within({ key: "big", adds: "0.5", most: 1e18 }) });
			expect(rows(book).at(-1)?.[2]).toBe("9007199254740993.5");
		}));

	test("of which too much is asked at once lets a smaller call pass", () =>
		withBook((book) => {
			expect(book.word({ decision: within(amount("60", 100)) })).toBe("allow");
			expect(book.word({ decision: within(amount("60", 100)) })).toBe("deny");
			expect(book.word({ decision: within(amount("40", 100)) })).toBe("allow");
		}));

	test("says when enough of it will have left the window", () =>
		withBook((book) => {
			for (const adds of ["10", "20.5", "30", "39.5"]) {
				book.word({ decision: within(amount(adds, 100, { window: "per_hour" })) });
				book.now += 10_000;
			}
			// 10 and 20.5 have to go before 30.5 fit.
			expectFirstMoment(book, within(amount("30.5", 100, { window: "per_hour" })), START + 10_000 + 3_600_000);
		}));

	test("that must stay below its limit says so too", () =>
		withBook((book) => {
			for (const adds of ["50", "50"]) {
				book.word({ decision: within(amount(adds, 101, { window: "per_hour", op: "lt" })) });
				book.now += 1_000;
			}
			expectFirstMoment(book, within(amount("1", 101, { window: "per_hour", op: "lt" })), START + 3_600_000);
		}));

	test("that a call alone exceeds names no moment", () =>
		withBook((book) => expect(retryAt(book, within(amount("100.01", 100)))).toBe(null)));

	test("names the amount, exactly", () =>
		withBook((book) => {
			book.word({ decision: within(amount("0.7", 1)) });
			expect(book.admit({ decision: within(amount("0.4", 1)) })).toMatchObject({
				verdict: { verdict: "deny", reason_code: "rate_exceeded", limit: null },
			});
			expect(book.records().at(-1)?.facts).toMatchObject([{ saw: { "sum.amount.per_day": 1.1 } }]);
		}));
});

describe("what is not authorised", () => {
	test("counts in no series: denied and held calls add nothing", () =>
		withBook((book) => {
			book.word({ decision: within(amount("5", 1)) });
			const review = guarded({ counter: testOf(amount("5", 1)) }, [useOf(amount("5", 1))], "review");
			expect(book.word({ decision: review })).toBe("review");
			expect(rows(book)).toEqual([]);
		}));

	test("but held adds nothing: it is decided again when it is released", () =>
		withBook((book) => {
			const uses = [useOf(amount("5", 1)), useOf({ key: "all", shared: true })];
			expect(book.word({ decision: guarded({ counter: testOf(amount("5", 1)) }, uses, "review") })).toBe("review");
			expect([rows(book), book.uses()]).toEqual([[], []]);
		}));

	test("because its key was seen before adds nothing", () =>
		withBook((book) => {
			const decision = within(amount("0.5", 1));
			for (let i = 0; i < 3; i++) book.admit({ decision, idempotency_key: "key-1" });
			expect(rows(book)).toEqual([["mail.send", "amount", "0.5"]]);
		}));

	test("a second time, because the first answer was lost, counts once", () =>
		withBook((book) => {
			const decision = within(amount("0.5", 1));
			for (const attempt of [1, 2, 3]) book.admit({ act_id: "act_a", attempt, decision });
			expect(rows(book)).toEqual([["mail.send", "amount", "0.5"]]);
		}));
});

describe("a call that never reached its upstream", () => {
	test("gives back what it added, in every series, once", () =>
		withBook((book) => {
			const decision = within(to("eve", 9), amount("0.1", 9));
			for (const act_id of ["act_a", "act_b", "act_c"]) book.admit({ act_id, decision });
			for (let i = 0; i < 3; i++) book.settle("act_b", NOT_REACHED);
			expect(rows(book)).toEqual([
				["mail.send", "to eve", "1"],
				["mail.send", "amount", "0.1"],
				["mail.send", "to eve", "2"],
				["mail.send", "amount", "0.2"],
			]);
		}));

	test("makes room for exactly as much", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a", decision: within(amount("0.7", 1)) });
			book.admit({ act_id: "act_b", decision: within(amount("0.3", 1)) });
			book.settle("act_a", NOT_REACHED);
			expect(book.word({ decision: within(amount("0.70000001", 1)) })).toBe("deny");
			expect(book.word({ decision: within(amount("0.7", 1)) })).toBe("allow");
		}));

	test("leaves no series behind that nothing else is in", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a", decision: within(to("eve", 1)) });
			book.settle("act_a", NOT_REACHED);
			expect(book.storage.sql.exec("SELECT * FROM series").toArray()).toEqual([]);
			expect(book.word({ decision: within(to("eve", 1)) })).toBe("allow");
		}));

	test("differs from one that did, or that went well", () =>
		withBook((book) => {
			for (const act_id of ["act_a", "act_b"]) book.admit({ act_id, decision: within(to("eve", 2)) });
			book.settle("act_a", REACHED_AND_FAILED);
			book.settle("act_b", OK);
			expect(book.allowed(5, { decision: within(to("eve", 2)) })).toBe(0);
		}));
});

describe("series that nothing sees any more", () => {
	test("are forgotten, key and all", () =>
		withBook((book) => {
			book.word({ decision: within(to("eve", 1)) });
			book.now += 20 * DAY;
			book.word({ decision: within(to("jordan", 1)) });
			book.now += 10 * DAY;
			book.ledger.prune();
			expect(rows(book)).toEqual([["mail.send", "to jordan", "1"]]);
			expect(book.storage.sql.exec("SELECT key FROM series").toArray()).toEqual([{ key: "to jordan" }]);
		}));

	test("leave those exact that go on", () =>
		withBook((book) => {
			const decision = within(amount("1.5", 6, { window: "per_month" }));
			book.allowed(2, { decision });
			book.now += 20 * DAY;
			book.allowed(2, { decision });
			book.now += 10 * DAY;
			book.ledger.prune();
			book.reopen();
			expect(rows(book).map(([, , running]) => running)).toEqual(["3", "4.5", "6"]);
			expect(book.allowed(9, { decision })).toBe(2);
		}));
});

describe("the tables", () => {
	test("of the version before become ours, and survive a roll-back to it and the way forth again", () =>
		withBook((book) => {
			book.word({ decision: within(to("eve", 2)) });
			for (const undo of ["DROP TABLE series_uses; DROP TABLE series; DROP TABLE role_words;", ""]) {
				book.storage.sql.exec(`${undo}UPDATE ledger_version SET version = 1`);
				book.reopen();
				book.word({ decision: within(to("eve", 2)) });
			}
			expect(rows(book)).toEqual([
				["mail.send", "to eve", "1"],
				["mail.send", "to eve", "2"],
			]);
		}));

	test("that the version before has written, also after a roll-back to it, keep their counts, keys and due times", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a", idempotency_key: "key-a" });
			book.settle("act_a", OK);
			book.reopen();
			const head = {
				...JSON.parse(book.storage.sql.exec("SELECT head FROM calls").one().head as string),
				due_at: START + 75_000,
			};
			book.storage.sql.exec(
				`INSERT INTO intents (act_id, tick, head, idempotency_key, input_digest, action, running, record)
				 VALUES ('act_b', ?, ?, 'key-b', 'input-1', 'mail.send', 2, '{}')`,
				(START + 1) * 1_024,
				JSON.stringify(head),
			);
			book.reopen();
			expect(book.uses().map(({ running }) => running)).toEqual([1, 2]);
			expect(book.word({ idempotency_key: "key-a" })).toBe("replayed");
			expect(book.word({ idempotency_key: "key-b" })).toBe("in_flight");
			book.now = START + 75_000;
			book.ledger.endOverdue();
			expect(book.ledger.call("act_b")?.state).toBe("unknown");
		}));
});
