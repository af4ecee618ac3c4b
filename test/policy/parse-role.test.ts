import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conditionSchema, FOLDING_OPERATORS, OPERATOR_SCHEMAS, roleDocumentSchema } from "../../src/contract/role-document.ts";
import { compileRole } from "../../src/policy/compile-role.ts";
import { OPERATORS } from "../../src/policy/operators/registry.ts";
import { parseRoleSource, parseRoleValue } from "../../src/policy/parse-role.ts";
import { allActions, roleText } from "./support.ts";

function problemsOf(source: string | Uint8Array, format: "yaml" | "json" = "yaml") {
	const parsed = parseRoleSource(source, { format, file: "role.yaml" });
	return parsed.ok ? [] : parsed.problems;
}

const HEAD = "apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: r }\nscope: { allow: [mail.send] }\n";

describe("a mistake is told with its place and the word that was meant", () => {
	test("an operator that is spelled wrong", () => {
		expect(problemsOf(`${HEAD}guards:\n  - id: a\n    action: mail.send\n    when: { field: rate.per_day, lt3: 500 }\n`)).toEqual(
			[
				{
					file: "role.yaml",
					line: 8,
					column: 34,
					path: "guards[0].when.lt3",
					code: "unknown_operator",
					message: "unknown operator `lt3`, did you mean `lte`?",
				},
			],
		);
	});

	test("a kind that is spelled wrong", () => {
		expect(problemsOf("apiVersion: policy.hivekey.ai/v1\nkind: Roel\n")).toEqual([
			{
				file: "role.yaml",
				line: 2,
				column: 7,
				path: "kind",
				code: "unknown_kind",
				message: "unknown kind `Roel`, did you mean `Role`?",
			},
		]);
	});

	test("a key that is spelled wrong, at every level", () => {
		const source = `${HEAD}gaurds: []\n`;
		expect(problemsOf(source)).toEqual([
			{
				file: "role.yaml",
				line: 5,
				column: 1,
				path: "gaurds",
				code: "unknown_key",
				message: "unknown key `gaurds`, did you mean `guards`?",
			},
		]);
		expect(problemsOf(`${HEAD}guards:\n  - id: a\n    actoin: mail.send\n    when: { field: to, eq: a@b.cc }\n`)).toMatchObject([
			{ line: 6, column: 5, path: "guards[0].action", code: "required" },
			{ line: 7, column: 5, path: "guards[0].actoin", message: "unknown key `actoin`, did you mean `action`?" },
		]);
		expect(problemsOf(`${HEAD}guards:\n  - { id: a, action: mail.send, when: { feild: to, eq: x } }\n`)).toMatchObject(
			[
				{ line: 6, column: 39, code: "required", path: "guards[0].when" },
				{ line: 6, column: 41, code: "unknown_key", message: "unknown key `feild`, did you mean `field`?" },
			].sort((a, b) => a.column - b.column),
		);
		expect(
			problemsOf(
				`${HEAD}guards:\n  - { id: a, action: mail.send, effect: review, when: { field: to, exists: true }, review: { aprovals: 2 } }\n`,
			),
		).toMatchObject([{ path: "guards[0].review.aprovals", message: "unknown key `aprovals`, did you mean `approvals`?" }]);
	});

	test("an effect that is none", () => {
		expect(
			problemsOf(`${HEAD}guards:\n  - { id: a, action: mail.send, when: { field: to, exists: true }, effect: dney }\n`),
		).toMatchObject([
			{
				line: 6,
				path: "guards[0].effect",
				code: "not_allowed",
				message: "`dney` is none of `allow`, `review`, `deny`, did you mean `deny`?",
			},
		]);
	});

	test("everything at once, in the order of the file", () => {
		const problems = problemsOf(
			`${HEAD}timezone: Europe/Wien3\nguards:\n  - id: Bad Id\n    action: [mail.send, "mail.s*"]\n    when: { any: [{ field: to, eq: 1, ne: 2 }, { fild: x }] }\n    otherwise: maybe\n    mode: shadw\n`,
		);
		expect(problems.map(({ path, line }) => [path, line])).toEqual([
			["timezone", 5],
			["guards[0].id", 7],
			["guards[0].action[1]", 8],
			["guards[0].when.any[0].ne", 9],
			["guards[0].when.any[1]", 9],
			["guards[0].when.any[1].fild", 9],
			["guards[0].otherwise", 10],
			["guards[0].mode", 11],
		]);
	});

	const compiled = (source: string) => {
		const parsed = parseRoleSource(source, { format: "yaml" });
		if (parsed.ok) throw new Error("the role has no mistake");
		return parsed.rest.flatMap(({ document, position }) => {
			const result = compileRole(document, 1, allActions, position);
			return result.ok ? [] : result.problems.map(({ path, code }) => [path, code]);
		});
	};

	test("what only compiling finds is found beside what reading finds, in guards that have a mistake too", () => {
		const when = "{ field: to.domian, in: [a.com] }";
		const others = `  - { id: Bad, action: mail.send, efect: deny, when: ${when} }\n  - { id: b, action: mail.send, when: { use: x } }\n`;
		expect(compiled(`${HEAD}timezone: Nowhere\nlet: { x: ${when}, y: { feild: to } }\nmeta: 1\nguards:\n${others}`)).toEqual([
			["let.x.field", "unknown_field"],
			["guards[0].when.field", "unknown_field"],
		]);
	});

	test("a mistake never makes another one out of what is right", () => {
		const right =
			"lists: { l: [a.com] }\nguards:\n  - { id: a, action: mail.send, when: { field: to.domain, in: { list: l } } }\n";
		for (const wrong of ["alow: 1\n", "let: { x: { feild: to } }\n", "timezone: Nowhere\n", "labels: {}\n"])
			expect(compiled(HEAD + wrong + right)).toEqual([]);
		const uses =
			"let: { x: { feild: to } }\nguards:\n  - { id: a, action: mail.send, when: { any: [{ use: x }, { field: cc, exists: true }] } }\n";
		expect(compiled(HEAD + uses)).toEqual([]);
		const lists = "lists: { l: 7 }\nguards:\n  - { id: a, action: mail.send, when: { field: to.domain, in: { list: l } } }\n";
		expect(compiled(HEAD + lists)).toEqual([]);
		const scope = HEAD.replace("[mail.send]", "[mail.send, 7]");
		expect(compiled(scope + right)).toEqual([]);
	});

	test.each([
		[
			"duplicate guard ids",
			"  - { id: a, action: m.x, effect: deny }\n  - { id: a, action: m.x, effect: deny }\n",
			"duplicate_id",
			7,
		],
		["terms without a review", "  - { id: a, action: m.x, effect: deny, review: { approvals: 2 } }\n", "unused_review", 6],
		["a guard that says nothing", "  - { id: a, action: m.x }\n", "required", 6],
		["an empty list of conditions", "  - { id: a, action: m.x, when: { all: [] } }\n", "empty", 6],
		["two operators", "  - { id: a, action: m.x, when: { field: to, eq: a, ne: b } }\n", "mixed_condition", 6],
		[
			"all beside any",
			"  - { id: a, action: m.x, when: { all: [{ field: a, eq: b }], any: [{ field: a, eq: b }] } }\n",
			"mixed_condition",
			6,
		],
		["no operator", "  - { id: a, action: m.x, when: { field: to } }\n", "required", 6],
		["a prototype in a field", "  - { id: a, action: m.x, when: { field: to.__proto__.x, eq: b } }\n", "field_syntax", 6],
		["a field of blanks", "  - { id: a, action: m.x, when: { field: 'to domain', eq: b } }\n", "field_syntax", 6],
		[
			"a default beside exists",
			"  - { id: a, action: m.x, when: { field: to, exists: true, default: 1 } }\n",
			"mixed_condition",
			6,
		],
		["a strange match", "  - { id: a, action: m.x, when: { field: to, eq: b, match: every } }\n", "not_allowed", 6],
		["yes is a text, not true", "  - { id: a, action: m.x, effect: review, review: { self_approval: yes } }\n", "type", 6],
		["an endless review", "  - { id: a, action: m.x, effect: review, review: { expires: 31d } }\n", "invalid", 6],
	])("%s", (_name, guards, code, line) => {
		expect(problemsOf(`${HEAD}guards:\n${guards}`).map((problem) => [problem.code, problem.line])).toContainEqual([code, line]);
	});
});

