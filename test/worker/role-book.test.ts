/** The book of one role's counters: places are kept, confirmed and given back, and there are exactly as many as the limit says. */
import { describe, expect, test } from "vitest";
import { START } from "../support/worker/ledger-book.ts";
import { withRoleBook } from "../support/worker/role-book.ts";
import { type Bound, testOf, useOf, within } from "../support/worker/series.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const calls = (most: number, more: Partial<Bound> = {}) => within({ key: "all", most, shared: true, ...more });
const amount = (adds: string, most: number) => within({ key: "amount", adds, most, shared: true });

describe("a place", () => {
	test("is kept for exactly as many calls as the limit lets pass", () =>
		withRoleBook((role) => expect(role.kept(20, calls(7))).toBe(7)));

	test("counts from the moment at which it is kept, confirmed or not", () =>
		withRoleBook((role) => {
			role.reserve(calls(2), { reservation: "rsv_a" });
			role.now += 10_000;
			role.reserve(calls(2), { reservation: "rsv_b" });
			role.say("confirm", "rsv_a");
			role.now = START + DAY - 1;
			expect(role.kept(1, calls(2))).toBe(0);
			role.now = START + DAY;
			expect(role.kept(3, calls(2))).toBe(1);
		}));

	test("is kept once, however often it is asked for, with the same answer", () =>
		withRoleBook((role) => {
			const first = role.reserve(calls(3), { reservation: "rsv_a" });
			role.kept(1, calls(3));
			role.reopen();
			for (let i = 0; i < 3; i++) expect(role.reserve(calls(3), { reservation: "rsv_a" })).toEqual(first);
			expect(role.kept(5, calls(3))).toBe(1);
		}));

	test("is not kept for a call that will be denied, not even for a moment", () =>
		withRoleBook((role) => {
			expect(role.reserve(amount("60", 100)).reserved).toBe(true);
			expect(role.reserve(amount("60", 100)).reserved).toBe(false);
			expect(role.reserve(amount("40", 100)).reserved).toBe(true);
			expect(role.open().length).toBe(2);
		}));

	test("is not kept for a call that the agent's own counters stop", () =>
		withRoleBook((role) => {
			const own = {
				counter: { field: "rate.per_day", actions: ["mail.send"], window: "per_day", op: "lte", operand: 1 },
			} as const;
			const shared: Bound = { key: "all", most: 5, shared: true };
			const residual = {
				guards: [
					{ id: "role", effect: "allow", otherwise: "deny", when: { counter: testOf(shared) }, saw: {} },
					{ id: "own", effect: "allow", otherwise: "deny", when: own, saw: {} },
				],
			} as const;
			const question = JSON.stringify(["count", false, null, ["mail.send"], 86_400]);
			const more = JSON.stringify(["whenAtMost", false, null, ["mail.send"], 86_400, 0]);
			const decision = { kind: "residual", residual, uses: [useOf(shared)] } as unknown as Parameters<typeof role.reserve>[0];
			expect(role.reserve(decision, { own: { [question]: 1, [more]: START } }).reserved).toBe(false);
			expect(role.reserve(decision, { own: { [question]: 0, [more]: START } }).reserved).toBe(true);
		}));

	test("of a call that no counter can stop is kept all the same: others count it", () =>
		withRoleBook((role) => {
			const counted = { kind: "verdict", verdict: {}, uses: calls(1).uses } as unknown as ReturnType<typeof calls>;
			expect(role.reserve(counted)).toEqual({ reserved: true, answers: {} });
			expect(role.kept(3, calls(2))).toBe(1);
		}));
});

describe("a word", () => {
	test("that releases gives the place back, confirmed or not, once", () =>
		withRoleBook((role) => {
			for (const reservation of ["rsv_a", "rsv_b"]) role.reserve(calls(2), { reservation });
			role.say("confirm", "rsv_a");
			for (let i = 0; i < 3; i++) role.say("release", "rsv_a");
			expect(role.kept(5, calls(2))).toBe(1);
			role.say("release", "rsv_b");
			expect(role.kept(5, calls(2))).toBe(1);
		}));

	test("on a place that is not there changes nothing", () =>
		withRoleBook((role) => {
			role.say("release", "rsv_before_any");
			role.kept(2, calls(2));
			role.say("release", "rsv_x");
			role.say("confirm", "rsv_x");
			expect(role.kept(1, calls(2))).toBe(0);
		}));

	test("that is an answer is not heard where the ledger has confirmed meanwhile", () =>
		withRoleBook((role) => {
			for (const reservation of ["rsv_a", "rsv_b"]) role.reserve(calls(2), { reservation });
			role.say("confirm", "rsv_a");
			role.book.resolve([
				{ reservation: "rsv_a", word: "release" },
				{ reservation: "rsv_b", word: "release" },
			]);
			expect(role.rows()).toEqual([["mail.send", "all", "1"]]);
			expect(role.open()).toEqual([]);
		}));
});

describe("the book", () => {
	test("names places of which nothing was heard, the oldest first, from the moment asked for", () =>
		withRoleBook((role) => {
			for (const reservation of ["rsv_a", "rsv_b", "rsv_c"]) {
				role.reserve(calls(9), { reservation });
				role.now += MINUTE;
			}
			role.say("confirm", "rsv_b");
			const named = (at: number) => role.book.openSince(at).map(({ id }) => id);
			expect(named(START - 1)).toEqual([]);
			expect(named(START)).toEqual(["rsv_a"]);
			expect(named(START + 2 * MINUTE)).toEqual(["rsv_a", "rsv_c"]);
			expect(role.book.oldestOpenAt).toBe(START);
		}));

	test("keeps nothing until it is asked for a place, and nothing for ever", () =>
		withRoleBook((role) => {
			expect(role.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'reservations'").toArray()).toEqual([]);
			expect(role.book.isEmpty).toBe(true);
			role.reserve(calls(2), { reservation: "rsv_a" });
			role.say("confirm", "rsv_a");
			role.now += 30 * DAY - 1;
			role.book.prune();
			expect(role.book.isEmpty).toBe(false);
			role.now += 1;
			role.book.prune();
			expect(role.book.isEmpty).toBe(true);
			expect(role.rows()).toEqual([]);
		}));

	test("has a clock that never goes back, over restarts too", () =>
		withRoleBook((role) => {
			expect(role.kept(3, calls(1, { window: "per_minute" }))).toBe(1);
			role.now = START - DAY;
			role.reopen();
			expect(role.kept(3, calls(1, { window: "per_minute" }))).toBe(0);
			role.now = START + MINUTE;
			expect(role.kept(3, calls(1, { window: "per_minute" }))).toBe(1);
		}));
});
