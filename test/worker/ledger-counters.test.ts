/** A limit of N admits exactly N: the counters of one agent, to the call and to the millisecond. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atMost, NOT_REACHED, OK, REACHED_AND_FAILED, START, verdict, withBook } from "../support/worker/ledger-book.ts";
import { NaiveWindows } from "../support/worker/naive-windows.ts";

const DAY = 86_400_000;
const actOf = (admitted: { kind: string }, id: string) => {
	expect(admitted.kind).toBe("decided");
	return id;
};

describe("a limit of N", () => {
	test("lets exactly N calls pass, whatever comes after", () =>
		withBook((book) => {
			expect(book.allowed(30, { decision: atMost(7) })).toBe(7);
			expect(book.uses()).toEqual(Array.from({ length: 7 }, (_, i) => ({ action: "mail.send", running: i + 1 })));
		}));

	test("of zero lets nothing pass", () => withBook((book) => expect(book.allowed(3, { decision: atMost(0) })).toBe(0)));

	test("counts the calls that were authorised before any guard asked", () =>
		withBook((book) => {
			expect(book.allowed(4, { decision: verdict("allow") })).toBe(4);
			expect(book.allowed(10, { decision: atMost(5) })).toBe(1);
		}));

	test("names what it counted, this call included, and when the next one passes", () =>
		withBook((book) => {
			book.allowed(2, { decision: atMost(2) });
			book.now += 10_000;
			const denied = book.admit({ decision: atMost(2) });
			expect(denied).toMatchObject({
				kind: "decided",
				verdict: {
					verdict: "deny",
					matched_guard: "cap",
					reason_code: "rate_exceeded",
					reason: "3 calls in the last day, limit 2",
					retry_at: START + DAY,
					limit: { guard: "cap", max: 2, window_seconds: 86_400 },
				},
			});
		}));

	test("does not count what it denied or held", () =>
		withBook((book) => {
			book.word({ decision: verdict("deny") });
			book.word({ decision: verdict("review") });
			expect(book.uses()).toEqual([]);
			expect(book.allowed(3, { decision: atMost(2) })).toBe(2);
		}));

	test("of N per second lets N more pass in every second", () =>
		withBook((book) => {
			const seconds = Array.from({ length: 5 }, () => {
				const count = book.allowed(9, { decision: atMost(3, { window: "per_second" }) });
				book.now += 1_000;
				return count;
			});
			expect(seconds).toEqual([3, 3, 3, 3, 3]);
		}));

	test("slides: calls leave one by one, in the order in which they came", () =>
		withBook((book) => {
			for (let i = 0; i < 3; i++, book.now += 1_000)
				expect(book.word({ decision: atMost(3, { window: "per_minute" }) })).toBe("allow");
			const passed: number[] = [];
			for (book.now = START + 59_998; book.now < START + 63_000; book.now++) {
				if (book.word({ decision: atMost(3, { window: "per_minute" }) }) === "allow") passed.push(book.now - START);
			}
			expect(passed).toEqual([60_000, 61_000, 62_000]);
		}));
});

describe("the edge of a window", () => {
	for (const [window, ms] of [
		["per_second", 1_000],
		["per_minute", 60_000],
		["per_hour", 3_600_000],
		["per_day", DAY],
		["per_week", 7 * DAY],
		["per_month", 30 * DAY],
	] as const) {
		test(`${window}: a call counts until ${ms - 1} ms after it, and no longer`, () =>
			withBook((book) => {
				const decision = atMost(1, { window });
				expect(book.word({ decision })).toBe("allow");
				book.now = START + ms - 1;
				expect(book.word({ decision })).toBe("deny");
				book.now = START + ms;
				expect(book.word({ decision })).toBe("allow");
			}));
	}

	test("a call that is admitted at the moment that a denial named passes, one a millisecond earlier does not", () =>
		withBook((book) => {
			const decision = atMost(4, { window: "per_hour" });
			for (let i = 0; i < 4; i++, book.now += 777) book.word({ decision });
			const denied = book.admit({ decision });
			if (denied.kind !== "decided") throw new Error(denied.kind);
			const retryAt = denied.verdict.retry_at as number;
			book.now = retryAt - 1;
			expect(book.word({ decision })).toBe("deny");
			book.now = retryAt;
			expect(book.word({ decision })).toBe("allow");
		}));

	test("stays exact after the oldest rows were pruned", () =>
		withBook((book) => {
			const decision = atMost(3, { window: "per_month" });
			book.allowed(3, { decision });
			book.now += 31 * DAY;
			book.ledger.prune();
			expect(book.uses().length).toBe(1);
			expect(book.allowed(9, { decision })).toBe(3);
			book.now += 31 * DAY;
			book.ledger.prune();
			book.reopen();
			expect(book.allowed(9, { decision })).toBe(3);
		}));
});

describe("several actions", () => {
	test("each has a count of its own", () =>
		withBook((book) => {
			const read = atMost(2, { actions: ["mail.read"] });
			expect(book.allowed(5, { decision: atMost(3) })).toBe(3);
			expect(book.allowed(5, { decision: read, action: "mail.read" })).toBe(2);
			expect(book.uses().filter((use) => use.action === "mail.read")).toEqual([
				{ action: "mail.read", running: 1 },
				{ action: "mail.read", running: 2 },
			]);
		}));

	test("a guard over both adds them up", () =>
		withBook((book) => {
			const both = atMost(5, { actions: ["mail.read", "mail.send"] });
			const words = ["mail.send", "mail.read", "mail.send", "mail.send", "mail.read", "mail.send", "mail.read"].map((action) =>
				book.word({ decision: both, action }),
			);
			expect(words).toEqual(["allow", "allow", "allow", "allow", "allow", "deny", "deny"]);
		}));

	test("the call that has to leave first is the oldest of all of them", () =>
		withBook((book) => {
			const both = atMost(2, { window: "per_hour", actions: ["mail.read", "mail.send"] });
			book.word({ decision: both, action: "mail.read" });
			book.now += 60_000;
			book.word({ decision: both });
			const denied = book.admit({ decision: both });
			expect(denied).toMatchObject({ verdict: { retry_at: START + 3_600_000 } });
		}));
});

describe("a call that failed", () => {
	test("before it reached the upstream counts as if it had never been", () =>
		withBook((book) => {
			const ids = ["act_a", "act_b", "act_c"];
			for (const act_id of ids) actOf(book.admit({ act_id, decision: atMost(3) }), act_id);
			book.settle("act_b", NOT_REACHED);
			expect(book.uses()).toEqual([
				{ action: "mail.send", running: 1 },
				{ action: "mail.send", running: 2 },
			]);
			expect(book.allowed(5, { decision: atMost(3) })).toBe(1);
		}));

	test("gives its place back once, however often that is said", () =>
		withBook((book) => {
			for (const act_id of ["act_a", "act_b"]) book.admit({ act_id, decision: atMost(2) });
			for (let i = 0; i < 3; i++) book.settle("act_a", NOT_REACHED);
			expect(book.allowed(5, { decision: atMost(2) })).toBe(1);
		}));

	test("at the upstream goes on counting, as do those that went well", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a", decision: atMost(2) });
			book.admit({ act_id: "act_b", decision: atMost(2) });
			book.settle("act_a", REACHED_AND_FAILED);
			book.settle("act_b", OK);
			expect(book.allowed(5, { decision: atMost(2) })).toBe(0);
		}));

	test("does not change the counts of other actions", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.admit({ act_id: "act_b", action: "mail.read" });
			book.admit({ act_id: "act_c" });
			book.settle("act_a", NOT_REACHED);
			expect(book.uses()).toEqual([
				{ action: "mail.read", running: 1 },
				{ action: "mail.send", running: 1 },
			]);
		}));

	test("leaves the windows right that lie after it", () =>
		withBook((book) => {
			const decision = atMost(3, { window: "per_minute" });
			book.admit({ act_id: "act_old", decision });
			book.now += 40_000;
			for (const act_id of ["act_1", "act_2"]) book.admit({ act_id, decision });
			book.settle("act_old", NOT_REACHED);
			book.now = START + 60_000;
			expect(book.allowed(5, { decision })).toBe(1);
		}));
});

test("whatever comes, in whatever order, a count is what anybody gets who counts a list", () => {
	const windows = ["per_second", "per_minute", "per_hour", "per_day"] as const;
	const step = fc.oneof(
		{
			weight: 8,
			arbitrary: fc.record({
				kind: fc.constant<"call">("call"),
				later: fc.oneof(fc.nat(3), fc.constantFrom(999, 1_000, 59_999, 60_000, 3_600_000, 86_399_999, 86_400_000)),
				action: fc.constantFrom("mail.send", "mail.read"),
				actions: fc.constantFrom<string[]>(["mail.send"], ["mail.read"], ["mail.send", "mail.read"]),
				window: fc.constantFrom(...windows),
				most: fc.nat(4),
			}),
		},
		{ weight: 2, arbitrary: fc.record({ kind: fc.constant("take back" as const), which: fc.nat(40) }) },
		{ weight: 1, arbitrary: fc.record({ kind: fc.constantFrom<"prune" | "die" | "fail">("prune", "die", "fail") }) },
	);
	const run = (steps: (typeof step extends fc.Arbitrary<infer T> ? T : never)[]) =>
		withBook((book) => {
			const naive = new NaiveWindows();
			const passed: number[] = [];
			steps.forEach((one, id) => {
				if (one.kind === "prune") book.ledger.prune();
				else if (one.kind === "die") book.reopen();
				else if (one.kind === "fail") {
					// The last row of a turn cannot be written: nothing of it may stay, in the tables or in mind.
					const before = [book.uses(), book.records()];
					book.storage.sql.exec("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END");
					expect(() => book.admit({ act_id: `act_${id}` })).toThrow("full");
					if (passed.length > 0) expect(() => book.settle(`act_${passed[0]}`, NOT_REACHED)).toThrow("full");
					book.storage.sql.exec("DROP TRIGGER full");
					expect([book.uses(), book.records()]).toEqual(before);
					expect(book.ledger.call(`act_${id}`)).toBe(null);
				} else if (one.kind === "take back") {
					const [which] = passed.splice(one.which % Math.max(1, passed.length), 1);
					if (which === undefined) return;
					book.settle(`act_${which}`, NOT_REACHED);
					naive.takeBack(which);
				} else if (one.kind === "call") {
					book.now += one.later;
					const { action, actions, window, most } = one;
					const admitted = book.admit({ act_id: `act_${id}`, action, decision: atMost(most, { window, actions }) });
					const isFree = naive.sum("calls", actions, window, book.now) < BigInt(most);
					expect(admitted).toMatchObject({ kind: "decided", verdict: { verdict: isFree ? "allow" : "deny" } });
					if (!isFree) return;
					naive.add({ id, at: book.now, action, adds: new Map([["calls", 1n]]) });
					passed.push(id);
				}
			});
		});
	return fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), run), { numRuns: 60 });
});

describe("the clock", () => {
	test("never goes back: a window does not open because the machine's time jumped", () =>
		withBook((book) => {
			const decision = atMost(1, { window: "per_minute" });
			expect(book.word({ decision })).toBe("allow");
			book.now = START - 3_600_000;
			expect(book.word({ decision })).toBe("deny");
			book.now = START + 59_999;
			expect(book.word({ decision })).toBe("deny");
			book.now = START + 60_000;
			expect(book.word({ decision })).toBe("allow");
		}));

	test("never goes back over a restart, and records keep their order", () =>
		withBook((book) => {
			book.admit({ act_id: "act_a" });
			book.now = START - 5_000;
			book.reopen();
			book.admit({ act_id: "act_b" });
			book.settle("act_b", OK);
			const times = book.records().map((record) => record.time);
			expect(times).toEqual(Array(3).fill(new Date(START).toISOString()));
		}));

	test("orders more calls of one millisecond than fit into it", () =>
		withBook((book) => {
			expect(book.allowed(1_500)).toBe(1_500);
			expect(book.uses().map((use) => use.running)).toEqual(Array.from({ length: 1_500 }, (_, i) => i + 1));
			expect(book.word({ decision: atMost(1_500) })).toBe("deny");
			expect(book.word({ decision: atMost(1_501) })).toBe("allow");
		}));
});
