/** Files of many documents, of every kind. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ROLE_LIMITS } from "../../src/contract/role-document.ts";
import { parseDocuments } from "../../src/policy/parse-documents.ts";
import { parseRoleSource } from "../../src/policy/parse-role.ts";

const HEAD = "apiVersion: policy.hivekey.ai/v1\n";
const ROLE = `${HEAD}kind: Role\nmetadata: { name: reader }\nscope: { allow: [mail.read] }\n`;
const TEST = `${HEAD}kind: RoleTest
metadata: { name: reader }
role: reader
cases:
  - name: reads
    action: mail.read
    input: {}
    given: { rate.per_day: 12, time: "2026-11-22T10:00:00Z", agent.labels.team: support, sum.amount.per_day: 9.5 }
    expect: { verdict: allow, guard: null }
`;
const LIST = `${HEAD}kind: List\nmetadata: { name: domains }\nitems: [acme.com, 7, true]\n`;
const CONNECTOR = `${HEAD}kind: Connector\nmetadata: { name: crm }\nhttp: { base_url: "https://crm.example" }\nactions:\n  - { name: crm.me.get, method: GET, path: /me }\n`;
const parse = (source: string, format: "yaml" | "json" = "yaml") => parseDocuments(source, { format, file: "p.yaml" });
/** `8:5 code message` */
const problemsOf = (source: string, format: "yaml" | "json" = "yaml") =>
	parse(source, format).problems.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);

test("a file may hold documents of every kind", () => {
	const { documents, failed, problems } = parse([ROLE, TEST, LIST, CONNECTOR].join("---\n"));
	expect([failed, problems]).toEqual([[], []]);
	expect(documents.map(({ kind }) => kind)).toEqual(["Role", "RoleTest", "List", "Connector"]);
	expect(documents.map(({ position }) => position("kind", "key")?.line)).toEqual([2, 7, 18, 23]);
	expect(documents[2]?.document).toEqual({
		apiVersion: "policy.hivekey.ai/v1",
		kind: "List",
		metadata: { name: "domains" },
		items: ["acme.com", 7, true],
	});
	expect(documents[1]?.source).toContain("name: reads");
});

test("one document's mistake does not hide the others, and all mistakes are told", () => {
	const parsed = parse(
		[ROLE, TEST.replace("verdict: allow", "verdict: alow"), LIST.replace("[acme.com, 7, true]", "[]")].join("---\n"),
	);
	expect(parsed.documents.map(({ kind }) => kind)).toEqual(["Role"]);
	expect(parsed.failed).toEqual([
		{ kind: "RoleTest", name: "reader" },
		{ kind: "List", name: "domains" },
	]);
	expect(parsed.problems.map(({ line, code, path }) => [line, code, path])).toEqual([
		[15, "not_allowed", "cases[0].expect.verdict"],
		[20, "empty", "items"],
	]);
});