describe("one mistake is told once", () => {
	test.each<[string, string, string[]]>([
		["a guard that is nothing", "guards: [~]", ["guards[0] type"]],
		["a guard that is a text", "guards: [deny]", ["guards[0] type"]],
		["guards that are no list", "guards: { id: a }", ["guards type"]],
		[
			"a condition that is spelled wrong",
			"guards: [{ id: a, action: m.x, wen: { field: a, eq: 1 } }]",
			["guards[0].wen unknown_key"],
		],
		[
			"a guard that says nothing, beside one with a mistake",
			"guards: [{ id: a, action: m.x }, { id: b, action: m.x, efect: deny }]",
			["guards[0] required", "guards[1].efect unknown_key"],
		],
		["a zone that there is not", "timezone: Nowhere/None", ["timezone unknown_timezone"]],
		["a zone that is no text", "timezone: 7", ["timezone type"]],
		["a zone that is empty", "timezone: ''", ["timezone empty"]],
		["a version that there is not", "apiVersion: v2", ["apiVersion unknown_version"]],
		["no name", "metadata: {}", ["metadata.name required"]],
		["a name that is none", "metadata: { name: A }", ["metadata.name format"]],
		["no scope", "scope: ~", ["scope type"]],
		[
			"too few approvals",
			"guards: [{ id: a, action: m.x, effect: review, review: { approvals: 0 } }]",
			["guards[0].review.approvals too_small"],
		],
		["an action that is a number", "guards: [{ id: a, action: 7, effect: deny }]", ["guards[0].action type"]],
		["no action", "guards: [{ id: a, effect: deny }]", ["guards[0].action required"]],
		[
			"terms that nobody takes",
			"guards: [{ id: a, action: m.x, effect: deny, otherwise: allow, review: { approvals: 1 } }]",
			["guards[0].review unused_review"],
		],
		["terms of a review", "guards: [{ id: a, action: m.x, effect: review, review: { approvals: 1 } }]", []],
		[
			"terms of a review otherwise",
			"guards: [{ id: a, action: m.x, when: { field: a, eq: 1 }, otherwise: review, review: { approvals: 1 } }]",
			[],
		],
		["a list with an item that is none", "lists: { l: [[a]] }", ["lists.l[0] type"]],
		["a condition under let", "let: { x: { field: a } }", ["let.x required"]],
		["conditions under let that are no map", "let: [a]", ["let type"]],
	])("%s", (_name, line, wanted) => {
		const [key] = line.split(":", 1) as [string];
		const head = HEAD.split("\n")
			.filter((one) => !one.startsWith(`${key}:`))
			.join("\n");
		expect(problemsOf(`${head}\n${line}\n`).map(({ path, code }) => `${path} ${code}`)).toEqual(wanted);
	});

	test("and in a value it has the name of the file, where there is one", () => {
		const value = { apiVersion: "policy.hivekey.ai/v1", kind: "Role", metadata: { name: "r" }, scope: { allow: [] }, x: 1 };
		const problem = { path: "x", code: "unknown_key", message: expect.any(String) };
		expect(parseRoleValue(value, { file: "f" })).toMatchObject({ problems: [{ ...problem, file: "f" }] });
		expect(parseRoleValue(value)).toMatchObject({ ok: false, problems: [problem], rest: { metadata: { name: "r" } } });
		expect(parseRoleValue(value)).not.toHaveProperty("problems[0].file");
	});

	test.each([[null], [7], ["Role"], [[]], [undefined]])("%j is no document", (value) => {
		expect(parseRoleValue(value)).toMatchObject({ ok: false, problems: [{ path: "", code: "type" }], rest: null });
	});
});

