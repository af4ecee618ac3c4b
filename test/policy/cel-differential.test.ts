/**
 * The same expression, lowered and decided here, and evaluated by `@bufbuild/cel`: they never contradict each other. What is
 * indeterminate here and true or false there has one of the reasons listed below.
 */
import { isCelError, run } from "@bufbuild/cel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import type { JsonObject } from "../../src/contract/json.ts";
import { lowerCel } from "../../src/policy/cel/lower-cel.ts";
import type { LoadedRole } from "../../src/policy/load-role.ts";
import { roleOf, uncheckedVerdictOf } from "./support.ts";

/** The schema says the shapes and leaves the types of the values open. */
const CALL: ActionDefinition = {
	name: "shaped.call",
	description: "Values of any type in known shapes.",
	connector: "shaped",
	human_names: {},
	covers: {},
	defaults: {},
	time_limit_ms: 1_000,
	input_schema: {
		type: "object",
		properties: {
			v: {},
			w: {},
			tags: { type: "array", items: {} },
			items: { type: "array", items: { type: "object", properties: { p: {}, q: {}, names: { type: "array", items: {} } } } },
			o: { type: "object", properties: { a: {}, b: {} } },
		},
	},
	logged: [],
};

/** A role for each polarity of the list rule. */
function rolesOf(expression: string): LoadedRole[] {
	const lowered = lowerCel(expression);
	if (!lowered.ok) throw new Error(`${expression}: ${lowered.message}`);
	return [
		["allow", "deny"],
		["deny", "allow"],
	].map(([effect, otherwise]) => {
		const guard = { id: "cel", action: CALL.name, when: lowered.condition, effect, otherwise };
		const role = { metadata: { name: "tested" }, scope: { allow: [CALL.name] }, guards: [guard] };
		return roleOf(JSON.stringify({ apiVersion: "policy.hivekey.ai/v1", kind: "Role", ...role }), [CALL]);
	});
}

function oursOf(roles: LoadedRole[], input: JsonObject): (boolean | null | undefined)[] {
	return roles.map((role) => uncheckedVerdictOf(role, CALL.name, input).facts[0]?.when);
}

/** True, false, or null where CEL has an error or the result is no boolean. */
function theirs(expression: string, input: JsonObject): boolean | null {
	const result = run(expression, { ...input, input });
	return isCelError(result) || typeof result !== "boolean" ? null : result;
}

const VALUES = [0, 1, -1.5, 2, 10, "", "a", "ab", "b a", "*", true, false, null] as const;
const literal = (value: unknown) => JSON.stringify(value);
const constants = fc.constantFrom(...VALUES.filter((value) => value !== ""));
const values = fc.constantFrom(...VALUES);

const input: fc.Arbitrary<JsonObject> = fc.record(
	{
		v: values,
		w: values,
		tags: fc.array(values, { maxLength: 3 }),
		items: fc.array(
			fc.record(
				{ p: values, q: values, names: fc.array(values, { maxLength: 2 }) },
				{ requiredKeys: ["names"], noNullPrototype: true },
			),
			{
				maxLength: 3,
			},
		),
		o: fc.record({ a: values, b: values }, { requiredKeys: [], noNullPrototype: true }),
	},
	{ requiredKeys: ["tags", "items", "o"], noNullPrototype: true },
);