describe("mistakes in a RoleTest, each at its place", () => {
	test.each<[string, (text: string) => string, string]>([
		["an unknown key", (t) => t.replace("cases:", "casse:"), "5:1 unknown_key unknown key `casse`, did you mean `cases`?"],
		["a key of a case", (t) => t.replace("action:", "acton:"), "7:5 unknown_key unknown key `acton`, did you mean `action`?"],
		[
			"a key of what is expected",
			(t) => t.replace("guard: null", "gard: null"),
			"10:31 unknown_key unknown key `gard`, did you mean `guard`?",
		],
		["no verdict", (t) => t.replace("verdict: allow, ", ""), "10:13 required the key `verdict` is missing here"],
		["no input", (t) => t.replace("    input: {}\n", ""), "6:5 required the key `input` is missing here"],
		[
			"an unknown verdict",
			(t) => t.replace("allow, guard", "reveiw, guard"),
			"10:24 not_allowed `reveiw` is none of `allow`, `review`, `deny`, did you mean `review`?",
		],
		[
			"an unknown reason code",
			(t) => t.replace("guard: null", "reason_code: guard_deny"),
			"10:44 not_allowed `guard_deny` is none of",
		],
		["no role", (t) => t.replace("role: reader\n", ""), "1:1 required the key `role` is missing here"],
		["no case", (t) => `${t.slice(0, t.indexOf("cases:"))}cases: []\n`, "5:8 empty this may not be empty"],
		["a case that is nothing", (t) => `${t}  - ~\n`, "11:5 type a map of keys should stand here"],
		["a case that is none", (t) => `${t}  - hello\n`, "11:5 type a map of keys should stand here"],
		[
			"two cases of one name",
			(t) => t + t.slice(t.indexOf("  - name")),
			"11:11 duplicate_name the case name `reads` stands twice",
		],
		[
			"an unknown window",
			(t) => t.replace("rate.per_day", "rate.per_dya"),
			"9:14 unknown_key nothing is known by `rate.per_dya`, did you mean `rate.per_day`?",
		],
		["a fact of no one", (t) => t.replace("time:", "clock:"), "9:32 unknown_key nothing is known by `clock`"],
		[
			"a label that has no name",
			(t) => t.replace("labels.team", "labels.Team"),
			"9:62 unknown_key `agent.labels.Team` names no label",
		],
		[
			"a sum of nothing",
			(t) => t.replace("sum.amount.per_day", "sum.per_day"),
			"9:90 unknown_key `sum.per_day` names no sum: it looks like sum.amount.per_day",
		],
		[
			"a count of none",
			(t) => t.replace("per_day: 12", "per_day: 0"),
			"9:28 type a whole number from 1 (this call is counted too) should stand here",
		],
		["a count that is a text", (t) => t.replace("per_day: 12", 'per_day: "12"'), "9:28 type a whole number from 1"],
		[
			"a time that is none",
			(t) => t.replace("2026-11-22T10", "2026-13-22T10"),
			"9:38 type a time such as 2026-11-22T10:00:00Z should stand here",
		],
		["a negative sum", (t) => t.replace("9.5", "-9.5"), "9:110 type a number from 0"],
		["a sum with more digits than are counted", (t) => t.replace("9.5", "1e31"), "type a number from 0"],
		["a label that is a number", (t) => t.replace("team: support", "team: 5"), "9:81 type a text should stand here"],
	])("%s", (_name, spoil, problem) => {
		const spoilt = spoil(TEST);
		expect(spoilt).not.toBe(TEST);
		expect(problemsOf(spoilt).join("\n")).toContain(problem);
	});

	test("all of them at once", () => {
		const spoilt = TEST.replace("acton", "x")
			.replace("action", "acton")
			.replace("per_day: 12", "per_day: 0")
			.replace("allow", "alow");
		expect(parse(spoilt).problems.map(({ code }) => code)).toEqual(["required", "unknown_key", "type", "not_allowed"]);
	});
});

describe("mistakes in a List", () => {
	test.each<[string, string, string]>([
		["an item that is a list", "[acme.com, [a]]", "4:19 type a text, a number, true or false should stand here"],
		["an item that is nothing", "[~]", "4:9 type a text, a number, true or false should stand here"],
		["no items", "[]", "4:8 empty this may not be empty"],
		["a text for a list", "acme.com", "4:8 type a list should stand here"],
	])("%s", (_name, items, problem) => {
		expect(problemsOf(LIST.replace("[acme.com, 7, true]", items))).toEqual([problem]);
	});
});

test("of one document at most 200 mistakes in its shape are told", () => {
	const items = (count: number) =>
		problemsOf(LIST.replace("[acme.com, 7, true]", `[${new Array(count).fill("~").join(", ")}]`)).length;
	expect([items(199), items(200), items(300)]).toEqual([199, 200, 200]);
});

