/** Nothing throws: not on inputs that no schema has seen, not on roles that another version compiled. What is not known is indeterminate. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import { canonicalInput } from "../../src/policy/canonical-input.ts";
import { compiledRoleBytes } from "../../src/policy/compile-role.ts";
import type { CompiledCondition, CompiledRole } from "../../src/policy/compiled-role.ts";
import { conclude } from "../../src/policy/conclude.ts";
import { decide } from "../../src/policy/decide.ts";
import { loadRole, readCompiledRole } from "../../src/policy/load-role.ts";
import { engineOf, engineVerdict, plainInput } from "./laws-engine.ts";
import { RANK, roleOf } from "./laws-roles.ts";
import { countersOf, facts, guardsOf, NOW } from "./support.ts";

const NAMES = [
	"to",
	"cc",
	"bcc",
	"reply_to",
	"subject",
	"body",
	"weight",
	"weights",
	"service",
	"tags",
	"sender",
	"receivers",
	"url",
	"send_at",
	"origin",
	"address",
	"parts",
	"inserts",
	"extra",
	"toString",
	"length",
	"domain",
];
const garbage = fc.oneof(
	fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>,
	fc.dictionary(fc.constantFrom(...NAMES), fc.jsonValue({ maxDepth: 3 })) as fc.Arbitrary<Json>,
);

describe.each(["mail.send", "shop.parcel.send"] as const)("nothing throws: %s", (action) => {
	test("on any input, checked or not", () => {
		const inputs = fc.array(garbage, { minLength: 8, maxLength: 8 });
		const names = fc.constantFrom(action, action, "x.y", "", "__proto__", "constructor", "toString");
		fc.assert(
			fc.property(roleOf(action), inputs, names, (role, all, name) => {
				const engine = engineOf(role);
				for (const value of all) {
					const definition = engine.actions.get(name)?.definition;
					if (definition !== undefined) {
						const canonical = canonicalInput(definition, value);
						if (!canonical.ok) expect(canonical.problems.length).toBeGreaterThan(0);
					}
					const verdict = engineVerdict(engine, name, plainInput(value), facts);
					expect(Object.keys(RANK)).toContain(verdict.verdict);
					expect(verdict.verdict).toBe(definition === undefined ? "deny" : verdict.verdict);
				}
			}),
			{ numRuns: 250 },
		);
	});
});

test("nothing throws on any text that is to be a compiled role", () => {
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
			expect(readCompiledRole(text)).toBe(null);
		}),
	);
	expect(readCompiledRole('{"v":2,"name":"r","rev":1,"timezone":"UTC","actions":{},"guards":[]}')).toBe(null);
	expect(readCompiledRole('{"v":1,"name":"r","rev":1,"timezone":"UTC","actions":{"a.b":null},"guards":[]}')).toBe(null);
	expect(readCompiledRole('{"v":1,"name":"r","rev":1,"timezone":"UTC","actions":{},"guards":[]}')).not.toBe(null);
});

describe("a role that another version compiled", () => {
	/** One guard, whose compiled condition is changed as text. */
	const changed = (when: string, change: (condition: JsonObject) => void, effect = "allow"): CompiledRole => {
		const { compiled } = guardsOf(`  - { id: g, action: shop.parcel.send, effect: ${effect}, when: ${when} }\n`);
		const role = JSON.parse(compiledRoleBytes(compiled)) as CompiledRole;
		change(role.guards[0]?.when as unknown as JsonObject);
		return role;
	};
	const input: JsonObject = { weight: 1, service: "a", receivers: "a@b.cc", parts: [{ name: "a" }], origin: "10.0.0.1" };
	const field = (condition: JsonObject) => condition["field"] as JsonObject;

	test.each<[string, string, (condition: JsonObject) => void]>([
		["an operator", "{ field: weight, lte: 5 }", (one) => Object.assign(one, { op: "roughly" })],
		["an operator on a list", "{ field: receivers, in: [a@b.cc] }", (one) => Object.assign(one, { op: "toString" })],
		["a derived field", "{ field: receivers.domain, in: [b.cc] }", (one) => Object.assign(field(one), { derived: "region" })],
		[
			"a derived field that is asked for",
			"{ field: receivers.domain, exists: false }",
			(one) => Object.assign(field(one), { derived: "region" }),
		],
		[
			"a derived field with a default",
			"{ field: receivers.domain, eq: b.cc, default: b.cc }",
			(one) => Object.assign(field(one), { derived: "region" }),
		],
		[
			"a part of the time",
			"{ field: time.hour, lte: 24 }".replace("24", "23"),
			(one) => Object.assign(field(one), { part: "second" }),
		],
		["a fact", "{ field: request.ip, exists: true }", (one) => Object.assign(field(one), { path: ["request", "port"] })],
		[
			"a fact that is not there",
			"{ field: agent.name, exists: false }",
			(one) => Object.assign(field(one), { path: ["agent", "owner"] }),
		],
		["a family of facts", "{ field: request.ip, exists: false }", (one) => Object.assign(field(one), { path: ["device", "ip"] })],
		["a source of fields", "{ field: weight, lte: 5 }", (one) => Object.assign(field(one), { from: "header" })],
		["a window", "{ field: rate.per_day, lte: 5 }", (one) => Object.assign(field(one), { window: "per_year" })],
		["a window of a sum", "{ field: sum.weight.per_day, lte: 5 }", (one) => Object.assign(field(one), { window: "per_year" })],
		["a way to count", "{ field: rate.per_day, lte: 5, by: role }", (one) => Object.assign(field(one), { by: "workspace" })],
		["an operator on a counter", "{ field: rate.per_day, lte: 5 }", (one) => Object.assign(one, { op: "roughly" })],
		["a quantifier", "{ field: parts, some: { field: name, eq: a } }", (one) => Object.assign(one, { each: "most" })],
		[
			"an operator inside of another",
			"{ field: parts, some: { field: name, eq: a } }",
			(one) => Object.assign(one["of"] as JsonObject, { op: "roughly" }),
		],
		["an operand", "{ field: service, in: [a] }", (one) => Object.assign(one, { operand: null })],
		["an operand of a range", "{ field: origin, cidr: 10.0.0.0/8 }", (one) => Object.assign(one, { operand: ["10.0.0.0-9"] })],
		["an operand of a pattern", "{ field: service, matches: a }", (one) => Object.assign(one, { operand: "(?<=a)" })],
		["an operand of a time", "{ field: service, before: 2026-01-01 }", (one) => Object.assign(one, { operand: "tomorrow" })],
		["a list that is not there", "{ field: service, in: [a] }", (one) => Object.assign(one, { operand: null, list: "none" })],
	])("%s that is not known here is indeterminate", (_what, when, change) => {
		for (const [effect, wanted] of [
			["allow", "deny"],
			["review", "review"],
			["deny", "deny"],
		]) {
			const role = loadRole(changed(when, change, effect));
			const decision = decide(role, { action: "shop.parcel.send", input }, facts);
			const verdict = decision.kind === "verdict" ? decision.verdict : conclude(decision.residual, countersOf(0), NOW);
			expect(verdict).toMatchObject({ verdict: wanted, reason_code: "guard_indeterminate", facts: [{ when: null }] });
		}
	});

	test("a whole condition that is not known here is indeterminate", () => {
		const strange = { majority: [{ const: true }] } as unknown as CompiledCondition;
		const role = changed("{ all: [{ field: weight, lte: 5 }] }", (one) => Object.assign(one, { all: [strange] }));
		expect(engineVerdict(loadRole(role), "shop.parcel.send", input, facts)).toMatchObject({
			verdict: "deny",
			reason_code: "guard_indeterminate",
		});
	});

	test("a zone that the platform does not know leaves every question of the time open", () => {
		for (const when of [
			"{ field: time.hour, lte: 23 }",
			"{ field: time.date, exists: false }",
			"{ during: { days: mon-sun } }",
		]) {
			const role = { ...changed(when, () => {}), timezone: "Mars/Olympus" };
			expect(engineVerdict(loadRole(role), "shop.parcel.send", input, facts).reason_code).toBe("guard_indeterminate");
		}
	});
});