/** A test of one field, which may be a macro's variable. */
function leaf(field: fc.Arbitrary<string>, other: fc.Arbitrary<string>): fc.Arbitrary<string> {
	const equality = fc.tuple(field, fc.constantFrom("==", "!="), constants).map(([f, op, c]) => `${f} ${op} ${literal(c)}`);
	const order = fc.constantFrom("<", "<=", ">", ">=");
	const number = fc.constantFrom(-1.5, 0, 1, 2);
	return fc.oneof(
		equality,
		fc.tuple(field, order, number).map(([f, op, n]) => `${f} ${op} ${n}`),
		fc.tuple(number, order, field).map(([n, op, f]) => `${n} ${op} ${f}`),
		fc.tuple(field, fc.array(constants, { minLength: 1, maxLength: 3 })).map(([f, list]) => `${f} in ${literal(list)}`),
		fc
			.tuple(field, fc.constantFrom("startsWith", "endsWith", "contains", "matches"), fc.constantFrom("a", "b", "ab"))
			.map(([f, name, part]) => `${f}.${name}("${part}")`),
		fc.tuple(field, fc.constantFrom("==", "!=", "<", ">="), other).map(([f, op, g]) => `${f} ${op} ${g}`),
		field,
	);
}

function joined(part: fc.Arbitrary<string>, depth: number): fc.Arbitrary<string> {
	if (depth === 0) return part;
	const inner = joined(part, depth - 1);
	return fc.oneof(
		part,
		fc.tuple(inner, fc.constantFrom("&&", "||"), inner).map(([a, op, b]) => `(${a} ${op} ${b})`),
		inner.map((a) => `!(${a})`),
		fc.tuple(part, inner, inner).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
	);
}

const global = fc.constantFrom("v", "w", "input.v", "o.a", 'o["b"]');
const plain = leaf(global, global);
const value = leaf(fc.constant("t"), fc.constantFrom("v", "w"));
const each = (list: string): fc.Arbitrary<string> =>
	fc.oneof(
		fc.array(value, { minLength: 1, maxLength: 2 }).map((tests) => `${list}.exists(t, ${tests.join(" || ")})`),
		fc.array(value, { minLength: 1, maxLength: 2 }).map((tests) => `${list}.all(t, !(${tests.join(" || ")}))`),
		fc.array(value, { minLength: 1, maxLength: 2 }).map((tests) => `${list}.all(t, ${tests.join(" && ")})`),
	);
const member = fc.oneof(
	leaf(fc.constantFrom("i.p", "i.q"), fc.constantFrom("i.q", "v", "o.a")),
	fc.constantFrom("has(i.p)", "has(i.q)", "1 in i.names", 'i.names.exists(n, n == "a")', "true"),
);
const macro = fc
	.tuple(fc.constantFrom("all", "exists"), joined(member, 2))
	.map(([name, predicate]) => `items.${name}(i, ${predicate})`);
const membership = fc.oneof(
	constants.map((constant) => `${literal(constant)} in tags`),
	fc.constantFrom("v in tags", "has(input.v)", "has(o.a)", "true", "1 < 2", "items[0].p == 1"),
);
const expression = joined(fc.oneof(plain, each("tags"), macro, membership), 3);

