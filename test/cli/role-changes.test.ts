/** Plans, history, rollback and deletion of roles, against the real gateway. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HiveKeyAdmin } from "../../sdk/typescript/src/index.ts";
import { RealGateway } from "../sdk/real-gateway.ts";
import { type Circumstances, cliIn, freshFolder, type Ran } from "./run-cli.ts";

const ROLE = `apiVersion: policy.hivekey.ai/v1
kind: Role
metadata:
  name: support-agent
  description: First-line support
scope:
  # deny-by-default
  allow: [mail.read, mail.send]
`;
/** The same document, written in another way. */
const SAME = `{"kind": "Role", "apiVersion": "policy.hivekey.ai/v1", "timezone": "UTC", "guards": [],
"scope": {"allow": ["mail.read", "mail.send"]}, "metadata": {"description": "First-line support", "name": "support-agent"}}`;
const NARROWER = ROLE.replace(", mail.send", "");
const named = (name: string, text = ROLE) => text.replace("support-agent", name);

const gateway = new RealGateway();
let admin: HiveKeyAdmin;
let key: string;
let folder: string;
let file: string;
beforeAll(() => gateway.start(), 60_000);
beforeEach(async () => {
	({ key } = await gateway.makeWorkspace());
	admin = new HiveKeyAdmin(key, { baseUrl: gateway.url });
	folder = freshFolder();
	file = join(folder, "roles.yaml");
});

const cli = (line: string, circumstances: Circumstances = {}): Promise<Ran> =>
	cliIn(folder)(line, {
		...circumstances,
		env: { HIVEKEY_KEY: key, HIVEKEY_URL: gateway.url, NO_COLOR: "1", ...circumstances.env },
	});
/** At a terminal, with a person who types these answers. */
const typed = (line: string, ...answers: NonNullable<Circumstances["answers"]>) => cli(line, { terminal: 100, answers });
/** What stays on the screen: a line of progress is written over. */
const screen = (ran: Ran) =>
	ran.stderr.split("\r\u001b[K").reduce((shown, next) => shown.slice(0, shown.lastIndexOf("\n") + 1) + next);
const apply = (text: string, ...answers: NonNullable<Circumstances["answers"]>) => {
	writeFileSync(file, text);
	return typed(`role apply -f ${file}`, ...answers);
};

