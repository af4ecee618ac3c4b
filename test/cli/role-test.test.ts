import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { xmlText } from "../../cli/src/offline/junit.ts";
import { type Circumstances, cliIn, freshFolder } from "./run-cli.ts";

const ROLE = `apiVersion: policy.hivekey.ai/v1
kind: Role
metadata: { name: support-agent }
scope: { allow: [mail.read, mail.send] }
guards:
  - { id: domains, action: mail.send, when: { field: to.domain, in: [acme.com] } }
  - { id: cap, action: mail.send, when: { field: rate.per_day, lte: 500 }, otherwise: review }
`;
const MAIL = "action: mail.send, input: { to: a@acme.com, subject: s, body: b }";
const TEST = `apiVersion: policy.hivekey.ai/v1
kind: RoleTest
metadata: { name: mail }
role: support-agent
cases:
  - { name: colleagues, ${MAIL}, expect: { verdict: allow } }
  - { name: a flood, ${MAIL}, given: { rate.per_day: 501 }, expect: { verdict: review, guard: cap } }
`;
let folder: string;
beforeEach(() => {
	folder = freshFolder();
	mkdirSync(join(folder, "p"));
	put("role.yaml", ROLE);
	put("test.yaml", TEST);
});
const put = (name: string, text: string) => writeFileSync(join(folder, "p", name), text);
/** Nothing listens there, and nobody is logged in: neither is needed. */
const cli = (line: string, circumstances: Circumstances = {}) =>
	cliIn(folder)(line, { env: { HIVEKEY_URL: "http://127.0.0.1:1" }, ...circumstances });

test("shows every case, then what no case tried", async () => {
	expect(await cli("role test p")).toEqual({
		exit: 0,
		stdout:
			"mail (role support-agent) · p/test.yaml\n" +
			"  ok     colleagues\n" +
			"  ok     a flood\n" +
			"Coverage of support-agent: 2 of 2 guards reached, 3 of 5 branches taken\n" +
			"  domains  no case with `when` false -> deny, indeterminate -> deny\n" +
			"2 cases ok\n",
		stderr: "",
	});
});

test("a case that comes out otherwise is named with both sides and its place", async () => {
	put("test.yaml", TEST.replace("verdict: allow", "verdict: deny, guard: cap, reason: ~").replace("501", "500"));
	const ran = await cli("role test p");
	expect([ran.exit, ran.stdout]).toEqual([
		1,
		"mail (role support-agent) · p/test.yaml\n" +
			"  FAILED colleagues  p/test.yaml:6:13\n" +
			"      verdict  expected deny\n" +
			"               came     allow\n" +
			"      guard    expected cap\n" +
			"               came     domains\n" +
			"  FAILED a flood  p/test.yaml:7:13\n" +
			"      verdict  expected review\n" +
			"               came     allow\n" +
			"      guard    expected cap\n" +
			"               came     domains\n" +
			"Coverage of support-agent: 2 of 2 guards reached, 2 of 5 branches taken\n" +
			"  domains  no case with `when` false -> deny, indeterminate -> deny\n" +
			"  cap      no case with `when` false -> review\n",
	]);
	expect(ran.stderr).toBe("error: 2 of 2 cases failed\n  `hivekey role explain` shows what each guard saw.\n");
});

test("says why where the sentence was not what was expected otherwise", async () => {
	put("test.yaml", TEST.replace("a@acme.com", "e@x.com"));
	expect((await cli("role test p")).stdout).toContain("      because: recipient domain 'x.com' not in allowlist\n");
});

test("has ticks and colour on a terminal alone, and no colour under NO_COLOR", async () => {
	const watched = await cli("role test p", { terminal: 80 });
	expect(watched.stdout).toContain("  \u001b[32m✓\u001b[39m colleagues\n");
	expect(watched.stdout.endsWith("✓\u001b[39m 2 cases ok\n")).toBe(true);
	const plain = await cli("role test p", { terminal: 80, env: { NO_COLOR: "1" } });
	expect([plain.stdout.includes("\u001b"), plain.stdout.includes("  ✓ colleagues\n")]).toEqual([false, true]);
});

test("a role that no test names is named, and so are warnings", async () => {
	put("other.yaml", ROLE.replace("support-agent", "other").replace("mail.read,", "mail.raed,"));
	expect((await cli("role test p")).stderr).toBe(
		"p/other.yaml:4:18: warning: no connector defines `mail.raed` now, did you mean `mail.read`?\nRole other has no test\n",
	);
});

test("a role without guards, and cases that reach none", async () => {
	put("role.yaml", `${ROLE.slice(0, ROLE.indexOf("guards"))}guards: []\n`);
	put("test.yaml", TEST.slice(0, TEST.indexOf("  - { name: a flood")));
	expect((await cli("role test p")).stdout).toContain("Coverage of support-agent: it has no guards\n1 case ok\n");
	put("role.yaml", ROLE);
	put("test.yaml", TEST.slice(0, TEST.indexOf("  - { name: a flood")).replace("mail.send", "a.b").replace("allow", "deny"));
	expect((await cli("role test p")).stdout).toContain(
		"0 of 2 guards reached, 0 of 5 branches taken\n  domains  no case reaches it\n  cap      no case reaches it\n",
	);
});

