/** Laws of the engine, on generated roles and calls. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import type { RoleDocument } from "../../src/contract/role-document.ts";
import { canonicalInput } from "../../src/policy/canonical-input.ts";
import { compiledRoleBytes, compileRole } from "../../src/policy/compile-role.ts";
import { RATE_WINDOW_SECONDS } from "../../src/policy/compiled-role.ts";
import { conclude } from "../../src/policy/conclude.ts";
import { decide } from "../../src/policy/decide.ts";
import type { Counters, Residual, Verdict } from "../../src/policy/decision.ts";
import { type LoadedRole, loadRole, readCompiledRole } from "../../src/policy/load-role.ts";
import { parseRoleValue } from "../../src/policy/parse-role.ts";
import { type Condition, type Guard, naiveVerdict } from "./naive.ts";
import { allActions, facts, NOW } from "./support.ts";

const effect = fc.constantFrom("allow" as const, "review" as const, "deny" as const);
const rateField = fc.constantFrom("rate.per_minute", "rate.per_day");
const number = fc.integer({ min: 0, max: 4 });
const leaf: fc.Arbitrary<Condition> = fc.oneof(
	fc
		.tuple(fc.constantFrom("amount"), fc.constantFrom("lt", "lte", "gt", "gte"), number)
		.map(([field, op, operand]) => ({ field, [op]: operand })),
	fc
		.tuple(fc.oneof(fc.constant("amount"), rateField), number, number)
		.map(([field, low, more]) => ({ field, between: [low, low + more] })),
	fc
		.tuple(
			fc.constantFrom("currency", "tags"),
			fc.constantFrom("starts_with", "ends_with", "contains_any", "contains_all"),
			fc.constantFrom(["a"], ["B"], ["a", "b"], ["ab"]),
			fc.boolean(),
		)
		.map(([field, op, operand, ci]) => ({ field, [op]: operand, ci })),
	fc
		.tuple(
			fc.constantFrom("currency", "tags"),
			fc.constantFrom("contains", "not_contains", "eq", "ne"),
			fc.constantFrom("a", "B", "ab"),
			fc.boolean(),
		)
		.map(([field, op, operand, ci]) => ({ field, [op]: operand, ci })),
	fc
		.tuple(fc.constantFrom("currency", "tags"), fc.constantFrom("a*", "?", "*B", "?b*"), fc.boolean())
		.map(([field, glob, ci]) => ({ field, glob, ci })),
	fc
		.tuple(
			fc.constantFrom("currency"),
			fc.constantFrom("before", "after"),
			fc.constantFrom("2026-01-01", "2026-01-01T00:00:00.5Z"),
		)
		.map(([field, op, operand]) => ({ field, [op]: operand })),
	fc
		.tuple(fc.constantFrom("currency", "tags"), fc.constantFrom("eq", "ne"), fc.constantFrom("a", "b"))
		.map(([field, op, operand]) => ({ field, [op]: operand })),
	fc
		.tuple(fc.constantFrom("tags"), fc.constantFrom("in", "not_in"), fc.constantFrom(["a"], ["a", "b"]))
		.map(([field, op, operand]) => ({ field, [op]: operand })),
	fc
		.tuple(rateField, fc.constantFrom("lt", "lte", "gt", "gte", "eq", "ne"), number)
		.map(([field, op, operand]) => ({ field, [op]: operand })),
);
const condition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
	node: fc.oneof(
		{ depthSize: "small" },
		leaf,
		fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
		fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
		tie("node").map((not) => ({ not })),
	),
})).node;
const guardBody = fc.record({
	when: condition,
	effect,
	otherwise: effect,
	mode: fc.constantFrom("enforce" as const, "enforce" as const, "shadow" as const),
});
const guardList = fc
	.array(guardBody, { maxLength: 5 })
	.map((bodies) => bodies.map((body, i): Guard => ({ id: `g${i}`, action: "shop.order.pay", ...body })));
const input: fc.Arbitrary<JsonObject> = fc.record(
	{
		amount: fc.constantFrom<Json>(0, 1, 2, 3, "3"),
		currency: fc.constantFrom("a", "b", "c", "ab", "Ba", "2026-01-01", "2026-01-01T01:00:00.5+01:00", ""),
		tags: fc.array(fc.constantFrom("a", "b", "c", "B", "ab", ""), { maxLength: 3 }),
	},
	{ requiredKeys: [] },
);
const counts = fc.record({ "rate.per_minute": number, "rate.per_day": number });

function roleFrom(guards: Guard[]): LoadedRole {
	const parsed = parseRoleValue({
		apiVersion: "policy.hivekey.ai/v1",
		kind: "Role",
		metadata: { name: "r" },
		scope: { allow: ["**"] },
		guards,
	});
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const compiled = compileRole(parsed.document as RoleDocument, 1, allActions);
	if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
	const read = readCompiledRole(compiledRoleBytes(compiled.compiled));
	if (read === null) throw new Error("the compiled role is not read back");
	return loadRole(read);
}

function countersFrom(given: Record<string, number>): Counters {
	const count = (windowSeconds: number) =>
		given[windowSeconds === RATE_WINDOW_SECONDS.per_minute ? "rate.per_minute" : "rate.per_day"] ?? 0;
	return {
		count: (_actions, seconds) => count(seconds),
		whenAtMost: (_actions, seconds, keep) => (count(seconds) <= keep ? NOW : NOW + seconds),
	};
}

function verdictOf(guards: Guard[], call: JsonObject, given: Record<string, number>): Verdict {
	const decision = decide(roleFrom(guards), { action: "shop.order.pay", input: call }, facts);
	if (decision.kind === "verdict") return decision.verdict;
	// It crosses to the ledger as JSON.
	return conclude(JSON.parse(JSON.stringify(decision.residual)) as Residual, countersFrom(given), NOW);
}

describe("for any role and any call", () => {
	test("concluding what deciding left is evaluating with the counters at hand", () => {
		fc.assert(
			fc.property(guardList, input, counts, (guards, call, given) => {
				const verdict = verdictOf(guards, call, given);
				expect({ verdict: verdict.verdict, guard: verdict.matched_guard }).toEqual(naiveVerdict(guards, call, given));
			}),
			{ numRuns: 2_000 },
		);
	});

	test("adding a guard never turns a deny into an allow, nor makes any verdict laxer", () => {
		const rank = { allow: 0, review: 1, deny: 2 };
		fc.assert(
			fc.property(guardList, guardBody, fc.nat(), input, counts, (guards, body, place, call, given) => {
				const more = guards.toSpliced(place % (guards.length + 1), 0, { id: "added", action: "shop.order.pay", ...body });
				expect(rank[verdictOf(more, call, given).verdict]).toBeGreaterThanOrEqual(rank[verdictOf(guards, call, given).verdict]);
			}),
			{ numRuns: 1_000 },
		);
	});

	test("shadow guards change nothing but the facts", () => {
		fc.assert(
			fc.property(guardList, input, counts, (guards, call, given) => {
				const { facts: _all, ...verdict } = verdictOf(guards, call, given);
				const { facts: _some, ...enforced } = verdictOf(
					guards.filter(({ mode }) => mode !== "shadow"),
					call,
					given,
				);
				expect(verdict).toEqual(enforced);
			}),
		);
	});

	test("what is not allowed has a code, a reason and a guard; what is allowed has none of the first two", () => {
		fc.assert(
			fc.property(guardList, input, counts, (guards, call, given) => {
				const verdict = verdictOf(guards, call, given);
				const refused = verdict.verdict !== "allow";
				expect(verdict.reason_code !== null).toBe(refused);
				expect(verdict.reason !== null && verdict.reason !== "").toBe(refused);
				expect(verdict.review !== null).toBe(verdict.verdict === "review");
				for (const fact of verdict.facts) expect(fact.detail !== undefined).toBe(fact.took !== "allow");
				if (verdict.retry_at !== null) expect(verdict.reason_code).toBe("rate_exceeded");
			}),
		);
	});
});

describe("nothing throws", () => {
	const role = roleFrom([
		{ id: "a", action: "**", when: { field: "agent.name", eq: "helpdesk-bot" }, effect: "allow", otherwise: "deny" },
		{
			id: "b",
			action: "mail.send",
			when: {
				any: [
					{ field: "to.domain", in: ["acme.com"] },
					{ field: "to.count", lt: 2 },
					{ field: "subject.length", gt: 3 },
				],
			},
			effect: "allow",
			otherwise: "deny",
		},
		{
			id: "c",
			action: "shop.order.pay",
			when: {
				all: [
					{ field: "items[].price", lt: 3 },
					{ field: "items[0].sku", eq: "x" },
					{ field: "order.total", gt: 1 },
				],
			},
			effect: "allow",
			otherwise: "deny",
		},
	]);
	const garbage = fc.oneof(
		fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>,
		fc.dictionary(
			fc.constantFrom("to", "cc", "bcc", "reply_to", "subject", "body", "items", "order", "amount", "toString"),
			fc.jsonValue({ maxDepth: 3 }),
		) as fc.Arbitrary<Json>,
	);
	test("on any input, checked or not", () => {
		fc.assert(
			fc.property(
				garbage,
				fc.constantFrom("mail.send", "mail.read", "shop.order.pay", "x.y", "", "__proto__", "constructor"),
				(value, action) => {
					const definition = role.actions.get(action)?.definition;
					if (definition !== undefined) {
						const canonical = canonicalInput(definition, value);
						if (!canonical.ok) expect(canonical.problems.length).toBeGreaterThan(0);
					}
					const call = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
					expect(["verdict", "residual"]).toContain(decide(role, { action, input: call }, facts).kind);
				},
			),
			{ numRuns: 3_000 },
		);
	});

	test("on any text that is to be a compiled role", () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
				expect(readCompiledRole(text)).toBe(null);
			}),
		);
		expect(readCompiledRole('{"v":2,"name":"r","rev":1,"timezone":"UTC","actions":{},"guards":[]}')).toBe(null);
		expect(readCompiledRole('{"v":1,"name":"r","rev":1,"timezone":"UTC","actions":{"a.b":null},"guards":[]}')).toBe(null);
		expect(readCompiledRole('{"v":1,"name":"r","rev":1,"timezone":"UTC","actions":{},"guards":[]}')).not.toBe(null);
	});
});
