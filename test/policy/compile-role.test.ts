import { describe, expect, test } from "vitest";
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import type { DuringDocument } from "../../src/contract/role-document.ts";
import { expandPatterns, matchesAction } from "../../src/policy/action-pattern.ts";
import { compileDuring } from "../../src/policy/compile-during.ts";
import { compiledRoleBytes, compileRole } from "../../src/policy/compile-role.ts";
import type { CompiledDuring } from "../../src/policy/compiled-role.ts";
import { loadRole } from "../../src/policy/load-role.ts";
import { parseRoleSource } from "../../src/policy/parse-role.ts";
import { nearest } from "../../src/policy/suggestion.ts";
import { visibleActions } from "../../src/policy/visible-actions.ts";
import { allActions, guardsOf, mail, roleOf, uncheckedVerdictOf } from "./support.ts";

function compile(scope: string, guards: string) {
	const source = `apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: r }\nscope: ${scope}\nguards:\n${guards}`;
	const parsed = parseRoleSource(source, { format: "yaml", file: "role.yaml" });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const [role] = parsed.documents;
	if (role === undefined) throw new Error("no document");
	return compileRole(role.document, 3, allActions, role.position);
}

const problems = (guards: string) => {
	const compiled = compile('{ allow: ["**"] }', guards);
	return compiled.ok ? [] : compiled.problems;
};
const warnings = (scope: string, guards = "  []\n") => {
	const compiled = compile(scope, guards);
	return compiled.ok ? compiled.warnings : compiled.problems;
};
const when = (condition: string, action = "mail.send") => `  - { id: g, action: ${action}, when: ${condition} }\n`;

describe("patterns", () => {
	test.each([
		["mail.send", "mail.send", true],
		["mail.send", "mail.sender", false],
		["mail.*", "mail.send", true],
		["mail.*", "mail.folder.list", false],
		["mail.**", "mail.folder.list", true],
		["mail.**", "mail", false],
		["**", "mail.send", true],
		["*", "mail.send", false],
		["*.send", "mail.send", true],
		["**.list", "mail.folder.list", true],
		["**.list", "list", false],
		["a.**.b", "a.b", false],
		["a.**.b", "a.x.y.b", true],
		["a.**.b.*", "a.b.b.c", true],
	])("%s, %s: %s", (pattern, action, wanted) => {
		expect(matchesAction(pattern, action)).toBe(wanted);
	});

	test("are expanded to the actions that they match, each once and in order", () => {
		expect(expandPatterns(["a.*", "a.b"], ["a.c", "a.b", "b.a"])).toEqual(["a.b", "a.c"]);
	});
});

describe("scope", () => {
	test("deny wins, and what is not granted is not there", () => {
		const compiled = compile('{ allow: ["mail.*", shop.list], deny: ["*.read"] }', "  []\n");
		expect(compiled.ok && Object.keys(compiled.compiled.actions)).toEqual(["mail.send", "shop.list"]);
	});

	test("what is visible is sorted and says no more than it must", () => {
		const visible = visibleActions(
			roleOf("apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: r }\nscope: { allow: [mail.send, mail.read] }\n"),
		);
		expect(visible.map(({ name }) => name)).toEqual(["mail.read", "mail.send"]);
		expect(Object.keys(visible[0] ?? {})).toEqual(["name", "description", "input_schema"]);
		const compiled = compile('{ allow: ["**"] }', "  []\n");
		if (!compiled.ok) throw new Error("it compiles");
		const names = Object.keys(compiled.compiled.actions);
		const reversed = Object.fromEntries(Object.entries(compiled.compiled.actions).reverse());
		const all = visibleActions(loadRole({ ...compiled.compiled, actions: reversed })).map(({ name }) => name);
		expect([names.length > 2, all]).toEqual([true, names.toSorted()]);
	});

	test("warnings stand where their entry stands", () => {
		expect(warnings('{ allow: [mail.sned, mail.read], deny: ["crm.*"] }')).toEqual([
			{
				file: "role.yaml",
				line: 4,
				column: 18,
				path: "scope.allow[0]",
				code: "unknown_action",
				message: "no connector defines `mail.sned` now, did you mean `mail.send`?",
			},
			{
				file: "role.yaml",
				line: 4,
				column: 48,
				path: "scope.deny[0]",
				code: "empty_pattern",
				message: "no action matches `crm.*` now",
			},
		]);
	});

	test("guards that do nothing, and guards that are never reached", () => {
		const guards =
			"  - { id: a, action: mail.read, effect: deny }\n  - { id: b, action: [mail.read, mail.send], effect: review }\n  - { id: c, action: mail.read, effect: review }\n  - { id: d, action: shop.list, effect: deny }\n";
		expect(warnings("{ allow: [mail.read, mail.send] }", guards).map(({ code, path, line }) => [code, path, line])).toEqual([
			["unreachable_guard", "guards[2]", 8],
			["guard_not_granted", "guards[3].action", 9],
		]);
		expect(
			warnings("{ allow: [mail.read] }", guards.replace("{ id: a,", "{ id: a, mode: shadow,")).map(({ code }) => code),
		).not.toContain("unreachable_guard");
		const reached = (rest: string) =>
			warnings(
				"{ allow: [mail.read] }",
				`  - { id: a, action: mail.read, effect: deny, ${rest} }\n  - { id: b, action: mail.read, effect: deny }\n`,
			).map(({ code, path }) => [code, path]);
		expect(reached("when: { field: folder, eq: x }")).toEqual([]);
		expect(reached("when: { field: folder, eq: x }, otherwise: review")).toEqual([]);
		expect(reached("when: { field: folder, eq: x }, otherwise: deny")).toEqual([["unreachable_guard", "guards[1]"]]);
	});
});

