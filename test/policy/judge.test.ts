/**
 * The judge and what is written down never part: with the counters at hand it comes to the verdict, and to the guard, that deciding
 * and concluding come to; without them it says that they are to decide, or which guard is sure to deny.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RATE_WINDOW_SECONDS } from "../../src/policy/compiled-role.ts";
import { conclude } from "../../src/policy/conclude.ts";
import { decide } from "../../src/policy/decide.ts";
import { newDeciding } from "../../src/policy/deciding.ts";
import type { Counters, Facts } from "../../src/policy/decision.ts";
import { ALLOW, DENY, effectOf, guardOf, judgeOf, OPEN, REVIEW } from "../../src/policy/judge.ts";
import type { LoadedAction, LoadedRole } from "../../src/policy/load-role.ts";
import { LEFT, TRUE } from "../../src/policy/outcome.ts";
import { INPUTS, known, pastOf, ZONES } from "./laws-calls.ts";
import { conditionOf } from "./laws-conditions.ts";
import { countersFrom, engineOf } from "./laws-engine.ts";
import type { PastCall } from "./naive.ts";
import { countersOf, guardsOf, mail, NOW, facts as someFacts } from "./support.ts";

const EFFECTS = { [ALLOW]: "allow", [REVIEW]: "review", [DENY]: "deny" } as Record<number, string>;

/** What the judge says, with these counters or with none. */
function judged(
	role: LoadedRole,
	action: string,
	input: Parameters<typeof decide>[1]["input"],
	facts: Facts,
	counters?: Counters,
) {
	const loaded = role.actions.get(action) as LoadedAction;
	const counts = loaded.counters.map(({ actions, window }) =>
		counters === undefined ? -1 : counters.count([...actions], RATE_WINDOW_SECONDS[window]) + 1,
	);
	const answer = loaded.judge(newDeciding({ action, input }, facts, loaded.readers.length, counts));
	return { effect: effectOf(answer), guard: loaded.enforced[guardOf(answer)]?.compiled.id ?? null };
}

const effect = fc.constantFrom("allow" as const, "review" as const, "deny" as const);
const mode = fc.constantFrom("enforce" as const, "enforce" as const, "shadow" as const);

test("the judge comes to the verdict, for chains of one to five guards", () => {
	const action = "shop.parcel.send";
	const guard = fc.record({ when: conditionOf(action), effect, otherwise: effect, mode });
	const role = fc.record({
		timezone: fc.constantFrom(...ZONES),
		let: fc.constant({}),
		guards: fc
			.array(guard, { minLength: 1, maxLength: 5 })
			.map((bodies) => bodies.map((body, i) => ({ id: `g${i}`, action, ...body }))),
	});
	const call = fc.record({ input: INPUTS[action], facts: known, past: fc.oneof(fc.constant<PastCall[]>([]), pastOf(action)) });
	let closed = 0;
	fc.assert(
		fc.property(role, fc.array(call, { minLength: 10, maxLength: 10 }), (source, calls) => {
			const engine = engineOf(source);
			for (const { input, facts, past } of calls) {
				const counters = countersFrom(engine, past, facts);
				const decision = decide(engine, { action, input }, facts);
				const verdict = decision.kind === "verdict" ? decision.verdict : conclude(decision.residual, counters, facts.now);
				const withCounters = judged(engine, action, input, facts, counters);
				const without = judged(engine, action, input, facts);
				const wanted = { verdict: verdict.verdict, guard: verdict.matched_guard };
				// Counters by value and sums are never at hand here.
				for (const { effect, guard } of [withCounters, without]) {
					if (effect === OPEN) expect(decision.kind).toBe("residual");
					else expect({ verdict: EFFECTS[effect], guard }).toEqual(wanted);
					if (effect !== OPEN) closed++;
				}
			}
		}),
		{ numRuns: 200 },
	);
	expect(closed).toBeGreaterThan(2_000);
});

test("guards are judged in their order, however many there are: a deny ends it, a counter leaves it open, the first review holds", () => {
	const KINDS = { allow: ALLOW, review: REVIEW, deny: DENY, open: OPEN };
	type Kind = keyof typeof KINDS;
	const wantedOf = (kinds: Kind[]): [effect: number, guard: number, asked: number] => {
		const denied = kinds.indexOf("deny");
		const before = denied === -1 ? kinds : kinds.slice(0, denied);
		if (denied !== -1) return [before.includes("open") ? OPEN : DENY, denied, denied + 1];
		if (before.includes("open")) return [OPEN, -1, kinds.length];
		return before.includes("review") ? [REVIEW, before.indexOf("review"), kinds.length] : [ALLOW, 0, kinds.length];
	};
	const chains = (length: number): Kind[][] =>
		length === 0 ? [[]] : chains(length - 1).flatMap((kinds) => (Object.keys(KINDS) as Kind[]).map((kind) => [...kinds, kind]));
	const deciding = newDeciding({ action: "a.b", input: {} }, someFacts, 0, []);
	for (const kinds of [1, 2, 3, 4, 5].flatMap(chains)) {
		let asked = 0;
		const answer = judgeOf(
			kinds.map((kind) => ({
				test: () => {
					asked++;
					return kind === "open" ? LEFT : TRUE;
				},
				onTrue: KINDS[kind],
				onFalse: ALLOW,
				onUnknown: DENY,
			})),
		)(deciding);
		expect([kinds, effectOf(answer), guardOf(answer), asked]).toEqual([kinds, ...wantedOf(kinds)]);
	}
	expect(judgeOf([])(deciding)).toBe(ALLOW);
});

