import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ADMIN_KEY, ContractGateway, problem } from "../sdk/contract-gateway.ts";
import { type Circumstances, cliIn, freshFolder } from "./run-cli.ts";

const ROLE = `apiVersion: policy.hivekey.ai/v1
kind: Role
metadata:
  name: support-agent
  description: First-line support — read mail, reply only.
scope:
  # deny-by-default — only these actions are visible
  allow:
    - mail.read
    - mail.send
guards: []   # add one in the next step
`;

const gateway = new ContractGateway();
let folder: string;
let file: string;
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(() => {
	gateway.seen.length = 0;
	gateway.once.length = 0;
	gateway.roles.clear();
	folder = freshFolder();
	file = join(folder, "support-agent.yaml");
	writeFileSync(file, ROLE);
});

const cli = (line: string | string[], circumstances: Circumstances = {}) =>
	cliIn(folder)(line, { ...circumstances, env: { HIVEKEY_KEY: ADMIN_KEY, HIVEKEY_URL: gateway.url, ...circumstances.env } });
const bodies = () => gateway.seen.map((seen) => seen.body.toString());
const named = (name: string) => ROLE.replace("support-agent", name);

describe("role apply", () => {
	test("says created, updated, unchanged", async () => {
		expect(await cli(`role apply -f ${file}`)).toEqual({
			exit: 0,
			stdout: "Role support-agent created · rev 1 · 2 grants\n",
			stderr: "",
		});
		expect((await cli(`role apply -f ${file}`)).stdout).toBe("Role support-agent unchanged · rev 1 · 2 grants\n");
		writeFileSync(file, ROLE.replace("[]", "[ ]"));
		expect((await cli(`role apply -f ${file}`)).stdout).toBe("Role support-agent updated · rev 2 · 2 grants\n");
	});

	test("has the tick on a terminal, green unless NO_COLOR", async () => {
		expect((await cli(`role apply -f ${file}`, { terminal: 80, env: { NO_COLOR: "1" } })).stdout).toBe(
			"✓ Role support-agent created · rev 1 · 2 grants\n",
		);
		expect((await cli(`role apply -f ${file}`, { terminal: 80 })).stdout).toBe(
			"\u001b[32m✓\u001b[39m Role support-agent unchanged · rev 1 · 2 grants\n",
		);
	});

	test("one grant is one grant", async () => {
		gateway.once.push({ status: 200, body: { name: "r", rev: 1, grants: 1, warnings: [], change: "created" } });
		expect((await cli(`role apply -f ${file}`)).stdout).toBe("Role r created · rev 1 · 1 grant\n");
	});

	test("sends the file's own bytes", async () => {
		const bytes = Buffer.from(`\ufeff${ROLE.replaceAll("\n", "\r\n")}# the end`);
		writeFileSync(file, bytes);
		await cli(`role apply -f ${file}`);
		const [seen] = gateway.seen;
		expect([seen?.method, seen?.path, seen?.headers["content-type"]]).toEqual([
			"PUT",
			"/v1/roles/support-agent",
			"application/yaml",
		]);
		expect(seen?.body.equals(bytes)).toBe(true);
	});

	test("a .json file is sent as JSON", async () => {
		const json = join(folder, "role.json");
		writeFileSync(json, JSON.stringify(parse(ROLE), null, "\t"));
		expect((await cli(`role apply -f ${json}`)).exit).toBe(0);
		expect([gateway.seen[0]?.headers["content-type"], bodies()[0]]).toEqual(["application/json", readFileSync(json, "utf8")]);
	});

	test("reads standard input", async () => {
		expect((await cli("role apply -f -", { stdin: ROLE })).stdout).toBe("Role support-agent created · rev 1 · 2 grants\n");
	});

	test("applies a folder in order, sub-folders too, and leaves what is no role", async () => {
		mkdirSync(join(folder, "roles", "more"), { recursive: true });
		const put = (name: string, text: string) => writeFileSync(join(folder, "roles", name), text);
		put("b.yaml", named("second"));
		put("a.yml", named("first"));
		put("more/c.json", '{"kind":"Role","metadata":{"name":"third"}}');
		put("notes.txt", "not policy");
		put(".hidden.yaml", named("hidden"));
		put("test.yaml", "kind: RoleTest\nmetadata: { name: t }\n");
		const ran = await cli(`role apply -f ${folder}/roles`);
		expect(ran.stdout.match(/Role \w+/g)).toEqual(["Role first", "Role second", "Role third"]);
		expect(ran.stderr).toBe(`${folder}/roles/test.yaml:1: skipped, a RoleTest is not a role\n`);
	});

	test("splits a file with many documents at their marks, not at dashes inside a text", async () => {
		const one = "# about one\nkind: Role\nmetadata:\n  name: one\n  description: |\n    ---\n    not a mark\n";
		const two = "---\nkind: Role\nmetadata: { name: two }\n...\n";
		const three = "%YAML 1.2\n---\nkind: Role\nmetadata: { name: three }\n";
		writeFileSync(file, `${one}${two}${three}---\n# nothing here\n`);
		const ran = await cli(`role apply -f ${file}`);
		expect(ran.stdout.match(/Role \w+/g)).toEqual(["Role one", "Role two", "Role three"]);
		expect(bodies()).toEqual([one, two, three]);
	});

	test("names the server's errors by file, line and column, in the lines of the file", async () => {
		writeFileSync(file, `${named("good")}---\n${named("bad")}`);
		const errors = [
			{
				path: "guards[0].when",
				code: "unknown_operator",
				message: "unknown operator `lt3`, did you mean `lte`?",
				line: 9,
				column: 5,
			},
			{ path: "scope", code: "empty", message: "grants nothing" },
		];
		gateway.once.push(() => undefined, problem(422, "invalid_document", "2 problems", { errors }));
		const ran = await cli(`role apply -f ${file}`);
		expect(ran.exit).toBe(1);
		expect(ran.stdout).toBe("Role good created · rev 1 · 2 grants\n");
		expect(ran.stderr).toBe(
			`${file}:20:5: unknown operator \`lt3\`, did you mean \`lte\`?\n` +
				`${file}: scope: grants nothing\n` +
				"error: 1 of 2 roles not applied\n" +
				"  Put right what is named above and apply again; a role that is unchanged stays as it is.\n" +
				"  request req_2\n",
		);
	});

	test("errors are JSON for programs, what was applied is on stdout", async () => {
		writeFileSync(file, `${named("good")}---\n${named("bad")}`);
		gateway.once.push(
			() => undefined,
			problem(422, "invalid_document", "1 problem", { errors: [{ path: "a", code: "c", message: "m", line: 1, column: 2 }] }),
		);
		const ran = await cli(`role apply -f ${file} -o json`);
		expect(JSON.parse(ran.stdout)).toMatchObject([{ name: "good", change: "created" }]);
		expect(JSON.parse(ran.stderr).error).toMatchObject({
			code: "invalid_document",
			errors: [{ file, line: 12, column: 2, path: "a", code: "c", message: "m" }],
		});
	});

	test("what keeps a gateway from serving at all stops it, and what was applied is told", async () => {
		writeFileSync(file, `${named("good")}---\n${named("never")}---\n${named("neither")}`);
		gateway.once.push(() => undefined, problem(403, "missing_scope", "this key lacks the scope policy"));
		const ran = await cli(`role apply -f ${file} -o json`);
		expect([ran.exit, gateway.seen.length]).toEqual([4, 2]);
		expect(JSON.parse(ran.stdout)).toMatchObject([{ name: "good" }]);
		expect(ran.stderr).toMatch(/^Stopped: 1 of 3 roles were applied\.\n\{/);
	});

	test("prints warnings on stderr, with their place", async () => {
		const warnings = [
			{ code: "unreachable_guard", message: "guard b can never be reached", path: "guards[1]", line: 12, column: 5 },
		];
		gateway.once.push({ status: 200, body: { name: "support-agent", rev: 1, grants: 2, warnings, change: "created" } });
		const ran = await cli(`role apply -f ${file}`);
		expect(ran).toEqual({
			exit: 0,
			stdout: "Role support-agent created · rev 1 · 2 grants\n",
			stderr: `${file}:12:5: warning: guard b can never be reached\n`,
		});
	});

	test.each([
		["a syntax error", "kind: Role\nmetadata: [\n", /:\d+:\d+: .*flow/i],
		["a duplicate key", "kind: Role\nkind: Role\n", /:2:1: Map keys must be unique/],
		["a document without a name", "kind: Role\nmetadata:\n  description: x\n", /:3:3: the document has no name/],
		["a name that is another path", "kind: Role\nmetadata:\n  name: ..\n", /:3:9: the document has no name/],
		["the same role twice", `${ROLE}---\n${ROLE}`, /:12:1: role support-agent stands in .*support-agent.yaml:1 already/],
	])("%s stops everything before anything is sent", async (_name, text, message) => {
		writeFileSync(file, text);
		const ran = await cli(`role apply -f ${file}`);
		expect([ran.exit, ran.stdout, gateway.seen.length]).toEqual([1, "", 0]);
		expect(ran.stderr).toMatch(message);
		expect(ran.stderr).toContain("error: Nothing was applied\n");
		expect(ran.stderr).toContain("`hivekey role validate` tells whatever else is wrong with the file.\n");
	});

	test("a file that is not UTF-8 is not guessed at", async () => {
		writeFileSync(file, Buffer.from([0x61, 0xff, 0xfe]));
		expect((await cli(`role apply -f ${file}`)).stderr).toContain(`${file}: the file is not UTF-8 text`);
	});

	test("a hostile message from the gateway is printed escaped, on its own line", async () => {
		const errors = [{ path: "x", code: "c", message: "bad\u001b]0;x\u0007\nerror: forged", line: 1, column: 1 }];
		gateway.once.push(problem(422, "invalid_document", "x", { errors }));
		expect((await cli(`role apply -f ${file}`)).stderr).toContain(`${file}:1:1: bad\\x1b]0;x\\x07\\nerror: forged\n`);
	});

	test.each([
		["role apply -f nowhere.yaml", 1, "Cannot read nowhere.yaml: there is no such file"],
		["role apply", 2, "-f, --file <path> is missing"],
	])("%s", async (line, exit, message) => {
		const ran = await cli(line);
		expect([ran.exit, ran.stderr]).toEqual([exit, expect.stringContaining(message)]);
	});

	test("no plan is carried out that nothing keeps from overwriting others", async () => {
		gateway.roles.set("support-agent", { rev: 1, text: "" });
		const ran = await cli(`role apply -f ${file}`, { terminal: 80, answers: ["y"] });
		expect([ran.exit, ran.stdout]).toEqual([1, ""]);
		expect(ran.stderr).toContain("The answer about role support-agent came without its ETag");
		expect(gateway.seen.map((seen) => seen.method)).toEqual(["GET"]);
	});

	test("a folder without policy says so", async () => {
		mkdirSync(join(folder, "empty"));
		expect((await cli(`role apply -f ${folder}/empty`)).stderr).toContain("has no policy file in it");
	});

	test("a file without a role says so", async () => {
		writeFileSync(file, "kind: List\nmetadata: { name: l }\n");
		const ran = await cli(`role apply -f ${file}`);
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("There is no role in what was given")]);
	});
});

