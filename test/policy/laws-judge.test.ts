/** The judge alone, with the plain counters at hand: one number that says what all of deciding, describing and concluding says. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { RATE_WINDOW_SECONDS } from "../../src/policy/compiled-role.ts";
import { newDeciding } from "../../src/policy/deciding.ts";
import { effectOf, guardOf, OPEN } from "../../src/policy/judge.ts";
import { countersFrom, engineOf, engineVerdict } from "./laws-engine.ts";
import { callOf, RANK, roleOf } from "./laws-roles.ts";

const CALLS_A_ROLE = 15;

test.each(["mail.send", "shop.parcel.send"] as const)("%s: what the judge says is the verdict, and the guard", (action) => {
	const calls = fc.array(callOf(action), { minLength: CALLS_A_ROLE, maxLength: CALLS_A_ROLE });
	let judged = 0;
	fc.assert(
		fc.property(roleOf(action), calls, (role, all) => {
			const engine = engineOf(role);
			const loaded = engine.actions.get(action);
			if (loaded === undefined) throw new Error("the action is not granted");
			for (const { input, facts, past } of all) {
				const counters = countersFrom(engine, past, facts);
				const counts = loaded.counters.map(
					({ actions, window }) => counters.count([...actions], RATE_WINDOW_SECONDS[window]) + 1,
				);
				const answer = loaded.judge(newDeciding({ action, input }, facts, loaded.readers.length, counts));
				// Counters by value and sums are never at hand.
				if (effectOf(answer) === OPEN) continue;
				const verdict = engineVerdict(engine, action, input, facts, past);
				const guard = loaded.enforced[guardOf(answer)]?.compiled.id ?? null;
				expect([effectOf(answer), guard]).toEqual([RANK[verdict.verdict], verdict.matched_guard]);
				judged++;
			}
		}),
		{ numRuns: 200 },
	);
	expect(judged).toBeGreaterThan(1_000);
});
