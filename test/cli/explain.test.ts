import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { type Circumstances, cliIn, freshFolder } from "./run-cli.ts";

const ROLE = `apiVersion: policy.hivekey.ai/v1
kind: Role
metadata: { name: support-agent }
scope: { allow: [mail.read, mail.send] }
guards:
  - { id: domains, action: mail.send, when: { field: to.domain, in: [acme.com] } }
  - { id: watch, action: mail.send, mode: shadow, when: { field: subject.length, lte: 5 } }
  - { id: cap, action: mail.send, when: { field: rate.per_day, lte: 500 }, otherwise: review }
`;
const MAIL = '{"to":"a@acme.com","subject":"Hi","body":"x"}';
const now = new Date("2026-11-22T10:00:00Z");
let folder: string;
beforeEach(() => {
	folder = freshFolder();
	writeFileSync(join(folder, "role.yaml"), ROLE);
});
const cli = (line: string[], circumstances: Circumstances = {}) =>
	cliIn(folder)(["role", "explain", ...line], { env: { HIVEKEY_URL: "http://127.0.0.1:1" }, now, ...circumstances });
const mail = (input: string, ...more: string[]) => cli(["-f", "role.yaml", "--action", "mail.send", "--input", input, ...more]);

test("shows every guard with what it saw, and why it went which way", async () => {
	const ran = await mail(MAIL.replace("acme", "gmail"));
	expect(ran).toEqual({
		exit: 0,
		stdout: `role     support-agent
action   mail.send
time     2026-11-22T10:00:00.000Z
verdict  deny
guard    domains
reason   recipient domain 'gmail.com' not in allowlist (guard_denied)

domains *  when is false: otherwise -> deny
  when       {field: to.domain, in: [acme.com]}
  to.domain  gmail.com
  because    domain gmail.com not allowed

watch (shadow)  not reached: domains denied

cap  not reached: domains denied
`,
		stderr: "",
	});
});

test("counters and facts are given", async () => {
	const ran = await mail(MAIL, "--given", "rate.per_day=501", "--given", "time=2026-01-01T00:00:00Z");
	expect(ran.stdout).toContain("time     2026-01-01T00:00:00.000Z\nverdict  review\nguard    cap\n");
	expect(ran.stdout).toContain(
		"cap *  when is false: otherwise -> review\n  when          {field: rate.per_day, lte: 500}\n  rate.per_day  501\n",
	);
	expect(ran.stdout).toContain("watch (shadow)  when is true: effect -> allow\n");
	const json = JSON.parse(
		(await mail(MAIL, "--given", "agent.labels.team=a=b", "--given", "request.ip=::1", "-o", "json")).stdout,
	);
	expect(json.given).toEqual({
		time: "2026-11-22T10:00:00.000Z",
		agent: { name: "test-agent", labels: { team: "a=b" } },
		request: { ip: "::1" },
	});
});

test("its verdict is the gateway's, as data too", async () => {
	const { stdout } = await mail(MAIL.replace("acme", "gmail"), "-o", "json");
	expect(JSON.parse(stdout)).toMatchObject({
		role: "support-agent",
		action: "mail.send",
		verdict: "deny",
		matched_guard: "domains",
		reason_code: "guard_denied",
		guards: [
			{ guard: "domains", reached: true, when: false, took: "deny", saw: { "to.domain": "gmail.com" } },
			{ guard: "watch", reached: false, shadow: true },
			{ guard: "cap", reached: false, condition: { field: "rate.per_day", lte: 500 } },
		],
	});
});

test.each([
	["a body that is no JSON", "{", "invalid_input"],
	["a key that stands twice", '{"to":"a@acme.com","to":"e@x.com","subject":"s","body":"b"}', "invalid_input"],
	["a field that is missing", '{"to":"a@acme.com"}', "invalid_input"],
])("%s is denied, as the gateway would", async (_name, input, code) => {
	const ran = await mail(input);
	expect([ran.exit, ran.stdout.split("\n")[3]]).toEqual([0, "verdict  deny"]);
	expect(ran.stdout).toContain(`(${code})\n`);
});

test("an action out of scope, and the ones that are in it", async () => {
	const ran = await cli(["-f", "role.yaml", "--action", "mail.delete", "--input", "{}"]);
	expect(ran.stdout).toContain("reason   action 'mail.delete' is not in the role's scope (not_in_scope)\n");
	expect(ran.stderr).toBe("The role grants: mail.read, mail.send\n");
});

test("the input is text, a file, or standard input", async () => {
	writeFileSync(join(folder, "mail.json"), MAIL);
	const expected = await mail(MAIL);
	expect(await mail("@mail.json")).toEqual(expected);
	expect(await cli(["-f", "role.yaml", "--action", "mail.send", "--input", "-"], { stdin: MAIL })).toEqual(expected);
	expect(await cli(["-f", "-", "--action", "mail.send", "--input", MAIL], { stdin: ROLE })).toEqual(expected);
	expect(
		(await cli(["-f", "role.yaml", "--action", "mail.send", "--input", "-"], { stdin: new Uint8Array([0xff]) })).stdout,
	).toContain("input: the body is not UTF-8 (invalid_input)\n");
});

