/** Whether a change of a role widens it: a table of changes, each with its answer and the words for it. */
import { describe, expect, test } from "vitest";
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import { compareRoles } from "../../src/policy/compare-roles.ts";
import { compileRole } from "../../src/policy/compile-role.ts";
import type { CompiledRole } from "../../src/policy/compiled-role.ts";
import { parseRoleSource } from "../../src/policy/parse-role.ts";
import { allActions } from "./support.ts";

function compiled(source: string, actions: ActionDefinition[] = allActions): CompiledRole {
	const parsed = parseRoleSource(source, { format: "yaml" });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const [parsedRole] = parsed.documents;
	if (parsedRole === undefined) throw new Error("no document");
	const result = compileRole(parsedRole.document, 1, actions);
	if (!result.ok) throw new Error(JSON.stringify(result.problems));
	return result.compiled;
}

function roleText({ allow = '["mail.send", "shop.order.pay"]', guards = "[]", more = "" }): string {
	return `apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: r }\nscope: { allow: ${allow} }\n${more}\nguards: ${guards}\n`;
}

const guard = (when: string, rest = "effect: allow, otherwise: deny", action = "shop.order.pay", id = "g") =>
	`{ id: ${id}, action: ${action}, when: ${when}, ${rest} }`;
const guards = (...all: string[]) => compiled(roleText({ guards: `[${all.join(", ")}]` }));
const compare = (before: string, after: string, rest?: string, action?: string) =>
	compareRoles(guards(guard(before, rest, action)), guards(guard(after, rest, action)));

