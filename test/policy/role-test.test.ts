/** The runner of role tests: what is given, what differs, what was never tried. */
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/contract/json.ts";
import type { Given, RoleTestDocument } from "../../src/contract/role-test-document.ts";
import { checkGiven, countersGiven, factsGiven, UNSAID } from "../../src/policy/given-facts.ts";
import { parseDocuments } from "../../src/policy/parse-documents.ts";
import { roleCoverage } from "../../src/policy/role-coverage.ts";
import { runRoleTest } from "../../src/policy/run-role-test.ts";
import { tryCall } from "../../src/policy/try-call.ts";
import { guardsOf } from "./support.ts";

const GUARDS = `
  - { id: domains, action: mail.send, when: { field: to.domain, in: [acme.com] } }
  - { id: cap, action: mail.send, when: { field: rate.per_day, lte: 5 }, otherwise: review }
  - { id: burst, action: mail.send, when: { field: rate.per_minute, lte: 2 } }
  - { id: people, action: mail.read, when: { field: agent.labels.team, eq: support } }
  - { id: watch, action: mail.read, mode: shadow, when: { field: request.ip, exists: true }, effect: review }
  - { id: folders, action: mail.read, effect: review }
`;
const role = guardsOf(GUARDS);
const MAIL = "{ to: a@acme.com, subject: s, body: b }";

function suiteOf(...cases: string[]): RoleTestDocument {
	const lines = cases.map((one, index) => `  - { name: "${index}", ${one} }`);
	const head = "apiVersion: policy.hivekey.ai/v1\nkind: RoleTest\nmetadata: { name: t }\nrole: tested\ncases:\n";
	const { documents, problems } = parseDocuments(head + lines.join("\n"), { format: "yaml" });
	const [first] = documents;
	if (first?.kind !== "RoleTest") throw new Error(JSON.stringify(problems));
	return first.document;
}
const run = (...cases: string[]) => runRoleTest(role, suiteOf(...cases));

test("what was expected and came is ok, and a key that is not named is not looked at", () => {
	expect(run(`action: mail.send, input: ${MAIL}, expect: { verdict: allow }`)).toMatchObject([
		{
			name: "0",
			ok: true,
			differences: [],
			came: { verdict: "allow", guard: "domains", reason: null, reason_code: null, detail: null },
		},
	]);
});

test("every difference is told, with both sides", () => {
	const [result] = run(
		`action: mail.send, input: { to: e@x.com, subject: s, body: b }, expect: { verdict: review, guard: cap, reason: r, reason_code: guard_review, detail: d }`,
	);
	expect([result?.ok, result?.differences]).toEqual([
		false,
		[
			{ key: "verdict", expected: "review", came: "deny" },
			{ key: "guard", expected: "cap", came: "domains" },
			{ key: "reason", expected: "r", came: "recipient domain 'x.com' not in allowlist" },
			{ key: "reason_code", expected: "guard_review", came: "guard_denied" },
			{ key: "detail", expected: "d", came: "domain x.com not allowed" },
		],
	]);
});

test("the detail is the one of the guard that matched", () => {
	const [result] = run(`action: mail.send, input: ${MAIL}, given: { rate.per_day: 6 }, expect: { verdict: review }`);
	expect(result?.came).toMatchObject({ guard: "cap", detail: expect.stringMatching(/limit 5/) });
});

test("null says that there is none", () => {
	const results = run(
		`action: mail.send, input: ${MAIL}, expect: { verdict: allow, guard: null, reason: null }`,
		"action: shop.nothing, input: 7, expect: { verdict: deny, guard: null, reason_code: not_in_scope, detail: null }",
	);
	expect(results.map(({ differences }) => differences)).toEqual([[{ key: "guard", expected: null, came: "domains" }], []]);
});

test.each([
	["a list for an object", "[1]", "input: the input is a JSON object"],
	["nothing", "~", "input: the input is a JSON object"],
	["an unknown field", "{ to: a@acme.com, subject: s, body: b, x: 1 }", "x: "],
	["a display name", '{ to: "A <a@acme.com>", subject: s, body: b }', "to: "],
])("input that the gateway refuses is refused: %s", (_name, input, reason) => {
	const [result] = run(`action: mail.send, input: ${input}, expect: { verdict: deny, guard: null, reason_code: invalid_input }`);
	expect([result?.differences, result?.came.reason?.startsWith(reason)]).toEqual([[], true]);
});