describe("a Sink", () => {
	const SINK = `${HEAD}kind: Sink\nmetadata: { name: ops }\n`;
	test("is one", () => {
		const { documents, problems } = parse(`${SINK}webhook: { url: "https://a.example/x", signing: { secret: k } }\n`);
		expect(problems).toEqual([]);
		expect(documents).toMatchObject([
			{ kind: "Sink", document: { events: ["review.held"], webhook: { signing: { secret: "k" } } } },
		]);
	});

	test.each([
		["an unknown key", "weebhook: {}", ["4:1 unknown_key unknown key `weebhook`, did you mean `webhook`?"]],
		[
			"a key within",
			"chat: { ur: { secret: k } }",
			["4:7 required the key `url` is missing here", "4:9 unknown_key unknown key `ur`, did you mean `url`?"],
		],
		["a text for a map", "mail: a@b.cc", ["4:7 type a map of keys should stand here"]],
	])("is not one with %s", (_name, line, wanted) => {
		const parsed = parse(`${SINK}${line}\n`);
		expect([parsed.documents, parsed.failed]).toEqual([[], [{ kind: "Sink", name: "ops" }]]);
		expect(problemsOf(`${SINK}${line}\n`)).toEqual(expect.arrayContaining(wanted));
	});

	test("has one of three places to send to", () => {
		const chat = "chat: { url: { secret: k } }\n";
		expect(problemsOf(SINK).length).toBe(1);
		expect(problemsOf(SINK + chat)).toEqual([]);
		expect(problemsOf(`${SINK}${chat}mail: { to: [a@b.cc], from: c@d.ee }\n`).length).toBe(1);
	});
});

describe("sizes", () => {
	test.each([
		["Role", ROLE, true],
		["RoleTest", TEST, true],
		["Sink", `${HEAD}kind: Sink\nmetadata: { name: ops }\nchat: { url: { secret: k } }\n`, true],
		["List", LIST, false],
		["Connector", CONNECTOR, false],
	])("a %s that is longer than 256 KiB is taken: %s", (_kind, source, isCapped) => {
		const padded = (bytes: number) => `${source}#${"x".repeat(bytes - source.length - 1)}`;
		expect(problemsOf(padded(262_144))).toEqual([]);
		const over = parse(padded(262_145));
		expect(over.problems.map(({ path, code }) => [path, code])).toEqual(isCapped ? [["", "too_large"]] : []);
		expect(over.documents.length).toBe(isCapped ? 0 : 1);
	});

	test("a role may not be as long as a list, beside whatever it stands", () => {
		const role = `${ROLE}#${"x".repeat(262_144)}\n`;
		expect(problemsOf(`${LIST}---\n${role}`)).toEqual([expect.stringMatching(/^6:1 too_large .* at most 262144 \(256 KiB\)/)]);
		expect(problemsOf(`${HEAD}kind: Role\nitems:\n${"  - 12\n".repeat(20_100)}`).join()).toContain("more than 20000 values");
	});

	test("a file is as large as its bytes, and one at its limit is taken", () => {
		const sized = (bytes: number, letter: string) => {
			const left = bytes - ROLE.length - 2;
			return `${ROLE}#${letter.repeat(left / new TextEncoder().encode(letter).length)}\n`;
		};
		const codes = (source: string | Uint8Array) => {
			const parsed = parseRoleSource(source, { format: "yaml" });
			return parsed.ok ? [] : parsed.problems;
		};
		const most = ROLE_LIMITS.sourceBytes;
		const even = (most - ROLE.length) % 2;
		for (const letter of ["x", "é"]) {
			const source = sized(most - even, letter);
			expect([letter, codes(source), codes(new TextEncoder().encode(source))]).toEqual([letter, [], []]);
			for (const form of [`${source}# x`, new TextEncoder().encode(`${source}# x`)])
				expect(codes(form)).toMatchObject([{ code: "too_large", line: 1, column: 1 }]);
		}
		expect(codes(sized(most, "x"))).toEqual([]);
		expect(codes(new Uint8Array([0x61, 0xff]))).toEqual([
			{ path: "", code: "not_utf8", message: "the file is not UTF-8", line: 1, column: 1 },
		]);
	});

	test("what is said to be JSON is read as JSON, where a list may have more values than a role", () => {
		expect(problemsOf(ROLE, "json")).toEqual([expect.stringMatching(/^1:1 syntax /)]);
		expect(problemsOf("{}# x", "json")).toEqual([expect.stringMatching(/^1:3 after_value /)]);
		expect(parse("{}# x", "json").problems).toMatchObject([{ file: "p.yaml" }]);
		expect(parseDocuments("{}# x", { format: "json" }).problems[0]).not.toHaveProperty("file");
		const many = JSON.stringify({
			apiVersion: "policy.hivekey.ai/v1",
			kind: "List",
			metadata: { name: "numbers" },
			items: Array.from({ length: 100_000 }, (_, n) => n),
		});
		expect(problemsOf(many, "json")).toEqual([]);
		const role = parseRoleSource(`[${new Array(100_001).fill("0").join()}]`, { format: "json" });
		expect(role.ok || role.problems).toMatchObject([{ code: "too_many_values" }]);
	});

	test("a file over its size is not parsed", () => {
		expect(problemsOf(`${LIST}#${"x".repeat(8_388_608)}`)).toEqual([expect.stringMatching(/^1:1 too_large .*8 MiB/)]);
	});
});