describe("what cannot be run is exit code 1 with its place", () => {
	test.each<[string, () => void, string]>([
		["no test", () => put("test.yaml", ROLE.replace("support-agent", "b")), "There is no role test in what was given"],
		[
			"a test without cases",
			() => put("test.yaml", TEST.replace(/cases:[\s\S]*/, "cases: []\n")),
			"p/test.yaml:5:8: this may not be empty",
		],
		[
			"a role that is not there",
			() => put("test.yaml", TEST.replace("role: support", "role: suport")),
			"p/test.yaml:4:7: no role `suport-agent` is among the files, did you mean `support-agent`?",
		],
		["two roles of one name", () => put("two.yaml", ROLE), "p/two.yaml:3:19: role support-agent stands in p/role.yaml:1 already"],
		[
			"a role that does not parse",
			() => put("role.yaml", ROLE.replace("lte", "lt3")),
			"p/role.yaml:7:64: unknown operator `lt3`",
		],
		["a role that does not compile", () => put("role.yaml", ROLE.replace("to.domain", "too.domain")), "p/role.yaml:6:"],
		["a mistake in a test", () => put("test.yaml", TEST.replace("rate.per_day", "rate.per_dya")), "did you mean `rate.per_day`?"],
		["YAML that is none", () => put("test.yaml", "kind: [\n"), "p/test.yaml:"],
	])("%s", async (_name, spoil, message) => {
		spoil();
		const ran = await cli("role test p");
		expect([ran.exit, ran.stdout]).toEqual([1, ""]);
		expect(ran.stderr).toContain(message);
	});

	test("usage is exit code 2", async () => {
		expect((await cli("role test")).exit).toBe(2);
		expect((await cli("role test p -o json --junit -")).exit).toBe(2);
		expect((await cli("role test p -o csv")).exit).toBe(2);
		expect((await cli("role test p --junit")).exit).toBe(2);
	});
});

test("is JSON for programs", async () => {
	put("test.yaml", TEST.replace("501", "500"));
	const ran = await cli("role test p -o json");
	expect(JSON.parse(ran.stdout)).toEqual({
		ok: false,
		suites: [
			{
				name: "mail",
				role: "support-agent",
				file: "p/test.yaml",
				cases: [
					expect.objectContaining({ name: "colleagues", ok: true, differences: [], line: 6, column: 13 }),
					expect.objectContaining({
						name: "a flood",
						ok: false,
						expected: { verdict: "review", guard: "cap" },
						came: { verdict: "allow", guard: "domains", reason: null, reason_code: null, detail: null },
						differences: [
							{ key: "verdict", expected: "review", came: "allow" },
							{ key: "guard", expected: "cap", came: "domains" },
						],
					}),
				],
			},
		],
		coverage: [
			{
				role: "support-agent",
				guards: [
					{
						guard: "domains",
						shadow: false,
						reached: true,
						branches: [
							{ when: true, took: "allow", reached: true },
							{ when: false, took: "deny", reached: false },
							{ when: null, took: "deny", reached: false },
						],
					},
					expect.objectContaining({ guard: "cap" }),
				],
			},
		],
		untested: [],
	});
	expect([ran.exit, JSON.parse(ran.stderr).error.code]).toEqual([1, "test_failed"]);
});

describe("JUnit", () => {
	test("to a file, beside the tree; failures are in it with what differed", async () => {
		put("test.yaml", TEST.replace("501", "500"));
		const ran = await cli("role test p --junit out.xml");
		expect([ran.exit, ran.stdout.startsWith("mail (role")]).toEqual([1, true]);
		expect(readFileSync(join(folder, "out.xml"), "utf8")).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="hivekey role test" tests="2" failures="1" errors="0" skipped="0">
<testsuite name="mail" file="p/test.yaml" tests="2" failures="1" errors="0" skipped="0">
<testcase name="colleagues" classname="support-agent" file="p/test.yaml" line="6"/>
<testcase name="a flood" classname="support-agent" file="p/test.yaml" line="7">
<failure message="verdict: expected review, came allow" type="expectation">
verdict: expected review, came allow
guard: expected cap, came domains
p/test.yaml:7:13
</failure>
</testcase>
</testsuite>
</testsuites>
`);
	});

	test("to standard output, which has nothing else on it then", async () => {
		const ran = await cli("role test p --junit -");
		expect(ran.stdout).toMatch(/^<\?xml [\s\S]*<\/testsuites>\n$/);
		expect(ran.stderr).toMatch(/^mail [\s\S]*\n2 cases ok\n$/);
	});

	test("a name may be anything: markup and controls are written out", async () => {
		put("test.yaml", TEST.replace("name: colleagues", String.raw`name: "<a> & \"b\" \u0007\e[31m]]>\ufffe"`));
		const { stdout } = await cli("role test p --junit -");
		expect(stdout).toContain(String.raw`<testcase name="&lt;a&gt; &amp; &quot;b&quot; \x07\x1b[31m]]&gt;\ufffe"`);
		expect((await cli("role test p")).stdout).toContain(String.raw`  ok     <a> & "b" \x07\x1b[31m]]>`);
		expect(xmlText("a'b\uffff")).toBe(String.raw`a&apos;b\uffff`);
	});

	test("a file that cannot be written is told", async () => {
		const ran = await cli("role test p --junit nowhere/out.xml");
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("Cannot write nowhere/out.xml")]);
	});
});
