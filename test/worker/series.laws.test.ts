/** Whatever comes, in whatever order: the counters are what anybody would get who adds up a list. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { countersOf } from "../../src/objects/series/counter-answers.ts";
import type { RateWindow } from "../../src/policy/compiled-role.ts";
import { conclude } from "../../src/policy/conclude.ts";
import { NOT_REACHED, withBook } from "../support/worker/ledger-book.ts";
import { decimalText, NaiveWindows } from "../support/worker/naive-windows.ts";
import { withRoleBook } from "../support/worker/role-book.ts";
import { guarded, testOf, useOf } from "../support/worker/series.ts";

const ACTIONS = ["mail.read", "mail.send"];
const KEYS = ["a", "b", "c"];

/** Moments near the edges of windows, and far beyond them. */
const advance = fc.oneof(
	fc.nat(3),
	fc.constantFrom(999, 1_000, 59_999, 60_000, 3_600_000, 86_399_999, 86_400_000, 604_800_000, 2_592_000_000),
	fc.nat(3_000_000_000),
);
const step = fc.oneof(
	{
		weight: 8,
		arbitrary: fc.record({
			kind: fc.constant("call" as const),
			advance,
			action: fc.constantFrom(...ACTIONS),
			actions: fc.constantFrom(["mail.send"], ["mail.read"], ACTIONS),
			adds: fc.dictionary(fc.constantFrom(...KEYS), fc.nat(400), { minKeys: 1, noNullPrototype: true }),
			asked: fc.nat(2),
			window: fc.constantFrom<RateWindow>("per_second", "per_minute", "per_hour", "per_day", "per_week", "per_month"),
			most: fc.integer({ min: 0, max: 1_200 }),
		}),
	},
	{ weight: 3, arbitrary: fc.record({ kind: fc.constant("take back" as const), which: fc.nat(40) }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constantFrom<"prune" | "reopen">("prune", "reopen") }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What a storage of series is driven by. */
interface Driven {
	now: number;
	/** Null if the call was let pass, else when it would be. */
	call(
		id: number,
		action: string,
		decision: ReturnType<typeof guarded>,
	): { passed: true } | { passed: false; retryAt: number | null };
	takeBack(id: number): void;
	prune(): void;
	reopen(): void;
}

function follow(steps: Step[], driven: Driven, shared: boolean): void {
	const naive = new NaiveWindows();
	const passed: number[] = [];
	steps.forEach((one, id) => {
		if (one.kind === "prune" || one.kind === "reopen") {
			driven[one.kind]();
			return;
		}
		if (one.kind === "take back") {
			const [which] = passed.splice(one.which % Math.max(1, passed.length), 1);
			if (which === undefined) return;
			driven.takeBack(which);
			naive.takeBack(which);
			return;
		}
		if (one.kind !== "call") return;
		driven.now += one.advance;
		const { now } = driven;
		const adds = new Map(Object.entries(one.adds).map(([key, hundredths]) => [key, BigInt(hundredths)]));
		const key = [...adds.keys()][one.asked % adds.size] as string;
		const own = adds.get(key) as bigint;
		const uses = [...adds].map(([name, amount]) =>
			useOf({ key: name, adds: decimalText(amount), ...(shared ? { shared } : {}) } as Parameters<typeof useOf>[0]),
		);
		const bound = { key, adds: decimalText(own), most: one.most / 100, window: one.window, actions: one.actions };
		const condition = { counter: testOf({ ...bound, ...(shared ? { shared } : {}) } as Parameters<typeof testOf>[0]) };
		const answered = driven.call(id, one.action, guarded(condition, uses));
		const keep = BigInt(one.most) - own;
		const expected =
			naive.sum(key, one.actions, one.window, now) <= keep
				? { passed: true }
				: { passed: false, retryAt: keep < 0n ? null : naive.whenAtMost(key, one.actions, one.window, keep, now) };
		expect(answered).toEqual(expected);
		if (!answered.passed) return;
		naive.add({ id, at: now, action: one.action, adds });
		passed.push(id);
	});
}

const RUNS = { numRuns: 60 };

test("a ledger's series", () =>
	fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), (steps) =>
			withBook((book) =>
				follow(
					steps,
					{
						get now() {
							return book.now;
						},
						set now(now) {
							book.now = now;
						},
						call(id, action, decision) {
							const admitted = book.admit({ act_id: `act_${id}`, action, decision });
							if (admitted.kind !== "decided") throw new Error(admitted.kind);
							if (admitted.verdict.verdict === "allow") return { passed: true };
							return { passed: false, retryAt: admitted.verdict.retry_at };
						},
						takeBack: (id) => book.settle(`act_${id}`, NOT_REACHED),
						prune: () => book.ledger.prune(),
						reopen: () => book.reopen(),
					},
					false,
				),
			),
		),
		RUNS,
	));

test("a role's series, and what a ledger concludes from its answers", () =>
	fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), (steps) =>
			withRoleBook((role) =>
				follow(
					steps,
					{
						get now() {
							return role.now;
						},
						set now(now) {
							role.now = now;
						},
						call(id, action, decision) {
							const reply = role.reserve(decision, { reservation: `rsv_${id}`, action });
							if (id % 2 === 0) role.say("confirm", `rsv_${id}`);
							if (decision.kind !== "residual") throw new Error("no residual");
							const { verdict, retry_at } = conclude(decision.residual, countersOf(reply.answers), role.now);
							expect(reply.reserved).toBe(verdict === "allow");
							return reply.reserved ? { passed: true } : { passed: false, retryAt: retry_at };
						},
						takeBack: (id) => role.say("release", `rsv_${id}`),
						prune: () => role.book.prune(),
						reopen: () => role.reopen(),
					},
					true,
				),
			),
		),
		RUNS,
	));