describe("YAML without surprises", () => {
	test.each([
		["duplicate keys", `${HEAD}kind: Role\n`, "duplicate_key"],
		["duplicate keys in quotes", `${HEAD}"kind": Role\n`, "duplicate_key"],
		["merge keys", `${HEAD}<<: { guards: [] }\n`, "merge_key"],
		["custom tags", `${HEAD}timezone: !env TZ\n`, "yaml_tag"],
		["standard tags", `${HEAD}timezone: !!str UTC\n`, "yaml_tag"],
		["a directive of another version", `%YAML 1.1\n---\n${HEAD}`, "yaml_directive"],
		["keys that are no texts", `${HEAD}1: x\n`, "yaml_key"],
		["lists as keys", `${HEAD}? [a]\n: x\n`, "yaml_key"],
		["prototype keys", `${HEAD}__proto__: { guards: [] }\n`, "forbidden_key"],
		["infinity", `${HEAD}guards: [{ id: a, action: m.x, when: { field: x, lt: .inf } }]\n`, "inexact_number"],
		[
			"numbers beyond a double",
			`${HEAD}guards: [{ id: a, action: m.x, when: { field: x, lt: 9007199254740993 } }]\n`,
			"inexact_number",
		],
		["a byte order mark", `\ufeff${HEAD}`, "byte_order_mark"],
		["unknown aliases", `${HEAD}timezone: *tz\n`, "unknown_alias"],
		["aliases in what they name", `${HEAD}guards: &g [*g]\n`, "circular_alias"],
		["tabs as indentation", `${HEAD}guards:\n\t- id: a\n`, "yaml_syntax"],
		["an empty file", "", "no_document"],
		["a file of comments", "# nothing\n", "no_document"],
	])("%s", (_name, source, code) => {
		expect(problemsOf(source).map((problem) => problem.code)).toContain(code);
	});

	test("a few aliases are fine", () => {
		const parsed = parseRoleSource(
			`${HEAD}guards:\n  - id: a\n    action: m.x\n    when: &w { field: to, exists: true }\n  - { id: b, action: m.x, when: *w }\n`,
			{ format: "yaml" },
		);
		expect(parsed.ok && parsed.documents[0]?.document.guards.map(({ when }) => when)).toEqual([
			{ field: "to", exists: true },
			{ field: "to", exists: true },
		]);
	});
});