test.each([
	["two values for one key", '{"to":"a@acme.com","to":"e@x.com","subject":"s","body":"b"}', "to: the key"],
	["no JSON", "{to}", "input: "],
	["bytes that are no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), "input: the body is not UTF-8"],
])("a body is read as the gateway reads it: %s", (_name, body, reason) => {
	const verdict = tryCall(role, "mail.send", body, UNSAID, countersGiven({}, 0));
	expect([verdict.reason_code, verdict.reason?.startsWith(reason)]).toEqual(["invalid_input", true]);
});

describe("given", () => {
	const verdictWith = (given: string, action = "mail.send", input = MAIL) =>
		run(`action: ${action}, input: ${input}, given: ${given}, expect: { verdict: allow }`)[0]?.verdict;

	test("a rate has this call in it, and each window stands alone", () => {
		expect(verdictWith("{ rate.per_day: 5 }")?.verdict).toBe("allow");
		expect(verdictWith("{ rate.per_day: 6 }")?.verdict).toBe("review");
		expect(verdictWith("{ rate.per_minute: 3 }")).toMatchObject({ verdict: "deny", matched_guard: "burst" });
		expect(verdictWith("{ rate.per_day: 6 }")?.facts.map(({ saw }) => saw)).toContainEqual({ "rate.per_minute": 1 });
	});

	test("facts are taken, and what is not said is not known", () => {
		expect(verdictWith("{}", "mail.read", "{}")).toMatchObject({ verdict: "deny", reason_code: "guard_indeterminate" });
		expect(verdictWith("{ agent.labels.team: support }", "mail.read", "{}")?.verdict).toBe("review");
		const given: Given = {
			time: "2026-11-22T10:00:00.5+01:00",
			"agent.name": "bot",
			"agent.labels.a": "b",
			"request.ip": "::1",
			"request.country": "AT",
		};
		expect(factsGiven(given, UNSAID)).toMatchObject({
			now: Date.UTC(2026, 10, 22, 9) + 500,
			agent: { name: "bot", labels: { a: "b" } },
			request: { ip: "::1", country: "AT" },
		});
		expect(UNSAID).toMatchObject({ now: Date.UTC(2026, 0, 1, 12), agent: { labels: {} }, request: {} });
	});

	test("a sum has this call in it: exactly what is given, and never less than the call adds", () => {
		const verdictOn = (key: string, total: number) => {
			const budget = guardsOf(
				`  - { id: budget, action: shop.order.pay, when: { field: ${key}.per_day, lte: 10.3, default: 0 } }`,
			);
			const call = `action: shop.order.pay, input: { order: { total: 0.1 } }, given: { ${key}.per_day: ${total} }, expect: { verdict: allow }`;
			return runRoleTest(budget, suiteOf(call))[0]?.verdict;
		};
		expect(verdictOn("sum.order.total", 10.3)).toMatchObject({
			verdict: "allow",
			facts: [{ saw: { "sum.order.total.per_day": 10.3 } }],
		});
		expect(verdictOn("sum.order.total", 10.300001)?.verdict).toBe("deny");
		expect(verdictOn("sum.order.total", 0)?.facts[0]?.saw).toMatchObject({ "sum.order.total.per_day": 0.1 });
		const counters = countersGiven({ "sum.a.per_day": 5, "sum.b.per_hour": 7, "rate.per_day": 3 }, 1_000);
		const series = { key: '[["a",null],"to","x"]', adds: "2" };
		expect([counters.sum([], 86_400, series), counters.sum([], 3_600, series), counters.count([], 86_400, series)]).toEqual([
			"3",
			"0",
			2,
		]);
		expect([
			counters.whenSumAtMost([], 86_400, "3", false, series),
			counters.whenSumAtMost([], 86_400, "3", true, series),
		]).toEqual([1_000, 43_201_000]);
	});

	test("where a limit stands in the way, half its window is as good as any time to wait", () => {
		const { whenAtMost, whenSumAtMost } = countersGiven({ "sum.a.per_day": 5, "rate.per_day": 3 }, 1_000);
		const series = { key: '[["a",null],"to","x"]', adds: "2" };
		expect([1, 2, 3].map((keep) => whenAtMost([], 86_400, keep))).toEqual([43_201_000, 1_000, 1_000]);
		expect(whenAtMost([], 3_600, 0)).toBe(1_000);
		expect(["2.9", "3", "3.1"].map((keep) => whenSumAtMost([], 86_400, keep, false, series))).toEqual([43_201_000, 1_000, 1_000]);
		expect(["2.9", "3", "3.1"].map((keep) => whenSumAtMost([], 86_400, keep, true, series))).toEqual([
			43_201_000, 43_201_000, 1_000,
		]);
	});

	test("only what is said of the time, the country or the agent is taken for it", () => {
		const given: Given = { "agent.labels.since": "2020-01-01T00:00:00Z", "agent.name": "2020-01-01", "rate.per_day": 3 };
		expect(factsGiven(given, UNSAID)).toMatchObject({ now: UNSAID.now, request: {} });
		expect(Object.keys(factsGiven(given, UNSAID).request)).toEqual([]);
	});

	test.each<[key: string, taken: unknown[], refused: unknown[]]>([
		["agent.name", ["bot"], ["", 7, null, ["bot"]]],
		["agent.labels.team", ["support"], ["", 7]],
		["request.country", ["AT"], ["", true]],
		["time", ["2026-11-22T10:00:00Z", "2026-11-22"], ["soon", "", 1_700_000_000, null]],
		["rate.per_day", [1, 500], [0, -1, 1.5, "3", null]],
		["sum.amount.per_day", [0, 0.5, 1e6], [-1, "3", 1e40, null]],
	])("%s takes what it can be, and nothing else", (key, taken, refused) => {
		const codes = (value: unknown) => checkGiven({ [key]: value } as JsonObject, "given").map(({ code }) => code);
		for (const value of taken) expect([value, codes(value)]).toEqual([value, []]);
		for (const value of refused) expect([value, codes(value)]).toEqual([value, ["type"]]);
	});

	test.each(["rate.per_year", "agent.labels.Team", "sum.per_day", "weather"])("nothing is known by %s", (key) => {
		expect(checkGiven({ [key]: 1 }, "given")).toMatchObject([{ code: "unknown_key", at: "key" }]);
	});

	test("one case leaves nothing to the next", () => {
		const results = run(
			`action: mail.send, input: ${MAIL}, given: { rate.per_day: 6, agent.labels.team: support }, expect: { verdict: review }`,
			`action: mail.send, input: ${MAIL}, expect: { verdict: allow }`,
			"action: mail.read, input: {}, expect: { verdict: deny }",
		);
		expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
	});
});

describe("coverage", () => {
	const covered = (...cases: string[]) =>
		Object.fromEntries(
			roleCoverage(
				role,
				run(...cases).map(({ verdict }) => verdict),
			).map(({ guard, reached, branches }) => [
				guard,
				[reached, ...branches.map((branch) => `${branch.when}->${branch.took}${branch.reached ? " +" : ""}`)],
			]),
		);

	test("nothing reaches a guard behind a deny, and a guard without `when` has one branch", () => {
		expect(covered("action: mail.read, input: {}, expect: { verdict: deny }")).toEqual({
			domains: [false, "true->allow", "false->deny", "null->deny"],
			cap: [false, "true->allow", "false->review"],
			burst: [false, "true->allow", "false->deny"],
			people: [true, "true->allow", "false->deny", "null->deny +"],
			watch: [false, "true->review", "false->allow"],
			folders: [false, "true->review"],
		});
	});

	test("every branch that a case takes is taken, of shadow guards too", () => {
		const given = (facts: string) =>
			`action: mail.read, input: {}, given: { agent.labels.team: support${facts} }, expect: { verdict: review }`;
		const { people, watch, folders } = covered(given(""), given(", request.ip: 127.0.0.1"));
		expect([people, watch, folders]).toEqual([
			[true, "true->allow +", "false->deny", "null->deny"],
			[true, "true->review +", "false->allow +"],
			[true, "true->review +"],
		]);
	});

	test.each([
		["{ during: { days: mon-fri } }", false],
		["{ field: time.hour, gte: 9 }", false],
		["{ field: rate.per_day, lte: 5 }", false],
		["{ field: rate.per_day, by: role, lte: 5 }", false],
		["{ not: { any: [{ field: cc, exists: true }, { field: rate.per_day, gt: 5 }] } }", false],
		["{ field: rate.per_day, by: to, lte: 5 }", true],
		["{ field: sum.to.count.per_day, lte: 5 }", true],
		["{ field: to, in: [a@acme.com] }", true],
		["{ all: [{ field: time.hour, gte: 9 }, { field: subject, eq: x }] }", true],
		["{ any: [{ field: time.hour, gte: 9 }, { field: subject, eq: x }] }", true],
		["{ field: time.hour, gte: { field: to.count } }", true],
	])("%s: whether it can be indeterminate is %s", (when, unsure) => {
		const [guard] = roleCoverage(guardsOf(`  - { id: g, action: mail.send, when: ${when} }`), []);
		expect(guard?.branches.map((branch) => branch.when)).toEqual(unsure ? [true, false, null] : [true, false]);
	});

	test("a guard that only watches is told as such", () => {
		expect(roleCoverage(role, []).map(({ guard, shadow }) => [guard, shadow])).toEqual(
			["domains", "cap", "burst", "people", "watch", "folders"].map((guard) => [guard, guard === "watch"]),
		);
	});

	test("calls out of scope reach nothing", () => {
		expect(
			Object.values(covered("action: a.b, input: {}, expect: { verdict: deny }")).every(([reached]) => reached === false),
		).toBe(true);
	});
});
