/** A call's two turns write one row each, and the tables get it later: nobody can tell. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ID_RANDOM_BYTES, makeId } from "../../src/contract/ids.ts";
import {
	atMost,
	GRACE_MS,
	type LedgerBook,
	NOT_REACHED,
	OK,
	REACHED_AND_FAILED,
	TIME_LIMIT_MS,
	verdict,
	withBook,
} from "../support/worker/ledger-book.ts";

const STREAM = { kind: "started" as const, upstream_status: 200, limit_ms: 30_000 };
const CLOSED = { kind: "closed" as const, fields: {}, upstream_status: 200 };

const step = fc.oneof(
	{
		weight: 8,
		arbitrary: fc.record({
			kind: fc.constant<"call">("call"),
			later: fc.constantFrom(0, 0, 1, 999, 60_000),
			action: fc.constantFrom("mail.send", "mail.read"),
			decision: fc.constantFrom("allow", "deny", "review", "at most 2", "at most 5") as fc.Arbitrary<Decided>,
			key: fc.constantFrom(null, null, "key-1", "key-2"),
			input: fc.constantFrom("input-1", "input-2"),
			attempt: fc.constantFrom(1, 1, 1, 2),
		}),
	},
	{
		weight: 6,
		arbitrary: fc.record({
			kind: fc.constant<"settle">("settle"),
			which: fc.nat(30),
			outcome: fc.constantFrom("ok", "failed", "not reached", "started", "closed") as fc.Arbitrary<keyof typeof OUTCOMES>,
		}),
	},
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant<"flood">("flood"), rows: fc.constantFrom(100, 300) }) },
	{
		weight: 4,
		arbitrary: fc.record({
			kind: fc.constantFrom<"deliver" | "overdue" | "prune" | "die" | "look" | "fail">(
				"deliver",
				"overdue",
				"prune",
				"die",
				"look",
				"fail",
			),
		}),
	},
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Decided = "allow" | "deny" | "review" | "at most 2" | "at most 5";
const OUTCOMES = { ok: OK, failed: REACHED_AND_FAILED, "not reached": NOT_REACHED, started: STREAM, closed: CLOSED };

function decisionOf(decided: Decided) {
	if (decided === "at most 2") return atMost(2, { window: "per_minute" });
	if (decided === "at most 5") return atMost(5, { window: "per_hour", actions: ["mail.send", "mail.read"] });
	return verdict(decided);
}

/** Takes a turn whose record cannot be written. @returns whether it was taken all the same, having nothing to write */
function failing(book: LedgerBook, turn: () => void, mayPass = false): boolean {
	book.storage.sql.exec("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END");
	try {
		turn();
	} catch (error) {
		expect((error as Error).message).toContain("full");
		return false;
	} finally {
		book.storage.sql.exec("DROP TRIGGER full");
	}
	expect(mayPass).toBe(true);
	return true;
}

/** Takes the steps. @returns all that can be seen of them */
function take(book: LedgerBook, steps: Step[], between: () => void): unknown[] {
	const seen: unknown[] = [];
	const ids: string[] = [];
	for (const one of steps) {
		between();
		if (one.kind === "call") {
			const { later, action, decision, key, input, attempt } = one;
			book.now += later;
			if (attempt === 1 || ids.length === 0) ids.push(`act_${String(ids.length).padStart(4, "0")}`);
			const record = { input_digest: input, request_id: "req_1" };
			const call = { act_id: ids.at(-1) as string, attempt, action, idempotency_key: key, record };
			seen.push(book.admit({ ...call, decision: decisionOf(decision), input: "{}" }));
		} else if (one.kind === "settle") {
			const actId = ids[one.which % Math.max(1, ids.length)];
			if (actId !== undefined) book.settle(actId, OUTCOMES[one.outcome]);
		} else if (one.kind === "flood")
			for (let i = 0; i < one.rows; i++) book.admit({ decision: verdict("deny"), act_id: `act_f${seen.length}_${i}` });
		else if (one.kind === "deliver") {
			const { rows } = book.ledger.nextBatch();
			if (rows.length > 0) book.ledger.delivered(rows.at(-1)?.n as number, rows.length);
		} else if (one.kind === "overdue") {
			book.now += TIME_LIMIT_MS + GRACE_MS;
			book.ledger.endOverdue();
		} else if (one.kind === "prune") book.ledger.prune();
		else if (one.kind === "die") book.reopen();
		else if (one.kind === "look") seen.push(ids.map((actId) => book.ledger.call(actId)));
		else if (one.kind === "fail") {
			for (const decision of ["allow", "review"] as const)
				failing(book, () => book.admit({ decision: verdict(decision), input: "{}" }));
			for (const actId of ids) seen.push(failing(book, () => book.settle(actId, NOT_REACHED), true));
		}
	}
	seen.push(
		ids.map((actId) => book.ledger.call(actId)),
		book.uses(),
		book.records(),
		book.ledger.nextWakeAt(),
	);
	book.reopen();
	seen.push(
		ids.map((actId) => book.ledger.call(actId)),
		book.uses(),
	);
	return seen;
}