describe("fields are checked against the schema", () => {
	test.each([
		["{ field: too.domain, in: [acme.com] }", "unknown field `too.domain` of mail.send, did you mean `to.domain`?"],
		["{ field: to.domian, in: [acme.com] }", "unknown field `to.domian` of mail.send, did you mean `to.domain`?"],
		["{ field: rate.per_dya, lte: 3 }", "unknown field `rate.per_dya`, did you mean `rate.per_day`?"],
		["{ field: agent.nmae, eq: x }", "unknown field `agent.nmae`, did you mean `agent.name`?"],
		["{ field: time.hours, lt: 3 }", "unknown field `time.hours`, did you mean `time.hour`?"],
		["{ field: action.name, eq: x }", "unknown field `action.name`; an input field of that name is `input.action.name`"],
		["{ field: nothing, eq: x }", "unknown field `nothing` of mail.send"],
		["{ field: 'subject[]', eq: x }", "unknown field `subject[]` of mail.send: `subject` is no list"],
		["{ field: subject.count, lt: 3 }", "unknown field `subject.count` of mail.send"],
	])("%s", (condition, message) => {
		expect(problems(when(condition))).toMatchObject([
			{ file: "role.yaml", line: 6, column: 48, path: "guards[0].when.field", code: "unknown_field", message },
		]);
	});

	test.each([
		["{ field: reply_to, in: { field: to } }", "in"],
		["{ field: cc.domain, in: { field: input.to.domain } }", "in"],
		["{ field: cc.count, lte: { field: to.count } }", "lte"],
	])("%s would compare a field with itself, by way of what it covers", (condition, op) => {
		expect(problems(when(condition))).toMatchObject([{ code: "covers_itself", path: `guards[0].when.${op}.field` }]);
	});

	test("a field that covers may be compared with one that it covers, and two that are covered with each other", () => {
		expect(problems(when("{ field: to, ne: { field: reply_to } }"))).toEqual([]);
		expect(problems(when("{ field: bcc, eq: { field: cc } }"))).toEqual([]);
	});

	test("brackets that are missing", () => {
		expect(problems(when("{ field: items.price, lt: 3 }", "shop.order.pay"))[0]?.message).toBe(
			"unknown field `items.price` of shop.order.pay, did you mean `items[].price`?",
		);
	});

	test("a field that only some actions have needs a default, or to be asked for", () => {
		const both = "[shop.order.pay, shop.order.cancel]";
		expect(problems(when("{ field: amount, lt: 3 }", both))[0]?.message).toBe("unknown field `amount` of shop.order.cancel");
		expect(problems(when("{ field: colour, lt: 3 }", both)).map(({ code }) => code)).toEqual(["unknown_field", "unknown_field"]);
		expect(problems(when("{ field: note, lt: 3 }", both)).map(({ code }) => code)).toEqual(["wrong_type"]);
		expect(problems(when("{ field: amount, lt: 3, default: 0 }", both))).toEqual([]);
		expect(problems(when("{ field: amount, exists: false }", both))).toEqual([]);
	});

	test("a default takes nothing from what a field covers, and is read as the field is", () => {
		const verdict = (condition: string, input: JsonObject, action = "mail.send") =>
			uncheckedVerdictOf(guardsOf(when(condition, action)), action, input).verdict;
		const known = "{ field: to.domain, in: [acme.com], default: ACME.com }";
		expect(verdict(known, mail("a@acme.com", { cc: ["e@gmail.com"] }))).toBe("deny");
		expect(verdict(known, mail("a@acme.com", { cc: ["b@acme.com"] }))).toBe("allow");
		expect(verdict("{ field: sender.domain, in: [acme.com], default: ACME.com }", {}, "shop.parcel.send")).toBe("allow");
		expect(verdict("{ field: sender.domain, in: [acme.com], default: [ACME.com, b.cc] }", {}, "shop.parcel.send")).toBe("deny");
		expect(verdict("{ field: sender, eq: A@acme.com, default: A@ACME.com }", {}, "shop.parcel.send")).toBe("allow");
	});

	test("no value of a list hides behind another within an element, under `none` neither", () => {
		const verdict = (rest: string, ...parts: Json[]) =>
			uncheckedVerdictOf(guardsOf(`  - { id: g, action: shop.parcel.send, ${rest} }\n`), "shop.parcel.send", { parts }).verdict;
		const part = (...tags: string[]) => ({ tags, size: 1 });
		for (const [rest, tags] of [
			["when: { field: parts, none: { field: tags, in: [bad] } }", ["good", "bad"]],
			["when: { field: parts, every: { field: tags, in: [good] } }", ["good", "bad"]],
			["effect: deny, when: { field: parts, some: { field: tags, in: [bad] } }", ["good", "bad"]],
			["effect: deny, when: { not: { field: parts, none: { field: tags, in: [bad] } } }", ["good", "bad"]],
		] as const)
			expect([rest, verdict(rest, part(...tags)), verdict(rest, part("good"))]).toEqual([rest, "deny", "allow"]);
		const every = "when: { field: parts, every: { field: size, lte: 3 }";
		expect([verdict(`${every} }`), verdict(`${every}, allow_empty: true }`)]).toEqual(["deny", "allow"]);
	});

	test("a field that an action has not covers nothing of it", () => {
		const [send] = allActions as [ActionDefinition];
		const properties = { cc: (send.input_schema["properties"] as JsonObject)["cc"] as Json };
		const noted = { ...send, name: "mail.note", covers: {}, input_schema: { type: "object", properties } };
		const role = guardsOf(when("{ field: to, exists: false }", "[mail.send, mail.note]"), [send, noted]);
		expect(uncheckedVerdictOf(role, "mail.note", { cc: ["a@b.cc"] }).verdict).toBe("allow");
		expect(uncheckedVerdictOf(role, "mail.send", { cc: ["a@b.cc"] }).verdict).toBe("deny");
	});

	test("one guard over actions that cover differently is compiled for each", () => {
		const role = guardsOf("  - { id: g, action: '**', when: { field: agent.name, eq: x } }\n");
		expect(role.compiled.guards.length).toBe(1);
		const other = allActions.map((action) =>
			action.name === "mail.send" ? { ...action, name: "mail.other", covers: {} } : action,
		);
		const split = guardsOf("  - { id: g, action: [mail.send, mail.other], when: { field: to.count, lte: 1 } }\n", [
			...allActions,
			...other.filter(({ name }) => name === "mail.other"),
		]);
		expect(split.compiled.guards.map(({ id, actions }) => [id, actions])).toEqual([
			["g", ["mail.other", "mail.send"]],
			["g", ["mail.other", "mail.send"]],
		]);
	});
});