describe("one condition changed", () => {
	test.each([
		["{ field: to.domain, in: [a.com, b.com] }", "{ field: to.domain, in: [a.com] }", "does_not_widen"],
		["{ field: to.domain, in: [a.com] }", "{ field: to.domain, in: [a.com, b.com] }", "widens"],
		["{ field: to.domain, in: ['*.a.com'] }", "{ field: to.domain, in: [x.a.com] }", "does_not_widen"],
		["{ field: to.domain, in: [x.a.com] }", "{ field: to.domain, in: ['*.a.com'] }", "widens"],
		["{ field: to.domain, in: ['*.a.com'] }", "{ field: to.domain, in: ['*.b.a.com'] }", "does_not_widen"],
		["{ field: to.domain, in: ['*.a.com'] }", "{ field: to.domain, in: [a.com] }", "widens"],
		["{ field: to.domain, ends_with: a.com }", "{ field: to.domain, in: [a.com, '*.a.com'] }", "does_not_widen"],
		["{ field: to.domain, in: [a.com] }", "{ field: cc.domain, in: [a.com], default: a.com }", "widens"],
		["{ field: to, in: [x@a.com, y@a.com] }", "{ field: to, in: [x@a.com] }", "does_not_widen"],
		["{ field: to, in: [x@a.com] }", "{ field: to, in: [x@a.com], ci: true }", "widens"],
		["{ field: to, in: [x@a.com], ci: true }", "{ field: to, in: [x@a.com] }", "does_not_widen"],
		["{ field: to, ends_with: '@a.com' }", "{ field: to, in: [x@a.com] }", "does_not_widen"],
		["{ field: to, ends_with: '.com' }", "{ field: to, ends_with: '@a.com' }", "does_not_widen"],
		["{ field: to.count, lte: 5 }", "{ field: to.count, lt: 6 }", "does_not_widen"],
		["{ field: to.count, lte: 5 }", "{ field: to.count, lte: 6 }", "widens"],
		["{ field: to.domain, in: [a.com] }", "{ field: to.domain, in: [a.com], match: any }", "widens"],
		["{ field: to.domain, in: [a.com], match: any }", "{ field: to.domain, in: [a.com] }", "does_not_widen"],
		["{ field: cc, exists: false }", "{ field: cc, exists: true }", "widens"],
		["{ field: subject, starts_with: [ab, a] }", "{ field: subject, starts_with: abc }", "does_not_widen"],
		["{ field: subject, starts_with: abc }", "{ field: subject, starts_with: ab }", "widens"],
		["{ field: subject, contains: b }", "{ field: subject, starts_with: abc }", "does_not_widen"],
		["{ field: subject, glob: 'a*' }", "{ field: subject, starts_with: abc }", "does_not_widen"],
		["{ field: subject, glob: 'a?c*' }", "{ field: subject, eq: abcd }", "does_not_widen"],
		["{ field: subject, starts_with: abc, ci: true }", "{ field: subject, starts_with: ABCd, ci: true }", "does_not_widen"],
		["{ field: rate.per_day, lte: 500 }", "{ field: rate.per_day, lte: 400 }", "does_not_widen"],
		["{ field: rate.per_day, lte: 500 }", "{ field: rate.per_day, lte: 1000 }", "widens"],
		["{ field: rate.per_hour, lte: 50 }", "{ field: rate.per_day, lte: 50 }", "does_not_widen"],
		["{ field: rate.per_day, lte: 50 }", "{ field: rate.per_hour, lte: 50 }", "widens"],
		["{ field: request.ip, cidr: 10.0.0.0/8 }", "{ field: request.ip, cidr: [10.1.0.0/16, 10.128.0.0/9] }", "does_not_widen"],
		["{ field: request.ip, cidr: 10.1.0.0/16 }", "{ field: request.ip, cidr: 10.0.0.0/8 }", "widens"],
		["{ field: request.ip, cidr: [10.0.0.0/9, 10.128.0.0/9] }", "{ field: request.ip, cidr: 10.0.0.0/8 }", "does_not_widen"],
		["{ field: request.ip, not_cidr: '2001:db8::/33' }", "{ field: request.ip, not_cidr: '2001:db8::/32' }", "does_not_widen"],
		["{ field: request.ip, cidr: '::/0' }", "{ field: request.ip, cidr: [0.0.0.0/0, '::/0'] }", "widens"],
		["{ field: agent.name, in: [a, b] }", "{ field: agent.name, eq: a }", "does_not_widen"],
		["{ field: agent.labels.team, eq: x }", "{ field: agent.labels.team, eq: x, default: x }", "widens"],
		["{ field: agent.labels.team, eq: x, default: x }", "{ field: agent.labels.team, eq: x }", "does_not_widen"],
		["{ not: { field: to.domain, in: [a.com] } }", "{ not: { field: to.domain, in: [a.com, b.com] } }", "does_not_widen"],
		["{ not: { field: to.domain, in: [a.com] } }", "{ field: to.domain, not_in: [a.com, b.com] }", "does_not_widen"],
		[
			"{ field: body.length, between: [1, 20] }",
			"{ all: [{ field: body.length, gt: 2 }, { field: body.length, lt: 20 }] }",
			"does_not_widen",
		],
		[
			"{ any: [{ field: to.domain, in: [a.com] }, { field: cc, exists: true }] }",
			"{ field: to.domain, in: [a.com] }",
			"does_not_widen",
		],
		["{ field: to.domain, in: [a.com] }", "{ any: [{ field: to.domain, in: [a.com] }, { field: cc, exists: true }] }", "widens"],
		["{ all: [{ field: to.domain, in: [a.com] }, { field: cc, exists: false }] }", "{ field: to.domain, in: [a.com] }", "widens"],
		["{ field: subject, matches: 'a+' }", "{ field: subject, matches: 'a+' }", "does_not_widen"],
		["{ field: subject, matches: 'a+' }", "{ field: subject, eq: aaa }", "does_not_widen"],
		["{ field: subject, matches: '^a+$' }", "{ field: subject, matches: '^(a)+$' }", "cannot_tell"],
		["{ field: subject, eq: { field: body } }", "{ field: subject, eq: { field: body } }", "does_not_widen"],
		["{ field: bcc, contains: x@a.com }", "{ field: bcc, contains_all: [x@a.com, y@a.com] }", "does_not_widen"],
		["{ field: bcc, contains_any: [x@a.com] }", "{ field: bcc, contains_any: [x@a.com, y@a.com] }", "widens"],
		["{ field: bcc, not_contains: x@a.com }", "{ field: bcc, not_contains: x@a.com, allow_empty: true }", "does_not_widen"],
		["{ field: bcc, contains: x@a.com }", "{ field: bcc, contains: x@a.com, allow_empty: true }", "widens"],
		[
			"{ during: { days: mon-fri, from: '09:00', to: '17:00' } }",
			"{ during: { days: mon-thu, from: '09:10', to: '17:00' } }",
			"does_not_widen",
		],
		[
			"{ during: { days: mon-thu, from: '09:10', to: '17:00' } }",
			"{ during: { days: mon-fri, from: '09:10', to: '17:00' } }",
			"widens",
		],
		["{ during: { days: fri, from: '09:10', to: '17:00' } }", "{ during: { days: fri, from: '09:09', to: '17:00' } }", "widens"],
		[
			"{ during: { days: fri, from: '22:00', to: '06:00' } }",
			"{ during: { days: sat, from: '01:00', to: '05:00' } }",
			"does_not_widen",
		],
		["{ during: { from: '09:00', to: '17:00' } }", "{ field: time.hour, between: [9, 16] }", "does_not_widen"],
		["{ during: { from: '09:00', to: '17:00' } }", "{ field: time.hour, between: [9, 17] }", "widens"],
		["{ not: { during: { days: sat-sun } } }", "{ field: time.weekday, in: [mon, tue, wed] }", "does_not_widen"],
		["{ field: time.weekday, in: [mon, tue, wed] }", "{ not: { during: { days: sat-sun } } }", "widens"],
		["{ field: time.date, before: '2026-02-01' }", "{ field: time.date, before: '2026-01-01' }", "does_not_widen"],
		["{ field: time.date, eq: '2026-02-01' }", "{ field: time.date, in: ['2026-02-01', '2026-02-02'] }", "widens"],
	])("%s -> %s", (before, after, result) => {
		const comparison = compare(before, after, undefined, "mail.send");
		expect([comparison.result, comparison.reasons]).toEqual([
			result,
			result === "does_not_widen"
				? []
				: [expect.objectContaining({ action: "mail.send", guard: "g", sure: result === "widens" })],
		]);
	});
});