/** The same steps, with ids that count up. */
function taken(steps: Step[], between: (book: LedgerBook) => void): Promise<unknown[]> {
	let made = 0;
	const ids = { make: (prefix: string) => `${prefix}_${String(++made).padStart(6, "0")}` };
	return withBook((book) => take(book, steps, () => between(book)), { ids: ids as never });
}

describe("what the turns have written", () => {
	test("is in force at once, however late it comes into the tables", () =>
		fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
				const late = await taken(steps, () => {});
				const atOnce = await taken(steps, (book) => book.ledger.call("act_none"));
				expect(late).toEqual(atOnce);
			}),
			{ numRuns: 60 },
		));

	for (const [what, call, answer] of [
		["a limit", { decision: atMost(2) }, "deny"],
		["an idempotency key", { idempotency_key: "key-b" }, "in_flight"],
	] as const)
		test(`counts for ${what} also after a turn that could not be written`, () =>
			withBook((book) => {
				book.admit({ act_id: "act_a" });
				book.ledger.call("act_none");
				book.admit({ act_id: "act_b", idempotency_key: "key-b" });
				failing(book, () => book.admit({ decision: verdict("review"), input: "{}" }));
				expect(book.word(call)).toBe(answer);
			}));

	test("counts for a window that ends a moment ago", () =>
		withBook((book) => {
			const decision = atMost(1, { window: "per_second" });
			expect(book.word({ decision })).toBe("allow");
			book.ledger.call("act_none");
			for (const later of [1_000, 1_000, 999]) {
				book.now += later;
				expect(book.word({ decision })).toBe(later === 999 ? "deny" : "allow");
			}
		}));

	for (const [where, when] of [
		["INSERT ON uses", "(SELECT count(*) FROM uses) = 2"],
		["INSERT ON calls", "NEW.act_id = 'act_2'"],
		["UPDATE ON calls", "NEW.act_id = 'act_2'"],
		["INSERT ON facts", "NEW.key = 'carried'"],
	])
		test(`is carried once more where it was cut short, and comes to the same: ${where}`, () =>
			withBook((book) => {
				const ids = [0, 1, 2, 3].map((i) => `act_${i}`);
				for (const act_id of ids) book.admit({ act_id, idempotency_key: `key-${act_id}` });
				for (const actId of ids.slice(0, 3)) book.settle(actId, OK);
				book.storage.sql.exec(`CREATE TRIGGER cut BEFORE ${where} WHEN ${when} BEGIN SELECT RAISE(FAIL, 'cut'); END`);
				for (let i = 0; i < 2; i++) expect(() => book.ledger.call("act_none")).toThrow("cut");
				// Nobody is let through meanwhile who would have to be seen in the tables.
				expect(() => book.admit({ idempotency_key: "key-act_1" })).toThrow("cut");
				expect(() => book.reopen()).toThrow("cut");
				book.storage.sql.exec("DROP TRIGGER cut");
				book.reopen();
				expect(ids.map((actId) => book.ledger.call(actId)?.state)).toEqual(["executed", "executed", "executed", "running"]);
				expect(book.uses().map(({ running }) => running)).toEqual([1, 2, 3, 4]);
				expect(ids.map((id) => book.word({ idempotency_key: `key-${id}` }))).toEqual([
					...["replayed", "replayed", "replayed"],
					"in_flight",
				]);
			}));

	test("is carried sooner where answers are long: no turn has more than a megabyte of them to carry", () =>
		withBook((book) => {
			let before = 0;
			for (let i = 0; i < 60; i++) {
				book.admit({ act_id: `act_${i}` });
				book.settle(`act_${i}`, { kind: "ok", result: "x".repeat(60_000) });
				const { carried } = book.storage.sql.exec<{ carried: number }>("SELECT count(*) AS carried FROM calls").one();
				expect((carried - before) * 60_000).toBeLessThan(1_100_000);
				before = carried;
			}
			expect(before).toBeGreaterThan(40);
		}));

	test("of an answer does not stay beside the record: a week later it is nowhere", () =>
		withBook((book) => {
			const act_id = makeId("act", book.now, new Uint8Array(ID_RANDOM_BYTES));
			book.admit({ act_id });
			book.settle(act_id, { kind: "ok", result: { secret: "the-answer" } });
			const kept = () =>
				["outbox", "calls"].map((table) =>
					JSON.stringify(book.storage.sql.exec(`SELECT * FROM ${table}`).toArray()).includes("the-answer"),
				);
			expect(kept()).toEqual([true, false]);
			book.ledger.prune();
			expect(kept()).toEqual([false, true]);
			book.now += 8 * 86_400_000;
			book.ledger.prune();
			expect(kept()).toEqual([false, false]);
		}));
});
