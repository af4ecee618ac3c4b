/** Roles at random, changes of them, and calls on both: what the laws of comparing are tried on. */
import fc from "fast-check";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import type { Effect } from "../../src/contract/verdict.ts";
import { compileRole } from "../../src/policy/compile-role.ts";
import type { CompiledRole } from "../../src/policy/compiled-role.ts";
import type { Counters, Facts } from "../../src/policy/decision.ts";
import { parseRoleValue } from "../../src/policy/parse-role.ts";
import { allActions, facts, NOW } from "./support.ts";

export type Condition = { [key: string]: unknown };
export interface Guard {
	id: string;
	action: string | string[];
	when: Condition;
	effect: Effect;
	otherwise: Effect;
	mode: "enforce" | "shadow";
	review?: { approvals: number; expires: string; self_approval: boolean };
}

const some = <T>(...values: T[]) => fc.constantFrom(...values);
const few = <T>(values: T[]) => fc.subarray(values, { minLength: 1, maxLength: 3 });
const DOMAINS = ["a.com", "b.com", "x.a.com", "*.a.com", "*.x.a.com"];
const TEXTS = ["a", "ab", "abc", "b", "B", "aB"];
const ADDRESSES = ["u@a.com", "U@a.com", "v@b.com", "w@x.a.com"];
const RANGES = ["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "10.1.2.3/32", "2001:db8::/32"];
const options = fc.record({ match: some("all", "any"), allow_empty: fc.boolean() }, { requiredKeys: [] });
/** Mostly none: an option on every test would leave little of the plain language. */
const rarely = fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: options });
const ci = fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constant({ ci: true }) });
const number = fc.integer({ min: 0, max: 4 });
const text = (field: string) =>
	fc.oneof(
		fc.tuple(some("in", "not_in"), few(TEXTS), ci).map(([op, operand, fold]) => ({ field, [op]: operand, ...fold })),
		fc.tuple(some("eq", "ne"), some(...TEXTS), ci).map(([op, operand, fold]) => ({ field, [op]: operand, ...fold })),
		fc.tuple(some("starts_with", "ends_with"), few(TEXTS), ci).map(([op, operand, fold]) => ({ field, [op]: operand, ...fold })),
		fc
			.tuple(some("contains", "not_contains"), some(...TEXTS), ci)
			.map(([op, operand, fold]) => ({ field, [op]: operand, ...fold })),
		some("a*", "*b", "*B*", "a?c", "*").map((glob) => ({ field, glob })),
	);
const rate = fc
	.tuple(some("rate.per_minute", "rate.per_day"), some("lt", "lte", "gt", "gte", "eq", "ne"), number)
	.map(([field, op, operand]) => ({ field, [op]: operand }));
const fact = fc.oneof(
	fc.tuple(some("eq", "ne"), some("helpdesk-bot", "other")).map(([op, operand]) => ({ field: "agent.name", [op]: operand })),
	fc.tuple(some("cidr", "not_cidr"), few(RANGES)).map(([op, operand]) => ({ field: "request.ip", [op]: operand })),
);
const numeric = (field: string) =>
	fc.oneof(
		fc.tuple(some("lt", "lte", "gt", "gte", "eq", "ne"), number).map(([op, operand]) => ({ field, [op]: operand })),
		fc.tuple(number, number).map(([low, more]) => ({ field, between: [low, low + more] })),
	);