describe("limits say their number", () => {
	const guard = (id: number) => `  - { id: g${id}, action: m.x, effect: deny }\n`;
	test.each([
		["size", "#".repeat(262_145), "262144"],
		["guards", `${HEAD}guards:\n${Array.from({ length: 257 }, (_, i) => guard(i)).join("")}`, "256"],
		[
			"depth",
			`${HEAD}guards:\n  - { id: a, action: m.x, when: ${"{ not: ".repeat(16)}{ field: a, eq: b }${" }".repeat(16)} }\n`,
			"16",
		],
		["patterns", `${HEAD.replace("mail.send", `m.${"x".repeat(255)}`)}`, "256"],
	])("%s", (_name, source, number) => {
		const problems = problemsOf(source);
		expect(problems.length).toBe(1);
		expect(problems[0]?.message).toContain(number);
	});

	test("fifteen negations and a test are sixteen deep, and taken", () => {
		expect(
			problemsOf(
				`${HEAD}guards:\n  - { id: a, action: m.x, when: ${"{ not: ".repeat(15)}{ field: a, eq: b }${" }".repeat(15)} }\n`,
			),
		).toEqual([]);
	});
});

describe("a file", () => {
	test("may have many documents, each with its own source and places", () => {
		const parsed = parseRoleSource(`${HEAD}---\n${HEAD.replace("name: r", "name: s")}timezone: Europe/Vienna\n`, {
			format: "yaml",
			file: "f.yaml",
		});
		if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
		expect(parsed.documents.map(({ kind, document }) => [kind, document.metadata.name])).toEqual([
			["Role", "r"],
			["Role", "s"],
		]);
		expect(parsed.documents[1]?.position("timezone")).toEqual({ file: "f.yaml", line: 10, column: 11 });
		expect(parsed.documents[1]?.source).toContain("Europe/Vienna");
		expect(parsed.documents[0]?.source).not.toContain("Europe/Vienna");
	});

	test("in JSON has places, too", () => {
		const parsed = parseRoleSource(
			'{"apiVersion":"policy.hivekey.ai/v1","kind":"Role",\n"metadata":{"name":"r"},"scope":{"allow":[]}}',
			{ format: "json" },
		);
		if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
		expect(parsed.documents[0]?.position("metadata.name")).toEqual({ line: 2, column: 20 });
		expect(parsed.documents[0]?.document).toMatchObject({ guards: [], timezone: "UTC" });
		expect(problemsOf('{"kind":"Role","kind":"Role"}', "json")).toMatchObject([{ code: "duplicate_key", line: 1, column: 16 }]);
		expect(
			problemsOf('{"apiVersion":"policy.hivekey.ai/v1","kind":"Role",\n"metadata":{"nmae":"r"},"scope":{"allow":[]}}', "json"),
		).toMatchObject([
			{ path: "metadata.name", code: "required" },
			{ path: "metadata.nmae", line: 2, column: 13, message: "unknown key `nmae`, did you mean `name`?" },
		]);
	});

	test("that is not UTF-8 is refused", () => {
		expect(problemsOf(new Uint8Array([0x61, 0xff]))).toMatchObject([{ code: "not_utf8" }]);
	});

	test("of any text gets an answer", () => {
		const pieces = fc.constantFrom(
			"a: ",
			"- ",
			"\n",
			"  ",
			"{",
			"}",
			"[",
			"]",
			"&a ",
			"*a",
			"!t ",
			"|",
			">",
			"'",
			'"',
			"%",
			"---\n",
			"when",
			"guards:",
			"\u0000",
			"# ",
			"? ",
			": ",
			"\t",
		);
		fc.assert(
			fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
				expect(typeof parseRoleSource(parts.join(""), { format: "yaml" }).ok).toBe("boolean");
			}),
			{ numRuns: 2_000 },
		);
	});
});

