/** Laws that no policy may break: more guards, fewer grants, more recipients and less knowledge never make a verdict laxer. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import { oneByOneOf } from "./laws-conditions.ts";
import { engineOf, engineVerdict } from "./laws-engine.ts";
import { callOf, guardOf, RANK, roleOf } from "./laws-roles.ts";
import type { Guard } from "./naive.ts";
import { rounds } from "./rounds.ts";

const CALLS_A_ROLE = 10;
const ACTIONS = ["mail.send", "shop.parcel.send"] as const;

describe.each(ACTIONS)("%s", (action) => {
	const calls = fc.array(callOf(action), { minLength: CALLS_A_ROLE, maxLength: CALLS_A_ROLE });

	test("adding a guard makes no verdict laxer, wherever it stands", () => {
		fc.assert(
			fc.property(roleOf(action), guardOf(action), fc.nat(), calls, (role, body, place, all) => {
				const added: Guard = { id: "added", ...body };
				const guards = role.guards.toSpliced(place % (role.guards.length + 1), 0, added);
				const [fewer, more] = [engineOf(role), engineOf({ ...role, guards })];
				for (const { input, facts, past } of all) {
					const before = engineVerdict(fewer, action, input, facts, past);
					const after = engineVerdict(more, action, input, facts, past);
					expect(RANK[after.verdict]).toBeGreaterThanOrEqual(RANK[before.verdict]);
				}
			}),
			{ numRuns: rounds(150) },
		);
	});

	test("taking a grant away makes no verdict laxer", () => {
		const scopes = fc.subarray(["mail.*", "mail.send", "shop.parcel.send", "shop.**", "*.*.send"]);
		fc.assert(
			fc.property(
				roleOf(action),
				scopes,
				fc.nat(),
				fc.subarray(["mail.*", "**.send", "shop.list"]),
				calls,
				(role, allow, which, deny, all) => {
					const wide = engineOf(role, { allow });
					const fewer = engineOf(role, { allow: allow.filter((_, index) => index !== which % Math.max(1, allow.length)) });
					const barred = engineOf(role, { allow, deny });
					for (const { input, facts, past } of all) {
						const before = engineVerdict(wide, action, input, facts, past);
						for (const narrower of [fewer, barred]) {
							const after = engineVerdict(narrower, action, input, facts, past);
							if (narrower.actions.has(action)) expect(after).toEqual(before);
							else expect(after).toMatchObject({ verdict: "deny", reason_code: "not_in_scope", facts: [] });
							expect(RANK[after.verdict]).toBeGreaterThanOrEqual(RANK[before.verdict]);
						}
					}
				},
			),
			{ numRuns: rounds(150) },
		);
	});

	test("a guard that cannot tell takes the stricter side, with the code for it", () => {
		fc.assert(
			fc.property(roleOf(action), calls, (role, all) => {
				const engine = engineOf(role);
				for (const { input, facts, past } of all) {
					const verdict = engineVerdict(engine, action, input, facts, past);
					for (const { guard, when, took } of verdict.facts) {
						const { effect, otherwise } = role.guards.find(({ id }) => id === guard) as Guard;
						const strict = RANK[effect] > RANK[otherwise] ? effect : otherwise;
						expect(took).toBe(when === null ? strict : when ? effect : otherwise);
					}
					const matched = verdict.facts.find(({ guard }) => guard === verdict.matched_guard);
					if (verdict.verdict !== "allow") expect(verdict.reason_code === "guard_indeterminate").toBe(matched?.when === null);
				}
			}),
			{ numRuns: rounds(150) },
		);
	});

	test("shadow guards change nothing but the facts", () => {
		fc.assert(
			fc.property(roleOf(action), calls, (role, all) => {
				const [shadowed, plain] = [
					engineOf(role),
					engineOf({ ...role, guards: role.guards.filter(({ mode }) => mode !== "shadow") }),
				];
				for (const { input, facts, past } of all) {
					const { facts: _all, ...verdict } = engineVerdict(shadowed, action, input, facts, past);
					const { facts: _some, ...enforced } = engineVerdict(plain, action, input, facts, past);
					expect(verdict).toEqual(enforced);
				}
			}),
			{ numRuns: rounds(100) },
		);
	});

	test("what is not allowed has a code, a reason and a guard; what is allowed has neither of the first two", () => {
		fc.assert(
			fc.property(roleOf(action), calls, (role, all) => {
				const engine = engineOf(role);
				for (const { input, facts, past } of all) {
					const verdict = engineVerdict(engine, action, input, facts, past);
					const refused = verdict.verdict !== "allow";
					expect(verdict.reason_code !== null).toBe(refused);
					expect(verdict.reason !== null && verdict.reason !== "").toBe(refused);
					expect(verdict.review !== null).toBe(verdict.verdict === "review");
					for (const fact of verdict.facts) expect(fact.detail !== undefined).toBe(fact.took !== "allow");
					if (verdict.retry_at !== null) expect(verdict.reason_code).toBe("rate_exceeded");
				}
			}),
			{ numRuns: rounds(100) },
		);
	});
});

test("one more recipient makes no verdict laxer, where values are tested one by one and nothing says `match`", () => {
	const address = fc.constantFrom<Json>("bob@acme.com", "Bob@acme.com", "eve@rival.com", "x@eu.rival.com", "new@b.cc", null, "");
	const fields = fc.record({
		to: fc.array(address, { minLength: 1, maxLength: 2 }),
		cc: fc.array(address, { minLength: 1, maxLength: 2 }),
	});
	const calls = fc.array(
		fc.record({ call: callOf("mail.send"), fields, more: address, where: fc.constantFrom("to", "cc"), at: fc.nat({ max: 2 }) }),
		{ minLength: CALLS_A_ROLE, maxLength: CALLS_A_ROLE },
	);
	fc.assert(
		fc.property(roleOf("mail.send", oneByOneOf()), calls, (role, all) => {
			const engine = engineOf(role);
			for (const { call, fields, more, where, at } of all) {
				const few: JsonObject = { ...call.input, ...fields };
				const many: JsonObject = { ...few, [where]: (few[where] as Json[]).toSpliced(at, 0, more) };
				const [before, after] = [few, many].map((input) => engineVerdict(engine, "mail.send", input, call.facts, call.past));
				expect(RANK[after?.verdict ?? "allow"]).toBeGreaterThanOrEqual(RANK[before?.verdict ?? "deny"]);
			}
		}),
		{ numRuns: rounds(600) },
	);
});
