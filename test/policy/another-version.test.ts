/** Roles that another version compiled: what is not known here is indeterminate, and nothing throws. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/contract/json.ts";
import { compiledRoleBytes } from "../../src/policy/compile-role.ts";
import type { CompiledCondition, CompiledRole } from "../../src/policy/compiled-role.ts";
import { conclude } from "../../src/policy/conclude.ts";
import { decide } from "../../src/policy/decide.ts";
import { listsOf, loadRole, readCompiledRole } from "../../src/policy/load-role.ts";
import { engineVerdict } from "./laws-engine.ts";
import { countersOf, facts, guardsOf, NOW } from "./support.ts";

test("nothing throws on any text that is to be a compiled role", () => {
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
			expect(readCompiledRole(text)).toBe(null);
		}),
	);
});

describe("a text is a compiled role", () => {
	const role = {
		v: 1,
		name: "r",
		rev: 1,
		timezone: "UTC",
		lists: { own: ["a"], named: { sha256: "0f", count: 2 } },
		actions: { "a.b": { definition: {}, guards: [0] } },
		guards: [{ id: "g" }],
	};
	const read = (change: object) => readCompiledRole(JSON.stringify({ ...role, ...change }));

	test("of this version, with all that it refers to", () => {
		expect(read({})).toEqual(role);
		expect(read({ actions: {}, guards: [] })).not.toBe(null);
	});

	test.each([
		{ v: 2 },
		{ v: "1" },
		{ name: 7 },
		{ name: null },
		{ rev: "1" },
		{ timezone: 0 },
		{ actions: null },
		{ actions: "a.b" },
		{ actions: 7 },
		{ guards: null },
		{ guards: { 0: { id: "g" } } },
		{ guards: [] },
		{ actions: { "a.b": null } },
		{ actions: { "a.b": { definition: {} } } },
		{ actions: { "a.b": { definition: {}, guards: 0 } } },
		{ actions: { "a.b": { definition: {}, guards: [0, 1] } } },
	])("and not with %j", (change) => {
		expect(read(change)).toBe(null);
	});

	test.each(["null", "7", '"role"', "[]", "{}", "", "{"])("and not %j", (text) => {
		expect(readCompiledRole(text)).toBe(null);
	});

	test("whose lists are its own, or named by their digests", () => {
		expect(listsOf(read({}) as CompiledRole)).toEqual([{ sha256: "0f", count: 2 }]);
		expect(listsOf(read({ lists: undefined }) as CompiledRole)).toEqual([]);
	});
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
		["an operator between fields", "{ field: service, eq: { field: service } }", (one) => Object.assign(one, { op: "roughly" })],
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
		["an operand of a counter", "{ field: rate.per_day, lte: 5 }", (one) => Object.assign(one, { operand: "5" })],
		["an operand of a budget", "{ field: sum.weight.per_day, lte: 5 }", (one) => Object.assign(one, { operand: "5" })],
		["no operand of a counter", "{ field: rate.per_day, gte: 0 }", (one) => Object.assign(one, { operand: null })],
		[
			"one of a counter's two bounds",
			"{ field: sum.weight.per_day, between: [0, 5] }",
			(one) => Object.assign(one, { operand: [0, null] }),
		],
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
