/**
 * The engine and the naive reading of the language agree, on generated roles and calls: by way of the compiled form's bytes,
 * and by way of the residual as JSON where a counter is needed.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { engineOf, engineVerdict } from "./laws-engine.ts";
import { LISTS } from "./laws-fields.ts";
import { callOf, roleOf } from "./laws-roles.ts";
import { naiveVerdict, type World } from "./naive.ts";

/** Decisions that are compared, over both actions. */
const RUNS = Number(process.env["HIVEKEY_LAW_RUNS"] ?? 20_000);
const CALLS_A_ROLE = 40;
/** In milliseconds: many times what it takes, for whoever asks for more runs. */
const PATIENCE = 120_000;

describe("the engine comes to what the naive reading comes to", () => {
	for (const [action, share] of [
		["mail.send", 0.6],
		["shop.parcel.send", 0.4],
	] as const) {
		const perAction = RUNS * share;
		test(
			`${action}: verdict, guard, and what each guard came to`,
			() => {
				let compared = 0;
				const calls = fc.array(callOf(action), { minLength: CALLS_A_ROLE, maxLength: CALLS_A_ROLE });
				fc.assert(
					fc.property(roleOf(action), calls, (role, all) => {
						const engine = engineOf(role);
						for (const { input, facts, past } of all) {
							const world: World = { action, facts, timezone: role.timezone, named: role.let, lists: LISTS, past };
							const { verdict, matched_guard, facts: seen } = engineVerdict(engine, action, input, facts, past);
							const outcomes = seen.map(({ guard, when, took }) => ({ guard, when, took }));
							const naive = naiveVerdict(role.guards, input, world);
							if (
								JSON.stringify([verdict, matched_guard, outcomes]) !==
								JSON.stringify([naive.verdict, naive.guard, naive.outcomes])
							)
								expect({ verdict, guard: matched_guard, outcomes, input, past, now: facts }).toEqual({
									...naive,
									input,
									past,
									now: facts,
								});
							compared++;
						}
					}),
					{ numRuns: Math.ceil(perAction / CALLS_A_ROLE) },
				);
				expect(compared).toBeGreaterThanOrEqual(perAction);
			},
			PATIENCE,
		);
	}
});