test("guards on counters of other windows or other actions each look at their own, those on the same at the same", () => {
	const guardOn = (id: string, window: string, actions: string) =>
		`  - { id: ${id}, action: ${actions}, when: { field: rate.${window}, lte: 5 } }\n`;
	const guards = [
		guardOn("minute", "per_minute", "mail.send"),
		guardOn("day", "per_day", "mail.send"),
		guardOn("both", "per_day", "[mail.send, mail.read]"),
		guardOn("again", "per_day", "mail.send").replace("5", "6"),
	];
	for (const order of [guards, guards.toReversed()]) {
		const role = guardsOf(order.join(""));
		expect((role.actions.get("mail.send") as LoadedAction).counters.length).toBe(3);
		for (const full of ["minute", "day", "both", "none"]) {
			const counters: Counters = {
				...countersOf(0),
				count: (actions, seconds) => ((seconds === 60 ? "minute" : actions.length > 1 ? "both" : "day") === full ? 9 : 0),
			};
			const { effect, guard } = judged(role, "mail.send", mail("a@acme.com"), someFacts, counters);
			const first = order === guards || full !== "day" ? full : "again";
			expect([full, EFFECTS[effect], guard]).toEqual(
				full === "none" ? ["none", "allow", order === guards ? "minute" : "again"] : [full, "deny", first],
			);
		}
	}
});

describe("where a counter is to decide", () => {
	const role = guardsOf(
		"  - { id: cap, action: mail.send, when: { field: rate.per_day, lte: 5 }, otherwise: review }\n" +
			"  - { id: watched, action: mail.send, when: { field: subject, eq: Hi }, mode: shadow }\n" +
			"  - { id: domains, action: mail.send, when: { field: to.domain, in: [acme.com] } }\n" +
			"  - { id: never, action: mail.send, when: { field: subject, eq: Ho } }",
	);
	const judge = (to: string, counters?: Counters) => judged(role, "mail.send", mail(to), someFacts, counters);

	test("the call stays open, and a deny that is sure ends it", () => {
		const stranger = decide(role, { action: "mail.send", input: mail("e@evil.example") }, someFacts);
		expect(judge("e@evil.example")).toEqual({ effect: OPEN, guard: "domains" });
		expect(stranger.kind === "residual" && stranger.residual.guards.map(({ id }) => id)).toEqual(["cap", "watched", "domains"]);
	});

	test("with the counters at hand it is closed", () => {
		expect(judge("e@evil.example", countersOf(9))).toEqual({ effect: DENY, guard: "domains" });
		expect(judge("bob@acme.com", countersOf(9))).toEqual({ effect: DENY, guard: "never" });
	});

	test.each([
		["lt: 2", [ALLOW, DENY, DENY]],
		["lte: 2", [ALLOW, ALLOW, DENY]],
		["gt: 2", [DENY, DENY, ALLOW]],
		["gte: 2", [DENY, ALLOW, ALLOW]],
		["eq: 2", [DENY, ALLOW, DENY]],
		["between: [2, 3]", [DENY, ALLOW, ALLOW]],
	] as const)("one to three calls, %s", (limit, effects) => {
		const capped = guardsOf(`  - { id: cap, action: mail.send, when: { field: rate.per_day, ${limit} } }`);
		const judge = (counters?: Counters) => judged(capped, "mail.send", mail("bob@acme.com"), someFacts, counters).effect;
		expect([0, 1, 2].map((count) => judge(countersOf(count)))).toEqual(effects);
		expect(judge()).toBe(OPEN);
	});

	test("what stands after the one guard that waits is written down all the same", () => {
		const watched = guardsOf(
			"  - { id: cap, action: mail.send, when: { field: rate.per_day, lte: 5 } }\n" +
				"  - { id: watched, action: mail.send, when: { field: subject, eq: Hi }, mode: shadow }\n",
		);
		const decision = decide(watched, { action: "mail.send", input: mail("bob@acme.com") }, someFacts);
		expect(decision.kind === "residual" && decision.residual.guards.map(({ id }) => id)).toEqual(["cap", "watched"]);
	});

	test("a guard in shadow mode is not judged, and leaves its counters to the ledger", () => {
		const shadowed = guardsOf("  - { id: cap, action: mail.send, when: { field: rate.per_day, lte: 5 }, mode: shadow }");
		const decision = decide(shadowed, { action: "mail.send", input: mail("bob@acme.com") }, someFacts);
		expect(judged(shadowed, "mail.send", mail("bob@acme.com"), someFacts)).toEqual({ effect: ALLOW, guard: null });
		expect(decision.kind === "residual" && conclude(decision.residual, countersOf(9), NOW).facts).toEqual([
			{ guard: "cap", when: false, took: "deny", saw: { "rate.per_day": 10 }, detail: expect.any(String), shadow: true },
		]);
	});
});
