/** What an approval does to a verdict, as laws. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conclude } from "../../src/policy/conclude.ts";
import type { Counters, Residual } from "../../src/policy/decision.ts";
import { askedReviews, verdictAfterApproval } from "../../src/policy/satisfied-reviews.ts";
import { strictness } from "../../src/policy/strictness.ts";

const NONE = (): never => {
	throw new Error("no counter here");
};
const COUNTERS: Counters = { count: NONE, whenAtMost: NONE, sum: NONE, whenSumAtMost: NONE };

const effect = fc.constantFrom("allow" as const, "review" as const, "deny" as const);
const guards = fc
	.array(fc.record({ effect, otherwise: effect, when: fc.constantFrom(true, false, null), shadow: fc.boolean() }), {
		minLength: 1,
		maxLength: 6,
	})
	.map((list): Residual["guards"] =>
		list.map(({ shadow, ...guard }, i) => ({ id: `g${i}`, saw: {}, ...guard, ...(shadow ? { shadow: true as const } : {}) })),
	);
const concluded = (list: Residual["guards"]) => conclude({ guards: list }, COUNTERS, 0);

describe("an approval", () => {
	test("of everything that asked lets the call pass, and of anything less leaves the verdict as it was", () => {
		fc.assert(
			fc.property(guards, fc.nat(), (list, left) => {
				const verdict = concluded(list);
				const asked = askedReviews(verdict.facts);
				const all = verdictAfterApproval(verdict, asked);
				expect(all.verdict).toBe(verdict.verdict === "review" ? "allow" : verdict.verdict);
				if (verdict.verdict !== "review") return;
				const without = asked.filter((_, i) => i !== left % asked.length);
				expect(verdictAfterApproval(verdict, without)).toEqual(verdict);
			}),
		);
	});

	test("never turns a deny, and never makes a verdict stricter", () => {
		fc.assert(
			fc.property(guards, guards, (shown, now) => {
				const verdict = concluded(now);
				const after = verdictAfterApproval(verdict, askedReviews(concluded(shown).facts));
				if (verdict.verdict === "deny") expect(after).toEqual(verdict);
				expect(strictness(after.verdict)).toBeLessThanOrEqual(strictness(verdict.verdict));
			}),
		);
	});

	test("satisfies no guard that asks for another reason than the one that was shown", () => {
		fc.assert(
			fc.property(guards, guards, (shown, now) => {
				const approved = askedReviews(concluded(shown).facts);
				const verdict = concluded(now);
				const open = askedReviews(verdict.facts).filter(
					({ guard, when }) => !approved.some((one) => one.guard === guard && one.when === when),
				);
				if (open.length > 0) expect(verdictAfterApproval(verdict, approved)).toEqual(verdict);
			}),
		);
	});
});

describe("of a call that two guards hold, while others let it pass or only watch", () => {
	const guard = (
		id: string,
		took: "allow" | "review" | "deny",
		when: boolean | null,
		shadow = false,
	): Residual["guards"][number] => ({
		id,
		effect: took,
		otherwise: took,
		when,
		saw: {},
		...(shadow ? { shadow: true as const } : {}),
	});
	const list = [
		guard("lets", "allow", true),
		guard("asks", "review", true),
		guard("watches", "review", true, true),
		guard("doubts", "review", null),
		guard("lets-too", "allow", false),
	];
	const verdict = concluded(list);
	const asked = [
		{ guard: "asks", when: true },
		{ guard: "doubts", when: null },
	];

	test("what is asked is what the two ask", () => {
		expect(askedReviews(verdict.facts)).toEqual(asked);
	});

	test("both have to be approved, each as it asks", () => {
		expect(verdictAfterApproval(verdict, asked)).toEqual({
			...verdict,
			verdict: "allow",
			reason_code: null,
			reason: null,
			approvable: false,
			review: null,
		});
		expect(verdictAfterApproval(verdict, [...asked, { guard: "more", when: false }]).verdict).toBe("allow");
		for (const less of [
			null,
			[],
			asked.slice(0, 1),
			asked.slice(1),
			[asked[0] as (typeof asked)[0], { guard: "doubts", when: true }],
			[{ guard: "asks", when: null }, asked[1] as (typeof asked)[0]],
			[{ guard: "watches", when: true }, asked[1] as (typeof asked)[0]],
		])
			expect(verdictAfterApproval(verdict, less)).toBe(verdict);
	});

	test("a deny stays one, whoever has approved, and so does an allow", () => {
		const denied = concluded([...list, guard("no", "deny", true)]);
		expect(verdictAfterApproval(denied, [...asked, { guard: "no", when: true }])).toBe(denied);
		const allowed = concluded([guard("lets", "allow", true)]);
		expect(verdictAfterApproval(allowed, [])).toBe(allowed);
	});
});