describe("operands are read when the role is applied", () => {
	test.each([
		["{ field: to, in: [Jordan <a@acme.com>] }", "not_an_address", "guards[0].when.in[0]"],
		["{ field: to, eq: '*@acme.com' }", "not_an_address", "guards[0].when.eq"],
		["{ field: to.domain, in: [acme.com, 'a@acme.com'] }", "not_a_domain", "guards[0].when.in[1]"],
		["{ field: to.domain, eq: '*.*.com' }", "not_a_domain", "guards[0].when.eq"],
		["{ field: to.domain, in: [acmé.com] }", "not_a_domain", "guards[0].when.in[0]"],
		["{ field: to.domain, in: acme.com }", "operand_type", "guards[0].when.in"],
		["{ field: to.domain, in: [] }", "empty_operand", "guards[0].when.in"],
		["{ field: subject, eq: '' }", "empty_operand", "guards[0].when.eq"],
		["{ field: subject, eq: 7 }", "operand_type", "guards[0].when.eq"],
		["{ field: subject, lt: 7 }", "wrong_type", "guards[0].when.lt"],
		["{ field: to.count, lt: '7' }", "operand_type", "guards[0].when.lt"],
		["{ field: rate.per_day, lte: 1.5 }", "operand_type", "guards[0].when.lte"],
		["{ field: rate.per_day, lte: -1 }", "operand_type", "guards[0].when.lte"],
		["{ field: rate.per_day, exists: true }", "wrong_type", "guards[0].when.exists"],
		["{ field: rate.per_day, lte: 1, default: 0 }", "not_here", "guards[0].when.default"],
		["{ field: to.domain, in: [acme.com], default: '*.acme.com' }", "operand_type", "guards[0].when.default"],
	])("%s", (condition, code, path) => {
		expect(problems(when(condition)).map((problem) => [problem.code, problem.path])).toEqual([[code, path]]);
	});

	test.each([
		["{ field: to, ends_with: '@bücher.de' }", /^no domain has "ü" in it.* xn--/],
		["{ field: to.domain, ends_with: '*.acme.com' }", /^no domain has "\*" in it.* only `glob` takes wildcards$/],
		["{ field: to.domain, ends_with: '@acme.com' }", /^no domain has "@" in it.* begins after the @/],
		["{ field: to.local, eq: 'a@acme.com' }", /before its @; what stands after it is not part of it$/],
	])("%s is never found, and it is said why", (condition, message) => {
		expect(problems(when(condition)).map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
	});

	test("domains in lower case, addresses in their canonical form", () => {
		const operand = (condition: string) => guardsOf(when(condition)).compiled.guards[0]?.when;
		expect(operand("{ field: to.domain, in: [ACME.com, acme.com, '*.Acme.COM'] }")).toMatchObject({
			operand: ["acme.com", "*.acme.com"],
		});
		expect(operand("{ field: to, eq: Boss@ACME.com }")).toMatchObject({ operand: "Boss@acme.com", field: { reads: "email" } });
	});
});

test.each([['{ during: { from: "09:00", to: "09:00" } }'], ['{ during: { from: "24:00", to: "00:00" } }']])(
	"%s is a window that never is",
	(condition) => {
		const source = `apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: r }\nscope: { allow: [] }\nguards:\n${when(condition)}`;
		const parsed = parseRoleSource(source, { format: "yaml", file: "role.yaml" });
		expect(parsed.ok ? [] : parsed.problems.map(({ code, path }) => [code, path])).toEqual([
			["empty", "guards[0].when.during.to"],
		]);
	},
);

test("more than 64 guards on an action are refused, with the number", () => {
	const guards = Array.from({ length: 65 }, (_, i) => `  - { id: g${i}, action: mail.send, effect: review }\n`).join("");
	expect(problems(guards)).toMatchObject([{ code: "too_many_guards", path: "guards[64]" }]);
	expect(problems(guards)[0]?.message).toContain("64");
	expect(problems(guards.slice(0, guards.lastIndexOf("  - ")))).toEqual([]);
});

test("the same role has the same bytes, and comes back from them", () => {
	const role = guardsOf(when("{ field: to.domain, in: [acme.com] }"));
	const bytes = compiledRoleBytes(role.compiled);
	expect(compiledRoleBytes(JSON.parse(bytes))).toBe(bytes);
	expect(loadRole(JSON.parse(bytes)).actions.size).toBe(role.actions.size);
});

test.each([
	["lt3", ["lt", "lte", "gt", "gte"], "lte"],
	["Roel", ["Role"], "Role"],
	["contians", ["contains", "in"], "contains"],
	["xyz", ["lt", "eq"], null],
	["i", ["in", "eq"], "in"],
])("near to %s is %s", (word, candidates, wanted) => {
	expect(nearest(word, candidates)).toBe(wanted);
});

test.each<[DuringDocument, CompiledDuring]>([
	[{ days: "mon" }, { days: [0], from: 0, to: 1_440 }],
	[
		{ days: "mon-fri", from: "09:05", to: "17:30" },
		{ days: [0, 1, 2, 3, 4], from: 545, to: 1_050 },
	],
	[{ days: "fri-mon" }, { days: [0, 4, 5, 6], from: 0, to: 1_440 }],
	[{ days: "sun,tue, thu" }, { days: [1, 3, 6], from: 0, to: 1_440 }],
	[{ days: ["wed", "mon-tue", "tue"] }, { days: [0, 1, 2], from: 0, to: 1_440 }],
	[
		{ from: "22:00", to: "24:00" },
		{ days: [0, 1, 2, 3, 4, 5, 6], from: 1_320, to: 1_440 },
	],
])("the window %j is %j", (during, compiled) => {
	expect(compileDuring(during)).toEqual(compiled);
});