describe("the plan", () => {
	test("shows a new role whole, and applies it after a yes", async () => {
		const ran = await apply(ROLE, "y");
		expect([ran.exit, ran.stdout]).toEqual([0, "✓ Role support-agent created · rev 1 · 2 grants\n"]);
		expect(screen(ran)).toBe(`Plan for ${gateway.url}
support-agent  create
  @@ -0,0 +1,11 @@
  +apiVersion: policy.hivekey.ai/v1
  +kind: Role
  +metadata:
  +  name: support-agent
  +  description: First-line support
  +scope:
  +  allow:
  +    - mail.read
  +    - mail.send
  +timezone: UTC
  +guards: []
Apply? [y/N] y
`);
	});

	test("shows what changes, with both revisions, and lists what does not", async () => {
		await admin.roles.put("support-agent", ROLE);
		await admin.roles.put("other", named("other"));
		const ran = await apply(`${NARROWER}---\n${named("other")}`, "yes");
		expect(screen(ran)).toBe(`Plan for ${gateway.url}
support-agent  update rev 1 -> 2
  @@ -7,5 +7,4 @@
     allow:
       - mail.read
  -    - mail.send
   timezone: UTC
   guards: []
other  unchanged rev 1
Apply? [y/N] yes
`);
		expect(ran.stdout).toBe("✓ Role support-agent updated · rev 2 · 1 grant\n✓ Role other unchanged · rev 1 · 2 grants\n");
	});

	test("has colours on a terminal", async () => {
		await admin.roles.put("support-agent", ROLE);
		writeFileSync(file, NARROWER);
		const ran = await cli(`role apply -f ${file}`, { terminal: 100, answers: ["n"], env: { NO_COLOR: "" } });
		expect(ran.stderr).toContain("\u001b[31m  -    - mail.send\u001b[39m");
	});

	test.each([["n"], [""], ["yess"], [null]])("%j leaves everything as it is", async (answer) => {
		await admin.roles.put("support-agent", ROLE);
		const ran = await apply(NARROWER, answer);
		expect([ran.exit, ran.stdout]).toEqual([1, ""]);
		expect(ran.stderr).toContain("error: Nothing was changed\n");
		expect((await admin.roles.get("support-agent")).rev).toBe(1);
	});

	test("asks nothing where nothing changes, however the file is written", async () => {
		await admin.roles.put("support-agent", ROLE);
		for (const text of [ROLE, SAME, `# a comment\n${ROLE}`]) {
			const ran = await apply(text);
			expect([ran.exit, ran.stdout, screen(ran)]).toEqual([0, "✓ Role support-agent unchanged · rev 1 · 2 grants\n", ""]);
		}
	});

	test("asks before patterns are matched again", async () => {
		const pattern = ROLE.replace("[mail.read, mail.send]", '["mail.*"]');
		await admin.roles.put("support-agent", pattern);
		const ran = await apply(pattern, "y");
		expect(screen(ran)).toContain("support-agent  unchanged rev 1, its patterns matched again with the actions there are now\n");
		expect(ran.stdout).toBe("✓ Role support-agent unchanged · rev 1 · 2 grants\n");
	});

	test("a change that somebody makes while it is looked at is not overwritten", async () => {
		await admin.roles.put("support-agent", ROLE);
		const ran = await apply(NARROWER, async () => {
			await admin.roles.patch("support-agent", { metadata: { description: "theirs" } });
			return "y";
		});
		expect([ran.exit, ran.stdout]).toEqual([1, ""]);
		expect(ran.stderr).toContain(
			"error: Role support-agent was changed by somebody else meanwhile; it stays as they left it\n" +
				"  Run the command again: it shows what has changed since.\n",
		);
		expect((await admin.roles.get("support-agent")).document.metadata).toMatchObject({ description: "theirs" });
	});

	test("a role that somebody makes while it is looked at is not overwritten", async () => {
		const ran = await apply(`${named("first")}---\n${NARROWER}`, async () => {
			await admin.roles.put("support-agent", ROLE);
			return "y";
		});
		expect([ran.exit, ran.stdout]).toEqual([1, "✓ Role first created · rev 1 · 2 grants\n"]);
		expect(ran.stderr).toContain("Stopped: 1 of 2 roles were applied.\n");
		expect((await admin.roles.get("support-agent")).grants).toBe(2);
	});

	test("nothing is asked or sent while a file is not valid", async () => {
		const bad = ROLE.replace("scope:", "scopes:");
		const ran = await apply(`${named("good")}---\n${bad}`);
		expect([ran.exit, ran.stdout]).toEqual([1, ""]);
		expect(ran.stderr).toContain(`${file}:15:1: unknown key \`scopes\`, did you mean \`scope\`?\n`);
		expect(ran.stderr).toContain("error: Nothing was applied\n");
		expect((await admin.roles.list()).items).toEqual([]);
	});

	test("is left out with --yes, and in a script", async () => {
		await apply(ROLE, "y");
		writeFileSync(file, NARROWER);
		expect(await typed(`role apply -f ${file} --yes`)).toMatchObject({ exit: 0, stderr: "" });
		writeFileSync(file, ROLE);
		expect(await cli(`role apply -f ${file}`, { answers: [] })).toEqual({
			exit: 0,
			stdout: "Role support-agent updated · rev 3 · 2 grants\n",
			stderr: "",
		});
		expect((await cli("role apply -f -", { terminal: 80, stdin: NARROWER })).stdout).toContain("updated · rev 4");
	});

	test("of many roles tells how far it is, on a line that goes away", async () => {
		const many = Array.from({ length: 20 }, (_, at) => named(`role-${at}`)).join("---\n");
		const ran = await apply(many, "y");
		expect(ran.stderr).toContain("\r\u001b[KComparing role 20 of 20 …");
		expect(ran.stderr).toContain("\r\u001b[KApplying role 20 of 20 …\r\u001b[K");
		expect(ran.stdout.match(/created/g)?.length).toBe(20);
		writeFileSync(file, many);
		expect((await cli(`role apply -f ${file}`)).stderr).toBe("");
	});

	test("goes to standard error, and JSON is JSON", async () => {
		writeFileSync(file, ROLE);
		const ran = await typed(`role apply -f ${file} -o json`, "y");
		expect(JSON.parse(ran.stdout)).toMatchObject([{ name: "support-agent", change: "created", rev: 1 }]);
		expect(Object.keys(JSON.parse(ran.stdout)[0])).not.toContain("etag");
	});
});