test("one of several roles is named", async () => {
	writeFileSync(
		join(folder, "role.yaml"),
		`${ROLE}---\n${ROLE.replace("support-agent", "other").replace("[mail.read, mail.send]", "[]")}`,
	);
	const several = await mail(MAIL);
	expect([several.exit, several.stderr]).toEqual([2, expect.stringContaining("--role says which: support-agent, other")]);
	expect((await mail(MAIL, "--role", "other")).stderr).toBe("The role grants no action\n");
	const typo = await mail(MAIL, "--role", "othr");
	expect([typo.exit, typo.stderr]).toEqual([
		1,
		expect.stringContaining("There is no role `othr` in what was given, did you mean `other`?"),
	]);
});

test("shows named conditions, lists of other files, and counters by value", async () => {
	const domains = "apiVersion: policy.hivekey.ai/v1\nkind: List\nmetadata: { name: friends }\nitems: [acme.com]\n";
	const guards = `let: { known: { field: to.domain, in: { list: friends } } }
guards:
  - { id: friends, action: mail.send, when: { any: [{ use: known }, { use: known }] } }
  - { id: person, action: mail.send, when: { field: rate.per_day, by: to, lte: 3 } }
  - { id: budget, action: mail.send, when: { field: sum.to.count.per_day, lte: 10 }, otherwise: review }
`;
	writeFileSync(join(folder, "role.yaml"), ROLE.slice(0, ROLE.indexOf("guards")) + guards);
	expect((await mail(MAIL)).stderr).toContain("friends");
	writeFileSync(join(folder, "list.yaml"), domains);
	const two = MAIL.replace('"a@acme.com"', '["a@acme.com","B@acme.com"]');
	const ran = await mail(two, "-f", "list.yaml", "--given", "rate.per_day=3", "--given", "sum.to.count.per_day=11");
	expect(ran.stdout).toContain(
		"verdict  review\nguard    budget\nreason   recipient count 11 in the last day, limit 10 (guard_review)\n",
	);
	expect(ran.stdout).toContain(
		"  when       {any: [{use: known}, {use: known}]}\n  let known  {field: to.domain, in: {list: friends}}\n",
	);
	expect(ran.stdout).toContain("  rate.per_day by to  a@acme.com: 3, b@acme.com: 3\n");
});

test("fits the terminal, and cuts nothing in a pipe", async () => {
	const long = MAIL.replace('"a@acme.com"', JSON.stringify(Array.from({ length: 20 }, (_, i) => `person-${i}@acme.com`)));
	const line = ["-f", "role.yaml", "--action", "mail.send", "--input", long];
	const watched = await cli(line, { terminal: 80, env: { NO_COLOR: "1" } });
	for (const text of watched.stdout.split("\n")) expect(text.length).toBeLessThanOrEqual(80);
	expect((await cli(line)).stdout).toContain(`  to.domain  ${Array.from({ length: 20 }, () => "acme.com").join(",")}\n`);
});

describe("what was typed wrong is exit code 2", () => {
	test.each([
		["no file", ["--action", "a.b", "--input", "{}"], "--file"],
		["no action", ["-f", "role.yaml", "--input", "{}"], "--action"],
		["no input", ["-f", "role.yaml", "--action", "a.b"], "--input"],
		["a given that is none", ["-f", "role.yaml", "--action", "a.b", "--input", "{}", "--given", "rate"], "is no key=value"],
		[
			"an unknown given",
			["-f", "role.yaml", "--action", "a.b", "--input", "{}", "--given", "rate.per_dya=1"],
			"did you mean `rate.per_day`?",
		],
		[
			"a count that is none",
			["-f", "role.yaml", "--action", "a.b", "--input", "{}", "--given", "rate.per_day=many"],
			"--given rate.per_day: a whole number from 1",
		],
		[
			"a time that is none",
			["-f", "role.yaml", "--action", "a.b", "--input", "{}", "--given", "time=noon"],
			"--given time: a time such as",
		],
		["standard input twice", ["-f", "-", "--action", "a.b", "--input", "-"], "both want standard input"],
	])("%s", async (_name, line, message) => {
		const ran = await cli(line);
		expect([ran.exit, ran.stdout]).toEqual([2, ""]);
		expect(ran.stderr).toContain(message);
	});

	test("a file that is not there, and one with mistakes, are exit code 1", async () => {
		expect(await mail("@nowhere.json")).toMatchObject({ exit: 1, stderr: expect.stringContaining("Cannot read nowhere.json") });
		writeFileSync(join(folder, "role.yaml"), ROLE.replace("lte: 500", "lt3: 500"));
		expect(await mail(MAIL)).toMatchObject({ exit: 1, stdout: "", stderr: expect.stringContaining("role.yaml:8:") });
		writeFileSync(join(folder, "role.yaml"), "apiVersion: policy.hivekey.ai/v1\nkind: List\nmetadata: {name: a}\nitems: [1]\n");
		expect(await mail(MAIL)).toMatchObject({ exit: 1, stderr: expect.stringContaining("There is no role in what was given") });
	});
});
