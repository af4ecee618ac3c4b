/** What a change of a role would allow: `role diff`, `role apply --dry-run` and `--no-widen`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ADMIN_KEY, ContractGateway, problem } from "../sdk/contract-gateway.ts";
import { mailRole } from "../support/roles.ts";
import { type Circumstances, cliIn, freshFolder } from "./run-cli.ts";

const gateway = new ContractGateway();
let folder: string;
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(() => {
	gateway.seen.length = 0;
	gateway.once.length = 0;
	gateway.roles.clear();
	folder = freshFolder();
});

const cli = (line: string, circumstances: Circumstances = {}) =>
	cliIn(folder)(line, { ...circumstances, env: { HIVEKEY_KEY: ADMIN_KEY, HIVEKEY_URL: gateway.url, ...circumstances.env } });
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const guard = (when: string) => `- { id: g, action: mail.send, when: { ${when} }, effect: allow, otherwise: deny }`;
const role = (when: string, name = "support-agent") => mailRole(name, guard(when));
const sent = () => gateway.seen.map(({ method, path, query }) => `${method} ${path}${query.size > 0 ? `?${query}` : ""}`);

const WIDENS = {
	result: "widens",
	reasons: [
		{ action: "mail.send", guard: "g", why: "guard g is gone", sure: true },
		{ action: "mail.send", guard: "h", why: "guard h: nobody can tell", sure: false },
	],
};

describe("role diff OLD NEW", () => {
	test("that widens says with what, and exits 1; no network is used", async () => {
		write("old.yaml", role("field: to.domain, in: [acme.com]"));
		write("new.yaml", role("field: to.domain, in: [acme.com, gmail.com]"));
		expect(await cli("role diff old.yaml new.yaml")).toEqual({
			exit: 1,
			stdout:
				"Role support-agent widens\n" +
				"  + mail.send: guard g: to.domain in gains gmail.com; mail.send with to=someone@gmail.com: denied before, allowed now\n",
			stderr: "error: 1 of 1 role may allow more\n  See above what; whether that is meant is yours to say.\n",
		});
		expect(gateway.seen).toEqual([]);
	});

	test("that does not widen says so, and exits 0", async () => {
		write("old.yaml", role("field: to.domain, in: [acme.com, gmail.com]"));
		write("new.yaml", role("field: to.domain, in: [acme.com]", "other-name"));
		expect(await cli("role diff old.yaml new.yaml")).toEqual({ exit: 0, stdout: "Role other-name does not widen\n", stderr: "" });
	});

	test("of which nobody can tell says why, and exits 1", async () => {
		write("old.yaml", role("field: subject, matches: '^a+$'"));
		write("new.yaml", role("field: subject, matches: '^(a)+$'"));
		const ran = await cli("role diff old.yaml new.yaml");
		expect([ran.exit, ran.stdout]).toEqual([
			1,
			"Role support-agent cannot tell whether it widens\n" +
				"  ? mail.send: guard g: subject matches ^a+$ -> ^(a)+$; nobody can tell whether more passes\n",
		]);
	});

	test("of folders goes by name, lists beside the roles; what is new grants, what is gone does not widen", async () => {
		for (const side of ["old", "new"]) mkdirSync(join(folder, side));
		const list = (items: string) =>
			`apiVersion: policy.hivekey.ai/v1\nkind: List\nmetadata: { name: partners }\nitems: [${items}]\n`;
		const listed = role("field: to.domain, in: { list: partners }", "a");
		write("old/a.yaml", `${listed}---\n${list("acme.com, b.com")}`);
		write("new/a.yaml", `${listed}---\n${list("acme.com")}`);
		write("old/gone.yaml", mailRole("gone"));
		write("new/fresh.yaml", mailRole("fresh"));
		const ran = await cli("role diff old new -o json");
		expect([ran.exit, JSON.parse(ran.stdout)]).toEqual([
			1,
			[
				{ name: "a", change: "unchanged", comparison: { result: "does_not_widen", reasons: [] } },
				{
					name: "fresh",
					change: "created",
					comparison: {
						result: "widens",
						reasons: ["mail.read", "mail.send"].map((action) => ({ action, guard: null, why: `grants ${action}`, sure: true })),
					},
				},
				{ name: "gone", change: "deleted", comparison: { result: "does_not_widen", reasons: [] } },
			],
		]);
		expect((await cli("role diff new old -o json")).stdout).toContain(
			"guard g: to.domain in gains b.com; mail.send with to=someone@b.com: denied before",
		);
	});

	test.each([
		["role diff", 2, "Nothing to compare with"],
		["role diff old.yaml", 2, "Nothing to compare with"],
		["role diff old.yaml -f new.yaml", 2, "-f compares with the gateway, two files with each other"],
		["role diff old.yaml nowhere.yaml", 1, "Cannot read nowhere.yaml"],
		["role diff old.yaml bad.yaml", 1, "unknown operator `inn`, did you mean `in`?"],
	])("%s", async (line, exit, message) => {
		write("old.yaml", mailRole("r"));
		write("bad.yaml", role("field: to.domain, inn: [a.com]"));
		const ran = await cli(line);
		expect([ran.exit, ran.stdout, ran.stderr]).toEqual([exit, "", expect.stringContaining(message)]);
	});
});

describe("role diff -f", () => {
	test("asks the gateway, which changes nothing", async () => {
		write("role.yaml", mailRole("support-agent"));
		gateway.once.push({
			status: 200,
			body: { name: "support-agent", rev: 2, grants: 2, warnings: [], change: "updated", comparison: WIDENS },
		});
		const ran = await cli("role diff -f role.yaml");
		expect([ran.exit, ran.stdout]).toEqual([
			1,
			"Role support-agent widens\n  + mail.send: guard g is gone\n  ? mail.send: guard h: nobody can tell\n",
		]);
		expect(sent()).toEqual(["PUT /v1/roles/support-agent?dry_run=true"]);
	});

	test("cannot tell what a gateway does not say", async () => {
		write("role.yaml", mailRole("support-agent"));
		gateway.once.push({ status: 200, body: { name: "support-agent", rev: 2, grants: 2, warnings: [], change: "updated" } });
		expect((await cli("role diff -f role.yaml")).exit).toBe(1);
	});
});

describe("role apply --dry-run", () => {
	test("prints the plan, what it widens and the warnings, asks nothing and exits 0", async () => {
		write("role.yaml", mailRole("support-agent"));
		const document = { metadata: { name: "support-agent" }, guards: [] };
		const before = { ...document, guards: [{ id: "g" }] };
		const warnings = [{ code: "x", message: "look at this", path: "guards", line: 9, column: 1 }];
		gateway.once.push(
			{
				status: 200,
				body: { name: "support-agent", rev: 3, grants: 2, warnings, document, change: "updated", comparison: WIDENS },
			},
			{
				status: 200,
				headers: { etag: '"2-a"' },
				body: { name: "support-agent", rev: 2, grants: 2, warnings: [], document: before },
			},
		);
		const ran = await cli("role apply -f role.yaml --dry-run", { terminal: 80, answers: [], env: { NO_COLOR: "1" } });
		expect(ran).toEqual({
			exit: 0,
			stdout:
				"support-agent  update rev 2 -> 3\n  @@ -1,4 +1,3 @@\n   metadata:\n     name: support-agent\n  -guards:\n  -  - id: g\n  +guards: []\n" +
				"  widens\n    + mail.send: guard g is gone\n    ? mail.send: guard h: nobody can tell\n",
			stderr: "role.yaml:9:1: warning: look at this\n",
		});
		expect(sent()).toEqual(["PUT /v1/roles/support-agent?dry_run=true", "GET /v1/roles/support-agent"]);
	});

	test("has the gateway's answers as JSON", async () => {
		write("role.yaml", mailRole("support-agent"));
		gateway.once.push({
			status: 200,
			body: { name: "support-agent", rev: 1, grants: 2, warnings: [], change: "created", comparison: WIDENS },
		});
		const ran = await cli("role apply -f role.yaml --dry-run -o json");
		expect([ran.exit, JSON.parse(ran.stdout)]).toMatchObject([0, [{ change: "created", comparison: WIDENS }]]);
	});
});

describe("role apply --no-widen", () => {
	test("names what would widen, applies the rest and exits 3", async () => {
		write("roles.yaml", `${mailRole("wider")}---\n${mailRole("narrower")}`);
		const errors = [{ path: "mail.send", code: "widens", message: "guard g is gone" }];
		gateway.once.push(problem(409, "would_widen", "the role would allow more than the one in force", { errors }));
		const ran = await cli("role apply -f roles.yaml --no-widen");
		expect(ran).toEqual({
			exit: 3,
			stdout: "Role narrower created · rev 1 · 2 grants\n",
			stderr:
				"roles.yaml:1:1: mail.send: guard g is gone\nerror: 1 of 2 roles not applied\n" +
				"  They would allow more than now, or nobody can tell. If that is meant, apply them without --no-widen.\n  request req_1\n",
		});
		expect(sent()).toEqual(["PUT /v1/roles/wider?no_widen=true", "PUT /v1/roles/narrower?no_widen=true"]);
	});

	test("left out asks for nothing", async () => {
		write("role.yaml", mailRole("support-agent"));
		await cli("role apply -f role.yaml");
		expect(sent()).toEqual(["PUT /v1/roles/support-agent"]);
	});
});