describe("history and rollback", () => {
	beforeEach(async () => {
		await admin.roles.put("support-agent", ROLE);
		await admin.roles.put("support-agent", NARROWER);
	});

	test("history lists revisions, the newest first, with the key that made them", async () => {
		const ran = await cli("role history support-agent");
		const keyId = (await admin.whoami()).key.id;
		expect(ran.stdout.split("\n").map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, "TIME").split(/ {2,}/))).toEqual([
			["REV", "CHANGED", "BY", "GRANTS", "IN FORCE"],
			["2", "TIME", keyId, "1", "yes"],
			["1", "TIME", keyId, "2"],
			[""],
		]);
		const revisions = JSON.parse((await cli("role history support-agent -o json")).stdout);
		expect(revisions[1]).toMatchObject({ rev: 1, in_force: false, document: { scope: { allow: ["mail.read", "mail.send"] } } });
		expect(await cli("role history nobody")).toMatchObject({ exit: 1, stdout: "" });
	});

	test("rollback makes the earlier document a new revision", async () => {
		expect((await cli("role rollback support-agent --to 1")).stdout).toBe(
			"Role support-agent rolled back to rev 1 · rev 3 · 2 grants\n",
		);
		expect((await cli("role rollback support-agent --to 3")).stdout).toBe("Role support-agent unchanged · rev 3 · 2 grants\n");
	});

	test("rollback shows the difference on a terminal, and asks", async () => {
		const no = await typed("role rollback support-agent --to 1", "n");
		expect([no.exit, no.stdout]).toEqual([1, ""]);
		expect(no.stderr).toContain("  +    - mail.send\n");
		expect(no.stderr).toContain("Roll role support-agent back to rev 1 (rev 2 -> 3)? [y/N] ");
		expect((await typed("role rollback support-agent --to 1", "y")).stdout).toContain("· rev 3 · 2 grants");
		expect(await typed("role rollback support-agent --to 2 --yes")).toMatchObject({ exit: 0, stderr: "" });
	});

	test("rollback does not overwrite what somebody did while it was looked at", async () => {
		const ran = await typed("role rollback support-agent --to 1", async () => {
			await admin.roles.patch("support-agent", { metadata: { description: "theirs" } });
			return "y";
		});
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("was changed by somebody else meanwhile")]);
	});

	test("a revision that never was is told, at a terminal and in a script", async () => {
		expect((await typed("role rollback support-agent --to 9")).stderr).toContain("Role support-agent has no revision 9\n");
		expect((await cli("role rollback support-agent --to 9")).stderr).toContain("role support-agent has no revision 9\n");
	});

	test("a role that was deleted comes back", async () => {
		await admin.roles.delete("support-agent");
		const ran = await typed("role rollback support-agent --to 1", "y");
		expect(ran.stderr).toContain("Roll role support-agent back to rev 1 (which was deleted)? [y/N] ");
		expect(ran.stdout).toBe("✓ Role support-agent rolled back to rev 1 · rev 3 · 2 grants\n");
	});
});

describe("role delete", () => {
	beforeEach(() => admin.roles.put("support-agent", ROLE));

	test("asks on a terminal, not in a script", async () => {
		const no = await typed("role delete support-agent", "n");
		expect([no.exit, no.stderr]).toEqual([1, expect.stringContaining("Delete role support-agent (rev 1 · 2 grants)? [y/N] ")]);
		expect((await typed("role delete support-agent", "y")).stdout).toBe("✓ Role support-agent deleted\n");
		await admin.roles.put("support-agent", ROLE);
		expect(JSON.parse((await cli("role delete support-agent -o json")).stdout)).toEqual({ name: "support-agent", deleted: true });
		expect(await cli("role delete support-agent")).toMatchObject({ exit: 1, stdout: "" });
	});

	test("is refused while agents use it, and names them", async () => {
		await admin.agents.create({ name: "helpdesk-bot", role: "support-agent" });
		const ran = await cli("role delete support-agent");
		expect([ran.exit, ran.stdout]).toEqual([1, ""]);
		expect(ran.stderr).toMatch(/agents still use this role: helpdesk-bot\..*\n {2}`hivekey agent set-role NAME ROLE`/);
	});
});