describe("a lowered expression", () => {
	test("never contradicts CEL's own evaluator", () => {
		let definite = 0;
		fc.assert(
			fc.property(expression, fc.array(input, { minLength: 4, maxLength: 4 }), (text, inputs) => {
				const roles = rolesOf(text);
				for (const one of inputs) {
					const cel = theirs(text, one);
					for (const ours of oursOf(roles, one)) {
						if (ours === null) continue;
						definite++;
						expect({ text, one, outcome: ours }).toEqual({ text, one, outcome: cel });
					}
				}
			}),
			{ numRuns: 300 },
		);
		expect(definite).toBeGreaterThan(300);
	}, 60_000);

	/** Why one test of one value is indeterminate here, although CEL says true or false. */
	const REASONS = {
		type: "the value is of another type than what it is compared with, which in CEL is not equal",
		empty: "an empty text is indeterminate",
		null: "a null is neither there nor missing",
		nothing: "a null on the other side cannot be compared with",
		order: "texts and booleans have no order here",
	};
	const type = (one: unknown) => (one === null ? "null" : typeof one);

	test.each([
		["v == 1", ["empty", "type"]],
		["v != 1", ["empty", "type"]],
		["v == 'a'", ["empty", "type"]],
		["v == true", ["empty", "type"]],
		["v == null", ["empty", "type"]],
		["v in [1, 'a']", ["empty", "type"]],
		["v < 2", []],
		["2 <= v", []],
		["v.startsWith('a')", ["empty"]],
		["v.contains('a')", ["empty"]],
		["v.matches('a')", ["empty"]],
		["v == ''", ["type"]],
		["v == w", ["empty", "nothing", "type"]],
		["v < w", ["order"]],
		["v in tags", ["empty", "nothing", "type"]],
		["1 in tags", ["empty", "type"]],
		["has(input.v)", ["empty", "null"]],
		["v", []],
	] as const)("%s cannot be told for these reasons alone: %j", (text, reasons) => {
		const roles = rolesOf(text);
		const met = new Set<string>();
		for (const v of VALUES) {
			for (const w of VALUES) {
				const one: JsonObject = { v, w, tags: [w], items: [], o: {} };
				const cel = theirs(text, one);
				for (const ours of oursOf(roles, one)) {
					if (ours !== null) expect({ v, w, outcome: ours }).toEqual({ v, w, outcome: cel });
					else if (cel !== null) met.add(reasonFor(text, v, w));
				}
			}
		}
		expect([...met].sort()).toEqual([...reasons].sort());
	});

	function reasonFor(text: string, v: unknown, w: unknown): string {
		if (text === "has(input.v)" && v === null) return "null";
		if (text === "v < w") return type(v) === type(w) && typeof v !== "number" ? "order" : "?";
		const seen = text === "1 in tags" ? w : v;
		const other = /\b(?:w|v in tags)\b/.test(text);
		if (text !== "v == ''" && (seen === "" || (other && w === ""))) return "empty";
		if (other && w === null) return "nothing";
		return /==|!=|in/.test(text) ? "type" : "?";
	}

	test("all reasons have their words", () => {
		expect(Object.keys(REASONS).sort()).toEqual(["empty", "nothing", "null", "order", "type"]);
	});

	test("an empty list vouches for nothing, and what has a value that cannot be told is not told", () => {
		const none = { tags: [], items: [], o: {} };
		expect(oursOf(rolesOf("items.all(i, i.p == 1)"), none)).toEqual([null, null]);
		expect(oursOf(rolesOf("tags.all(t, t == 1)"), none)).toEqual([null, null]);
		expect(oursOf(rolesOf("items.count == 0 || items.all(i, i.p == 1)"), none)).toEqual([true, true]);
		expect(oursOf(rolesOf("tags.count == 0 || tags.all(t, t == 1)"), none)).toEqual([true, true]);
		expect(oursOf(rolesOf("items.exists(i, i.p == 1)"), none)).toEqual([false, false]);
		expect(oursOf(rolesOf("tags.exists(t, t == 1)"), none)).toEqual([false, false]);
		expect(oursOf(rolesOf("1 in tags"), none)).toEqual([false, false]);
		expect(oursOf(rolesOf("has(input.o.a)"), { tags: [], items: [] })).toEqual([null, null]);
		expect(oursOf(rolesOf("has(input.o.a)"), none)).toEqual([false, false]);
		expect(oursOf(rolesOf("has(input.o.a)"), { ...none, o: { a: 1 } })).toEqual([true, true]);
	});

	test.each([
		[true, true, false, true],
		[false, true, false, false],
		[undefined, true, true, null],
		[undefined, false, false, null],
		[true, undefined, false, null],
		[true, true, undefined, true],
	])("`v ? w : o.a` of %s, %s, %s is %s", (v, w, a, outcome) => {
		const o: JsonObject = a === undefined ? {} : { a };
		const given: JsonObject = { ...(v === undefined ? {} : { v }), ...(w === undefined ? {} : { w }), o };
		expect(oursOf(rolesOf("v ? w : o.a"), { ...given, tags: [], items: [] })).toEqual([outcome, outcome]);
	});
});