describe("role get and list", () => {
	test("get prints YAML that is fit to be applied, and talk on stderr", async () => {
		await cli(`role apply -f ${file}`);
		const ran = await cli("role get support-agent");
		expect(ran.stdout).toBe(
			"apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata:\n  name: support-agent\n  description: Support\n",
		);
		expect(ran.stderr).toBe("Role support-agent · rev 1 · 2 grants\n");
	});

	test("get escapes what a terminal would obey, and the YAML still means the same", async () => {
		const document = { metadata: { name: "x", description: "a\u001b[31m\u202eb", "k\u009b": ["\u{e0041}"] } };
		gateway.once.push({ status: 200, body: { name: "x", rev: 1, grants: 0, warnings: [], document } });
		const { stdout } = await cli("role get x");
		expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
		expect(parse(stdout)).toEqual(document);
	});

	test("a role that is not there points to the list", async () => {
		const ran = await cli("role get nobody");
		expect([ran.exit, ran.stdout]).toEqual([1, ""]);
		expect(ran.stderr).toContain("there is no role nobody\n  `hivekey role list` shows which roles there are.\n");
	});

	test("list reads every page", async () => {
		for (let i = 0; i < 120; i++) gateway.roles.set(`r${i}`, { rev: 1, text: "" });
		const { stdout } = await cli("role list");
		expect(stdout.split("\n").slice(0, 2)).toEqual(["NAME  REV  GRANTS  DESCRIPTION", "r0    1    2       Support"]);
		expect(JSON.parse((await cli("role list -o json")).stdout).length).toBe(120);
	});
});