describe("other changes", () => {
	const pay = (...all: string[]) =>
		compiled(roleText({ allow: "[shop.order.pay, shop.order.cancel]", guards: `[${all.join(", ")}]` }));
	const LIMIT = "{ field: amount, lte: 100 }";
	const terms = (text: string) => `effect: allow, otherwise: review, review: { ${text} }`;
	const small = guard(LIMIT);

	test("granting an action widens, taking one away does not", () => {
		const [one, two] = ["[mail.send]", "[mail.send, mail.read]"].map((allow) => compiled(roleText({ allow })));
		expect(compareRoles(one as CompiledRole, two as CompiledRole)).toEqual({
			result: "widens",
			reasons: [{ action: "mail.read", guard: null, why: "grants mail.read", sure: true }],
		});
		expect(compareRoles(two as CompiledRole, one as CompiledRole).result).toBe("does_not_widen");
	});

	test("a new role widens by all that it grants, unless guards deny all of it", () => {
		const role = compiled(roleText({ guards: "[{ id: closed, action: mail.send, effect: deny }]" }));
		expect(compareRoles(null, role).reasons.map(({ why }) => why)).toEqual(["grants shop.order.pay"]);
		expect(compareRoles(null, compiled(roleText({ allow: "[]" }))).result).toBe("does_not_widen");
	});

	test.each<[string, string[], string[], string | null]>([
		["a guard is gone", [small], [], "guard g is gone; shop.order.pay with amount="],
		["a guard more", [], [small], null],
		[
			"guards in another order",
			[small, guard("{ field: note, exists: true }", "effect: review, otherwise: allow", "shop.order.pay", "h")],
			[guard("{ field: note, exists: true }", "effect: review, otherwise: allow", "shop.order.pay", "h"), small],
			null,
		],
		["a guard under another name", [small], [guard(LIMIT, undefined, undefined, "renamed")], null],
		[
			"a guard taken apart",
			[guard("{ all: [{ field: amount, lte: 100 }, { field: note, exists: true }] }")],
			[small, guard("{ field: note, exists: true }", undefined, undefined, "h")],
			null,
		],
		[
			"effect and condition turned round",
			[small],
			[guard("{ not: { field: amount, lte: 100 } }", "effect: deny, otherwise: allow")],
			null,
		],
		["what is not comparable let pass", [small], [guard("{ field: amount, gt: 100 }", "effect: deny, otherwise: allow")], null],
		["deny to review", [small], [guard(LIMIT, "effect: allow, otherwise: review")], "otherwise deny -> review"],
		["review to deny", [guard(LIMIT, "effect: allow, otherwise: review")], [small], null],
		[
			"review and deny, both kept",
			[guard(LIMIT, "effect: review, otherwise: deny")],
			[guard("{ field: amount, lte: 90 }", "effect: review, otherwise: deny")],
			null,
		],
		["review and deny, review lost", [guard(LIMIT, "effect: review, otherwise: deny")], [guard(LIMIT)], "effect review -> allow"],
		["a guard in shadow", [small], [guard(LIMIT, "effect: allow, otherwise: deny, mode: shadow")], "guard g is in shadow mode"],
		["a guard out of shadow", [guard(LIMIT, "effect: allow, otherwise: deny, mode: shadow")], [small], null],
		["fewer approvals", [guard(LIMIT, terms("approvals: 2"))], [guard(LIMIT, terms("approvals: 1"))], "review approvals 2 -> 1"],
		["more approvals", [guard(LIMIT, terms("approvals: 1"))], [guard(LIMIT, terms("approvals: 2"))], null],
		["a longer expiry", [guard(LIMIT, terms("expires: 1h"))], [guard(LIMIT, terms("expires: 2h"))], "review expires 60m -> 120m"],
		["a shorter expiry", [guard(LIMIT, terms("expires: 2h"))], [guard(LIMIT, terms("expires: 1h"))], null],
		[
			"self-approval",
			[guard(LIMIT, terms("approvals: 1"))],
			[guard(LIMIT, terms("self_approval: true"))],
			"self_approval false -> true",
		],
		["self-approval taken away", [guard(LIMIT, terms("self_approval: true"))], [guard(LIMIT, terms("approvals: 1"))], null],
		[
			"two that ask made one",
			[guard(LIMIT, terms("approvals: 1")), guard(LIMIT, terms("approvals: 1"), undefined, "h")],
			[guard(LIMIT, terms("approvals: 1"))],
			"guard h is gone",
		],
		[
			"other terms kept by another guard",
			[guard(LIMIT, terms("approvals: 1"))],
			[guard(LIMIT, terms("approvals: 3"), undefined, "h")],
			null,
		],
		[
			"a greater rate",
			[guard("{ field: rate.per_day, lte: 500 }")],
			[guard("{ field: rate.per_day, lte: 1000 }")],
			"rate.per_day lte 500 -> 1000; shop.order.pay with rate.per_day=501",
		],
		[
			"a cap that counts more actions",
			[guard("{ field: rate.per_day, lte: 5 }")],
			[guard("{ field: rate.per_day, lte: 5 }", undefined, "[shop.order.pay, shop.order.cancel]")],
			null,
		],
		[
			"a cap that counts fewer actions",
			[guard("{ field: rate.per_day, lte: 5 }", undefined, "[shop.order.pay, shop.order.cancel]")],
			[guard("{ field: rate.per_day, lte: 5 }")],
			"no longer applies",
		],
		[
			"a floor that counts more actions",
			[guard("{ field: rate.per_day, gte: 5 }")],
			[guard("{ field: rate.per_day, gte: 5 }", undefined, "[shop.order.pay, shop.order.cancel]")],
			"it counts other actions",
		],
	])("%s", (_name, before, after, why) => {
		const { result, reasons } = compareRoles(pay(...before), pay(...after));
		expect(result).toBe(why === null ? "does_not_widen" : "widens");
		if (why === null) expect(reasons).toEqual([]);
		else expect(reasons.map((reason) => reason.why).join("\n")).toContain(why);
	});

	test.each([
		["{ field: items, every: { field: price, lte: 10 } }", "{ field: items, every: { field: price, lte: 9 } }", "does_not_widen"],
		["{ field: items, every: { field: price, lte: 9 } }", "{ field: items, every: { field: price, lte: 10 } }", "widens"],
		["{ field: items, some: { field: sku, in: [a, b] } }", "{ field: items, some: { field: sku, eq: a } }", "does_not_widen"],
		["{ field: items, some: { field: sku, eq: a } }", "{ field: items, some: { field: sku, in: [a, b] } }", "widens"],
		["{ field: items, none: { field: sku, eq: a } }", "{ field: items, none: { field: sku, in: [a, b] } }", "does_not_widen"],
		["{ field: items, none: { field: sku, in: [a, b] } }", "{ field: items, none: { field: sku, eq: a } }", "widens"],
		["{ not: { field: items, some: { field: sku, eq: a } } }", "{ field: items, none: { field: sku, eq: a } }", "does_not_widen"],
		["{ field: items, none: { field: sku, eq: a } }", "{ field: items, every: { field: sku, ne: a } }", "does_not_widen"],
		["{ field: items, every: { field: sku, ne: a } }", "{ field: items, none: { field: sku, eq: a } }", "widens"],
		[
			"{ field: items, every: { field: price, lte: 9 } }",
			"{ field: items, every: { field: price, lte: 9 }, allow_empty: true }",
			"widens",
		],
		[
			"{ field: items, every: { field: price, lte: 9 } }",
			"{ all: [{ field: items, every: { field: price, lte: 9 } }, { field: items, some: { field: sku, eq: a } }] }",
			"does_not_widen",
		],
		[
			"{ field: items, some: { all: [{ field: price, lte: 9 }, { field: sku, eq: a }] } }",
			"{ all: [{ field: items, some: { field: price, lte: 9 } }, { field: items, some: { field: sku, eq: a } }] }",
			"widens",
		],
		[
			"{ field: items, some: { all: [{ field: price, lte: 9 }, { field: sku, eq: a }] } }",
			"{ all: [{ field: items, every: { field: price, lte: 9 } }, { field: items, some: { field: sku, eq: a } }] }",
			"does_not_widen",
		],
	])("of elements: %s -> %s", (before, after, result) => {
		expect(compare(before, after).result).toBe(result);
	});

	test("a zone changed under a window of time widens, under none it does not", () => {
		const zoned = (zone: string, when: string) => compiled(roleText({ guards: `[${guard(when)}]`, more: `timezone: ${zone}` }));
		const window = "{ during: { from: '09:00', to: '17:00' } }";
		expect(compareRoles(zoned("UTC", window), zoned("Europe/Vienna", window)).reasons[0]?.why).toContain(
			"time zone UTC -> Europe/Vienna",
		);
		expect(compareRoles(zoned("UTC", LIMIT), zoned("Europe/Vienna", LIMIT)).result).toBe("does_not_widen");
	});

	test("an action that takes more input widens; one that is only described otherwise does not; another form is not told", () => {
		const [mail] = allActions as [ActionDefinition];
		const source = roleText({ allow: `[${mail.name}]` });
		const withSchema = (more: object) => compiled(source, [{ ...mail, input_schema: { ...mail.input_schema, ...more } }]);
		const before = compiled(source, [mail]);
		const properties = mail.input_schema.properties as Record<string, object>;
		expect(compareRoles(before, withSchema({ description: "other words" })).result).toBe("does_not_widen");
		const more = withSchema({ properties: { ...properties, urgent: { type: "boolean" } } });
		expect(compareRoles(before, more).reasons[0]).toMatchObject({
			sure: true,
			why: expect.stringContaining("takes input that it refused before"),
		});
		expect(compareRoles(more, before).result).toBe("cannot_tell");
		const limits = (max: number) => compiled(source, [{ ...mail, limits: [{ fields: ["to"], max_values: max, message: "m" }] }]);
		expect([compareRoles(limits(5), limits(4)).result, compareRoles(limits(4), limits(5)).result]).toEqual([
			"does_not_widen",
			"cannot_tell",
		]);
	});

	test("a list of the workspace is told by what it holds, and not at all where that is not at hand", () => {
		const items = (sha256: string) => (sha256.startsWith("a") ? ["acme.com"] : ["acme.com", "gmail.com"]);
		const listed = (sha256: string) => ({
			...guards(guard("{ field: to.domain, in: { list: l } }".replace("{ list: l }", "[x.com]"), undefined, "mail.send")),
			sha256,
		});
		const role = (sha256: string): CompiledRole => {
			const { sha256: _sha256, ...plain } = listed(sha256);
			const [first] = plain.guards as [CompiledRole["guards"][number]];
			return {
				...plain,
				lists: { l: { sha256, count: 1 } },
				guards: [{ ...first, when: { ...first.when, operand: null, list: "l" } as never }],
			};
		};
		const known = ({ sha256 }: { sha256: string }) => items(sha256);
		expect(compareRoles(role("a"), role("b"), known).reasons[0]?.why).toContain("gains gmail.com");
		expect(compareRoles(role("b"), role("a"), known).result).toBe("does_not_widen");
		expect([compareRoles(role("b"), role("a")).result, compareRoles(role("a"), role("a")).result]).toEqual([
			"cannot_tell",
			"does_not_widen",
		]);
	});

	test("a list that is not at hand proves nothing, whatever calls would pass if it were empty", () => {
		const listed = (role: CompiledRole): CompiledRole => {
			const [first] = role.guards as [CompiledRole["guards"][number]];
			const when = { ...first.when, operand: null, list: "l" } as never;
			return { ...role, lists: { l: { sha256: "a", count: 1 } }, guards: [{ ...first, when }] };
		};
		const only = guards(guard("{ field: to.domain, in: [x.com] }", undefined, "mail.send"));
		const barred = listed(guards(guard("{ field: to.domain, in: [x.com] }", "effect: deny", "mail.send")));
		expect([compareRoles(only, barred).result, compareRoles(listed(only), only).result]).toEqual(["cannot_tell", "cannot_tell"]);
		expect(compareRoles(only, barred, () => ["x.com"]).reasons).toEqual([expect.objectContaining({ guard: "g", sure: true })]);
		expect(compareRoles(listed(only), only, () => ["y.com"]).reasons).toEqual([
			expect.objectContaining({ guard: "g", sure: true }),
		]);
	});

	test("what is sure comes first, and one sure change is enough", () => {
		const unsure = (expression: string) =>
			guard(`{ field: subject, matches: '${expression}' }`, "effect: allow, otherwise: deny", "mail.send", "a");
		const { result, reasons } = compareRoles(guards(unsure("^a+$"), small), guards(unsure("^(a)+$")));
		expect([result, reasons.map(({ guard: id, sure }) => [id, sure])]).toEqual([
			"widens",
			[
				["g", true],
				["a", false],
			],
		]);
	});

	test.each([99, 100, 101, 150])("of %i reasons a hundred are told, and that there are more", (count) => {
		const [mail] = allActions as [ActionDefinition];
		const actions = Array.from({ length: count }, (_, index) => ({ ...mail, name: `many.a${index}` }));
		const { result, reasons } = compareRoles(null, compiled(roleText({ allow: "['many.*']" }), actions));
		expect([result, reasons.length]).toEqual(["widens", Math.min(count, 101)]);
		expect(reasons.slice(100)).toEqual(
			count > 100 ? [{ action: null, guard: null, why: expect.stringMatching(/./), sure: false }] : [],
		);
		expect(reasons.slice(0, 100).every(({ sure }) => sure)).toBe(true);
	});

	test("a form of another version is not told, on whichever side it is", () => {
		const role = guards(small);
		const other = { ...role, v: 0 } as unknown as CompiledRole;
		for (const comparison of [compareRoles(other, role), compareRoles(role, other), compareRoles(null, other)])
			expect(comparison).toEqual({
				result: "cannot_tell",
				reasons: [{ action: null, guard: null, why: expect.stringMatching(/version/), sure: false }],
			});
	});
});
