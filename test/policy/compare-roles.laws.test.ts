/** What comparing two roles may never say: that a change does not widen, where a call shows that it does. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalInput } from "../../src/policy/canonical-input.ts";
import { isLaxer } from "../../src/policy/compare/laxer.ts";
import { compareRoles } from "../../src/policy/compare-roles.ts";
import { conclude } from "../../src/policy/conclude.ts";
import { decide } from "../../src/policy/decide.ts";
import type { Verdict } from "../../src/policy/decision.ts";
import { type LoadedRole, loadRole } from "../../src/policy/load-role.ts";
import { type Action, callOf, change, countersOfHistory, type GeneratedCall, roleWith } from "./compare-changes.ts";
import { rounds } from "./rounds.ts";

function verdictOf(role: LoadedRole, action: Action, { input, facts, history }: GeneratedCall): Verdict | null {
	const definition = role.actions.get(action)?.definition;
	const canonical = definition === undefined ? null : canonicalInput(definition, input);
	if (canonical?.ok !== true) return null;
	const decision = decide(role, { action, input: canonical.input }, facts);
	return decision.kind === "verdict" ? decision.verdict : conclude(decision.residual, countersOfHistory(history), facts.now);
}

const CALLS = 600;
const TRIED = 60;
/** Made once: making calls takes longer than deciding them. */
const CALLS_OF: Record<Action, GeneratedCall[]> = {
	"shop.order.pay": fc.sample(callOf("shop.order.pay"), { numRuns: CALLS, seed: 20 }),
	"mail.send": fc.sample(callOf("mail.send"), { numRuns: CALLS, seed: 21 }),
};

describe("for any change of a role", () => {
	test("that is said not to widen, no call gets a laxer verdict; and most changes are told", () => {
		const told = { widens: 0, does_not_widen: 0, cannot_tell: 0 };
		fc.assert(
			fc.property(change, fc.nat(CALLS - TRIED), ({ action, before, after }, from) => {
				const [then, now] = [roleWith(before), roleWith(after)];
				if (then === null || now === null) return;
				const { result, reasons } = compareRoles(then, now);
				told[result]++;
				expect(reasons.length === 0).toBe(result === "does_not_widen");
				expect(reasons.some(({ sure }) => sure)).toBe(result === "widens");
				if (result !== "does_not_widen") return;
				const [loadedThen, loadedNow] = [loadRole(then), loadRole(now)];
				for (const call of CALLS_OF[action].slice(from, from + TRIED)) {
					const [earlier, later] = [verdictOf(loadedThen, action, call), verdictOf(loadedNow, action, call)];
					if (earlier !== null && later !== null) expect(isLaxer(later, earlier)).toBe(false);
				}
			}),
			{ numRuns: rounds(2_500) },
		);
		const all = told.widens + told.does_not_widen + told.cannot_tell;
		console.log(`told apart: ${JSON.stringify(told)}, ${Math.round((100 * (all - told.cannot_tell)) / all)} % decided`);
		expect(told.cannot_tell / all).toBeLessThan(0.2);
	});
});