const clock: fc.Arbitrary<Condition> = fc.oneof(
	fc
		.tuple(some("mon-fri", "sat-sun", "sun", "mon-sun"), some("09:00", "22:00", "00:00"), some("17:00", "06:00", "09:30"))
		.map(([days, from, to]) => ({ during: { days, from, to } })),
	fc.tuple(some("lt", "gte"), some(9, 17, 22)).map(([op, operand]) => ({ field: "time.hour", [op]: operand })),
	few(["mon", "fri", "sun"]).map((days) => ({ field: "time.weekday", in: days })),
	some("2026-11-22", "2026-11-23").map((date) => ({ field: "time.date", eq: date })),
);
const element: fc.Arbitrary<Condition> = fc.oneof(
	fc.tuple(some("lt", "gte", "eq"), number).map(([op, operand]) => ({ field: "price", [op]: operand })),
	fc.tuple(some("eq", "ne"), some("a", "b")).map(([op, operand]) => ({ field: "sku", [op]: operand })),
	some("helpdesk-bot", "other").map((name) => ({ field: "agent.name", eq: name })),
);
const each: fc.Arbitrary<Condition> = fc.oneof(
	fc.tuple(some("every", "some", "none"), element).map(([word, inner]) => ({ field: "items", [word]: inner })),
	fc.tuple(element, element).map(([one, other]) => ({ field: "items", some: { all: [one, other] } })),
	fc.tuple(element, element).map(([one, other]) => ({ field: "items", every: { any: [one, other] }, allow_empty: true })),
);
const shop: fc.Arbitrary<Condition> = fc.oneof(
	clock,
	each,
	fc.constant({ field: "currency", eq: { field: "note" } }),
	numeric("amount"),
	numeric("amount").map((test) => ({ ...test, default: 2 })),
	numeric("order.total"),
	numeric("items[].price"),
	text("currency"),
	fc.tuple(text("note"), rarely).map(([test, rest]) => ({ ...test, ...rest })),
	fc
		.tuple(
			fc.oneof(
				text("tags"),
				fc.tuple(some("contains_any", "contains_all"), few(TEXTS)).map(([op, operand]) => ({ field: "tags", [op]: operand })),
			),
			rarely,
		)
		.map(([test, rest]) => ({ ...test, ...rest })),
	numeric("tags.count"),
	some("amount", "note", "tags").chain((field) => fc.boolean().map((exists) => ({ field, exists }))),
	some("before", "after").chain((op) =>
		some("2026-01-01", "2026-01-02T00:00:00.5Z").map((operand) => ({ field: "currency", [op]: operand })),
	),
	rate,
	rate,
	fact,
);
const mail: fc.Arbitrary<Condition> = fc.oneof(
	fc
		.tuple(some("to.domain", "cc.domain"), some("in", "not_in"), few(DOMAINS), rarely)
		.map(([field, op, operand, rest]) => ({ field, [op]: operand, ...rest })),
	fc
		.tuple(some("to", "cc"), some("in", "not_in", "contains_any"), few(ADDRESSES), ci, rarely)
		.map(([field, op, operand, fold, rest]) => ({ field, [op]: operand, ...fold, ...rest })),
	fc
		.tuple(some("to", "to.local"), some("starts_with", "ends_with"), some("u", "U", "u@", "w"), ci)
		.map(([field, op, operand, fold]) => ({ field, [op]: operand, ...fold })),
	fc.tuple(some("lt", "gte"), number).map(([op, operand]) => ({ field: "to.count", [op]: operand })),
	fc.boolean().map((exists) => ({ field: "cc", exists })),
	text("subject"),
	rate,
	fact,
);
const tree = (leaf: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> =>
	fc.letrec<{ node: Condition }>((tie) => ({
		node: fc.oneof(
			{ depthSize: "small" },
			leaf,
			fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
			fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
			tie("node").map((not) => ({ not })),
		),
	})).node;

const effect = some<Effect>("allow", "review", "deny");
const terms = fc.record({ approvals: some(1, 2), expires: some("1h", "24h"), self_approval: fc.boolean() });
const counted = { "shop.order.pay": ["shop.order.pay", "shop.order.cancel"], "mail.send": ["mail.send", "mail.read"] };
export type Action = keyof typeof counted;
const body = (action: Action) =>
	fc.record({ when: tree(action === "mail.send" ? mail : shop), effect, otherwise: effect, terms });

function guardOf(
	action: string | string[],
	{ when, effect, otherwise, terms }: { when: Condition; effect: Effect; otherwise: Effect; terms: Guard["review"] },
): Omit<Guard, "id"> {
	const asks = effect === "review" || otherwise === "review";
	return { action, when, effect, otherwise, mode: "enforce", ...(asks && terms !== undefined ? { review: terms } : {}) };
}

/** A role's guards and what became of them. */
export interface Change {
	action: Action;
	before: Guard[];
	after: Guard[];
}

export const change: fc.Arbitrary<Change> = some<Action>("shop.order.pay", "mail.send").chain((action) => {
	const one = body(action).map((given) => guardOf(action, given));
	return fc.array(one, { minLength: 1, maxLength: 3 }).chain((bodies) => {
		const before = bodies.map((given, index): Guard => ({ id: `g${index}`, ...given }));
		return fc.array(mutation(action), { minLength: 1, maxLength: 2 }).map((steps) => ({
			action,
			before,
			after: steps.reduce((guards, step) => step(guards), before),
		}));
	});
});

type Mutation = (guards: Guard[]) => Guard[];

function mutation(action: Action): fc.Arbitrary<Mutation> {
	const at = fc.nat();
	const condition = action === "mail.send" ? mail : shop;
	const edited = (edit: (guard: Guard) => Guard) =>
		at.map(
			(place): Mutation =>
				(guards) =>
					guards.map((guard, i) => (i === place % guards.length ? edit(guard) : guard)),
		);
	return fc.oneof(
		{
			weight: 5,
			arbitrary: fc
				.tuple(at, fc.nat())
				.chain(([place, seed]) =>
					fc.constant<Mutation>((guards) =>
						guards.map((guard, i) => (i === place % guards.length ? { ...guard, when: nudged(guard.when, seed) } : guard)),
					),
				),
		},
		{
			weight: 1,
			arbitrary: at.map(
				(place): Mutation =>
					(guards) =>
						guards.filter((_, i) => i !== place % Math.max(1, guards.length)),
			),
		},
		{
			weight: 1,
			arbitrary: body(action).map(
				(given): Mutation =>
					(guards) => [...guards, { id: `n${guards.length}`, ...guardOf(action, given) }],
			),
		},
		{ weight: 1, arbitrary: fc.constant<Mutation>((guards) => [...guards].reverse()) },
		{ weight: 1, arbitrary: edited((guard) => ({ ...guard, mode: "shadow" })) },
		{ weight: 1, arbitrary: edited((guard) => ({ ...guard, action: counted[action] })) },
		{
			weight: 1,
			arbitrary: terms.chain((given) => edited((guard) => (guard.review === undefined ? guard : { ...guard, review: given }))),
		},
		{
			weight: 1,
			arbitrary: fc
				.tuple(effect, effect, terms)
				.chain(([one, other, given]) => edited((guard) => guardOfSame(guard, one, other, given))),
		},
		{ weight: 1, arbitrary: condition.chain((more) => edited((guard) => ({ ...guard, when: { all: [guard.when, more] } }))) },
		{ weight: 1, arbitrary: condition.chain((more) => edited((guard) => ({ ...guard, when: { any: [guard.when, more] } }))) },
		{ weight: 1, arbitrary: edited((guard) => ({ ...guard, when: { not: { not: guard.when } } })) },
		{
			weight: 1,
			arbitrary: edited((guard) => ({
				...guardOfSame(guard, guard.otherwise, guard.effect, guard.review),
				when: { not: guard.when },
			})),
		},
	);
}

function guardOfSame(guard: Guard, effect: Effect, otherwise: Effect, review: Guard["review"]): Guard {
	return { id: guard.id, ...guardOf(guard.action, { when: guard.when, effect, otherwise, terms: review }), mode: guard.mode };
}

/** The same condition with one thing in it another: an operand, an operator, an option, `all` for `any`. */
function nudged(condition: Condition, seed: number): Condition {
	for (const key of ["all", "any"] as const) {
		const children = condition[key] as Condition[] | undefined;
		if (children === undefined) continue;
		if (seed % 5 === 0) return { [key === "all" ? "any" : "all"]: children };
		if (seed % 5 === 1 && children.length > 1) return { [key]: children.slice(1) };
		return { [key]: children.map((child, i) => (i === seed % children.length ? nudged(child, Math.floor(seed / 5)) : child)) };
	}
	if ("not" in condition) return { not: nudged(condition["not"] as Condition, seed) };
	if ("during" in condition) return { during: { ...(condition["during"] as object), from: seed % 2 === 0 ? "09:00" : "08:00" } };
	const word = ["every", "some", "none"].find((key) => key in condition);
	if (word !== undefined) return { ...condition, [word]: nudged(condition[word] as Condition, seed) };
	const op = Object.keys(condition).find((key) => !["field", "match", "allow_empty", "ci", "default"].includes(key)) as string;
	const operand = condition[op] as Json;
	if (seed % 7 === 0)
		return {
			...condition,
			allow_empty: undefined,
			match: condition["match"] === "any" ? "all" : "any",
			...(String(condition["field"]).startsWith("rate") ? { match: undefined } : {}),
		};
	return { ...condition, [op]: nudgedOperand(op, operand, seed) };
}

function nudgedOperand(op: string, operand: Json, seed: number): Json {
	if (typeof operand === "boolean") return !operand;
	if (typeof operand === "number") return Math.max(0, operand + (seed % 2 === 0 ? 1 : -1));
	if (op === "between") return [(operand as number[])[0] as number, ((operand as number[])[1] as number) + 1];
	if (!Array.isArray(operand)) return operand;
	return seed % 2 === 0 && operand.length > 1
		? operand.slice(1)
		: [...new Set([...operand, ...operand.map((one) => (typeof one === "string" && !/[@./]/.test(one) ? `${one}b` : one))])];
}

/** A compiled role of these guards over both actions; null if the language takes no such role. */
export function roleWith(guards: Guard[]): CompiledRole | null {
	const parsed = parseRoleValue(
		JSON.parse(
			JSON.stringify({
				apiVersion: "policy.hivekey.ai/v1",
				kind: "Role",
				metadata: { name: "r" },
				scope: { allow: ["shop.order.pay", "mail.send"] },
				guards,
			}),
		),
	);
	if (!parsed.ok) return null;
	const compiled = compileRole(parsed.document, 1, allActions);
	return compiled.ok ? compiled.compiled : null;
}

/** A call, and all that was before it. */
export interface GeneratedCall {
	input: JsonObject;
	facts: Facts;
	/** Calls of an action, in the last minute or only in the last day. */
	history: { action: string; seconds: number }[];
}

const price = some<Json>(0, 1, 2, 3, 4);
const word = some(
	"a",
	"b",
	"ab",
	"abc",
	"B",
	"A",
	"aB",
	"AB",
	"abb",
	"c",
	"",
	"2026-01-01",
	"2026-01-02T00:00:00Z",
	"2026-01-03",
);
const address = some("u@a.com", "U@a.com", "u@b.com", "v@b.com", "w@x.a.com", "z@y.x.a.com", "q@q.org", "uu@q.org");
const addresses = fc.oneof(address, fc.array(address, { minLength: 1, maxLength: 2 }));
const inputs: Record<Action, fc.Arbitrary<JsonObject>> = {
	"shop.order.pay": fc.record(
		{
			amount: some<Json>(0, 1, 2, 3, 4, 5, 1.5, "3"),
			currency: word,
			note: word,
			tags: fc.array(word, { maxLength: 2 }),
			order: fc.record({ total: price }, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>,
			items: fc.array(fc.record({ price, sku: some("a", "b", "c") }, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>, {
				maxLength: 2,
			}),
		},
		{ requiredKeys: [] },
	) as fc.Arbitrary<JsonObject>,
	"mail.send": fc.record(
		{
			to: addresses,
			cc: fc.oneof(addresses, fc.constant([])),
			subject: word.filter((one) => one !== ""),
			body: fc.constant("x"),
		},
		{ requiredKeys: ["to", "subject", "body"] },
	) as fc.Arbitrary<JsonObject>,
};

export function callOf(action: Action): fc.Arbitrary<GeneratedCall> {
	return fc.record({
		input: inputs[action],
		facts: fc
			.record({
				name: some("helpdesk-bot", "other", "third"),
				hours: fc.integer({ min: 0, max: 335 }),
				ip: some(undefined, "10.1.2.3", "10.1.2.4", "10.9.9.9", "11.0.0.1", "2001:db8::1", "::1", "no"),
			})
			.map(
				({ name, ip, hours }): Facts => ({
					...facts,
					now: NOW + hours * 1_800_000,
					agent: { name, labels: {} },
					request: ip === undefined ? {} : { ip },
				}),
			),
		history: fc.array(fc.record({ action: some(...counted[action]), seconds: some(60, 86_400) }), { maxLength: 5 }),
	});
}

export function countersOfHistory(history: GeneratedCall["history"]): Counters {
	const count = (actions: string[], windowSeconds: number) =>
		history.filter(({ action, seconds }) => actions.includes(action) && seconds <= windowSeconds).length;
	return { count, whenAtMost: () => NOW, sum: () => "0", whenSumAtMost: () => NOW } as Counters;
}