describe("a value", () => {
	test("of any shape gets an answer, and what is taken fits the published schema", () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
				const document = {
					apiVersion: "policy.hivekey.ai/v1",
					kind: "Role",
					metadata: { name: "r" },
					scope: { allow: ["**"] },
					guards: [{ id: "a", action: "m.x", when: value }],
				};
				expect(typeof parseRoleValue(value).ok).toBe("boolean");
				const parsed = parseRoleValue(document);
				if (parsed.ok) expect(roleDocumentSchema.safeParse(document).success).toBe(true);
			}),
		);
	});

	test("is taken by the checker where the published schema takes it", () => {
		const scalar = fc.constantFrom<unknown>("a", 1, true, null);
		const leaf = fc.record(
			{
				field: fc.constantFrom("to", "to.domain"),
				eq: scalar,
				in: fc.array(scalar),
				lt: fc.constantFrom<unknown>(1, "1"),
				exists: fc.constantFrom<unknown>(true, 1),
				between: fc.constantFrom<unknown>([1, 2], 1),
				starts_with: fc.constantFrom<unknown>("a", ["a"], []),
				contains: scalar,
				contains_any: fc.array(scalar),
				ci: fc.constantFrom<unknown>(true, false, "yes"),
				match: fc.constantFrom("all", "none"),
			},
			{ requiredKeys: ["field"] },
		);
		fc.assert(
			fc.property(leaf, fc.constantFrom("all", "any", "not", ""), (one, around) => {
				const when = around === "" ? one : around === "not" ? { not: one } : { [around]: [one] };
				const isTaken = parseRoleValue({
					apiVersion: "policy.hivekey.ai/v1",
					kind: "Role",
					metadata: { name: "r" },
					scope: { allow: [] },
					guards: [{ id: "a", action: "m.x", when }],
				}).ok;
				if (conditionSchema.safeParse(when).success) expect(isTaken).toBe(true);
			}),
		);
	});

	test("is taken as JSON carries it: what is undefined is not there, what has no form is null", () => {
		const parsed = parseRoleValue({
			apiVersion: "policy.hivekey.ai/v1",
			kind: "Role",
			metadata: { name: "r", description: undefined },
			scope: { allow: [] },
			guards: [
				{
					id: "a",
					action: "m.x",
					when: { field: "a", in: [Number.NaN, Number.NEGATIVE_INFINITY, () => 1, Symbol("s"), 1n, 1.5, true, "b"] },
				},
			],
			timezone: undefined,
		});
		expect(parsed.ok && JSON.parse(JSON.stringify(parsed.document))).toEqual({
			apiVersion: "policy.hivekey.ai/v1",
			kind: "Role",
			metadata: { name: "r" },
			scope: { allow: [] },
			guards: [
				{
					id: "a",
					action: "m.x",
					when: { field: "a", in: [null, null, null, null, null, 1.5, true, "b"] },
					effect: "allow",
					mode: "enforce",
				},
			],
			timezone: "UTC",
		});
	});

	test("keeps its own words", () => {
		const parsed = parseRoleValue({
			apiVersion: "policy.hivekey.ai/v1",
			kind: "Role",
			metadata: { name: "r" },
			scope: { allow: [] },
		});
		expect(parsed).toEqual({
			ok: true,
			document: {
				apiVersion: "policy.hivekey.ai/v1",
				kind: "Role",
				metadata: { name: "r" },
				scope: { allow: [] },
				timezone: "UTC",
				guards: [],
			},
		});
	});
});

test("the published schema and the engine know the same operators", () => {
	expect(Object.keys(OPERATOR_SCHEMAS).sort()).toEqual([...OPERATORS.keys()].sort());
	expect([...FOLDING_OPERATORS].sort()).toEqual(
		[...OPERATORS.values()]
			.filter(({ folds }) => folds === true)
			.map(({ name }) => name)
			.sort(),
	);
	expect(roleText("  []\n")).toContain("guards");
});