test.each([
	["kind: Rol\n", "1:7 unknown_kind unknown kind `Rol`, did you mean `Role`?"],
	["kind: roletest\n", "1:7 unknown_kind unknown kind `roletest`, did you mean `RoleTest`?"],
	["kind: [Role]\n", "1:7 unknown_kind a document says its `kind`, such as `kind: Role`"],
	["name: x\n", "1:1 unknown_kind a document says its `kind`, such as `kind: Role`"],
	["- a\n", "1:1 type a document is a map of keys"],
	["kind: toString\n", "1:7 unknown_kind unknown kind `toString`"],
])("no kind of ours: %j", (source, problem) => {
	expect(problemsOf(source)).toEqual([problem]);
	expect(parse(source).documents).toEqual([]);
});

test("of what has a mistake its kind and name are known, where they are texts, and of a role the rest", () => {
	const failed = (source: string) => parse(source).failed;
	expect(failed(`${HEAD}kind: Role\nmetadata: { name: r }\nscop: {}\n`)).toEqual([{ kind: "Role", name: "r" }]);
	expect(failed("kind: [Role]\nmetadata: { name: 7 }\n")).toEqual([{ kind: null, name: null }]);
	expect(failed("kind: Rol\nmetadata: r\n")).toEqual([{ kind: "Rol", name: null }]);
	expect(failed("- a\n")).toEqual([{ kind: null, name: null }]);
	const { rest, documents } = parse(`${ROLE}timezon: UTC\n---\n${ROLE}---\n${LIST.replace("items", "item")}`);
	expect(documents.map(({ kind }) => kind)).toEqual(["Role"]);
	expect(rest.map(({ document }) => document.metadata.name)).toEqual(["reader"]);
	expect(rest[0]?.position("timezon", "key")?.line).toBe(5);
	expect(parse("kind: Role\nkind: Role\n")).toMatchObject({
		documents: [],
		failed: [],
		rest: [],
		problems: [{ code: "duplicate_key" }],
	});
});

test("whatever a file holds, it is told, not thrown", () => {
	const words = [
		"kind: RoleTest",
		"kind: List",
		"cases:",
		"- {name: a}",
		"given: {rate.per_day: []}",
		"items: [1]",
		"---",
		"  ",
		"expect: ~",
		"&a",
		"*a",
	];
	fc.assert(
		fc.property(fc.array(fc.constantFrom(...words), { maxLength: 12 }), (lines) => {
			const { documents, problems } = parse(lines.join("\n"));
			expect(documents.length + problems.length).toBeGreaterThan(0);
		}),
		{ numRuns: 300 },
	);
});
