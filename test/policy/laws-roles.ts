/** Generated roles of one action, and calls to them with what went before. */
import fc from "fast-check";
import { INPUTS, known, pastOf, ZONES } from "./laws-calls.ts";
import { conditionOf } from "./laws-conditions.ts";
import type { LawRole } from "./laws-engine.ts";
import type { LawAction } from "./laws-fields.ts";
import type { Condition, Guard, PastCall } from "./naive.ts";

export const RANK = { allow: 0, review: 1, deny: 2 };

const effect = fc.constantFrom("allow" as const, "review" as const, "deny" as const);

/** A guard but for its name. */
export function guardOf(action: LawAction, when: fc.Arbitrary<Condition> = conditionOf(action, ["first", "second"])) {
	return fc.record({
		action: fc.constant(action),
		when,
		effect,
		otherwise: effect,
		mode: fc.constantFrom("enforce" as const, "enforce" as const, "enforce" as const, "shadow" as const),
	});
}

export function roleOf(action: LawAction, when?: fc.Arbitrary<Condition>): fc.Arbitrary<LawRole> {
	return fc.record({
		timezone: fc.constantFrom(...ZONES),
		let: fc.record({ first: conditionOf(action), second: conditionOf(action, ["first"]) }),
		guards: fc
			.array(guardOf(action, when), { minLength: 1, maxLength: 5, size: "small" })
			.map((bodies) => bodies.map((body, i): Guard => ({ id: `g${i}`, ...body }))),
	});
}

export const callOf = (action: LawAction) =>
	fc.record({ input: INPUTS[action], facts: known, past: fc.oneof(fc.constant<PastCall[]>([]), pastOf(action)) });
