/** `hivekey list …`, against the real gateway. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HiveKeyAdmin } from "../../sdk/typescript/src/index.ts";
import { RealGateway } from "../sdk/real-gateway.ts";
import { type Circumstances, cliIn, freshFolder, type Ran } from "./run-cli.ts";

const PARTNERS = `apiVersion: policy.hivekey.ai/v1
kind: List
metadata:
  name: partners
  description: Whom we trust
items:
  - acme.com
  - b.example
`;
const ROLE = `apiVersion: policy.hivekey.ai/v1
kind: Role
metadata: { name: support-agent }
scope: { allow: [mail.send] }
guards:
  - { id: partners-only, action: mail.send, when: { field: to.domain, in: { list: partners } } }
`;

const gateway = new RealGateway();
let admin: HiveKeyAdmin;
let key: string;
let folder: string;
beforeAll(() => gateway.start(), 60_000);
beforeEach(async () => {
	({ key } = await gateway.makeWorkspace());
	admin = new HiveKeyAdmin(key, { baseUrl: gateway.url });
	folder = freshFolder();
});

const cli = (line: string | string[], circumstances: Circumstances = {}): Promise<Ran> =>
	cliIn(folder)(line, {
		...circumstances,
		env: { HIVEKEY_KEY: key, HIVEKEY_URL: gateway.url, NO_COLOR: "1", ...circumstances.env },
	});
/** At a terminal of 80 columns, with a person who types these answers. */
const typed = (line: string, ...answers: NonNullable<Circumstances["answers"]>) => cli(line, { terminal: 80, answers });
const screen = (ran: Ran) =>
	ran.stderr.split("\r\u001b[K").reduce((shown, next) => shown.slice(0, shown.lastIndexOf("\n") + 1) + next);
const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);
const itemsOf = async (name: string) => (await admin.lists.get(name)).items;

describe("list apply", () => {
	test("applies List documents, .txt files and folders, and skips what is no list", async () => {
		mkdirSync(join(folder, "policies"));
		write("policies/all.yaml", `${PARTNERS}---\n${ROLE}---\n${PARTNERS.replace("partners", "friends")}`);
		write("policies/blocked.txt", "# nobody\neve@gmail.com\r\n\r\nmallory@gmail.com\n");
		const ran = await cli("list apply -f policies");
		expect([ran.exit, ran.stderr]).toEqual([0, "policies/all.yaml:10: skipped, a Role is not a list\n"]);
		expect(ran.stdout).toBe("List partners created · 2 items\nList friends created · 2 items\nList blocked created · 2 items\n");
		expect(await itemsOf("blocked")).toEqual(["eve@gmail.com", "mallory@gmail.com"]);
		expect((await admin.lists.get("partners")).description).toBe("Whom we trust");
		expect((await cli("list apply -f policies")).stdout).toMatch(/^List partners unchanged · 2 items\n/);
		expect((await cli("role apply -f policies")).stderr).toContain("policies/all.yaml:1: skipped, a List is not a role\n");
	});

	test("takes standard input, as a document or as text with a name", async () => {
		expect((await cli("list apply -f -", { stdin: PARTNERS })).stdout).toBe("List partners created · 2 items\n");
		const text = await cli("list apply -f - --name customers", { stdin: "a.example\na.example\n" });
		expect(text.stdout).toBe("List customers created · 1 item\n");
		write("export.txt", "c.example\n");
		expect((await cli("list apply -f export.txt --name customers")).stdout).toBe("List customers updated · 1 item\n");
		expect(await itemsOf("customers")).toEqual(["c.example"]);
	});

	test("names the roles that the list is in force in, also as JSON", async () => {
		await admin.lists.apply("partners", ["acme.com"]);
		await admin.roles.put("support-agent", ROLE);
		const ran = await cli("list apply -f -", { stdin: PARTNERS });
		expect(ran.stdout).toBe("List partners updated · 2 items · in force in support-agent rev 2\n");
		const json = JSON.parse((await cli("list apply -f - -o json", { stdin: PARTNERS })).stdout);
		expect(json).toMatchObject([{ name: "partners", change: "unchanged", roles: [{ name: "support-agent", rev: 2 }] }]);
		expect(Object.keys(json[0])).not.toContain("request_id");
	});

	test("says which role the items do not fit, and goes on with the other lists", async () => {
		await admin.lists.apply("partners", ["acme.com"]);
		await admin.roles.put("support-agent", ROLE);
		write("partners.txt", "acme.com\nno domain\n");
		write("other.txt", "no domain\n");
		const ran = await cli("list apply -f partners.txt -f other.txt");
		expect([ran.exit, ran.stdout]).toEqual([1, "List other created · 1 item\n"]);
		expect(ran.stderr).toMatch(
			/^partners\.txt: role support-agent: the list `partners` does not fit here, item 2: .*\nerror: 1 of 2 lists not applied\n/,
		);
		expect(await itemsOf("partners")).toEqual(["acme.com"]);
	});

	test.each<[string, string, string | Uint8Array, string]>([
		["a document with mistakes", "a.yaml", `${PARTNERS}extra: 1\nitem: 2\n`, "a.yaml:9:1: unknown key `extra`"],
		["a list twice", "a.yaml", `${PARTNERS}---\n${PARTNERS}`, "a.yaml:10:1: list partners stands in a.yaml:1 already"],
		["an empty list", "a.yaml", PARTNERS.replace(/items:[\s\S]*/, "items: []\n"), "a.yaml:6:8: this may not be empty"],
		["text without an item", "a.txt", "# nothing\n", "a.txt: the file has no items: put one on each line"],
		["text that is not UTF-8", "a.txt", new Uint8Array([0x61, 0xff]), "a.txt: the file is not UTF-8 text"],
		["YAML that is not UTF-8", "a.yaml", new Uint8Array([0x61, 0xff]), "a.yaml:1:1: the file is not UTF-8"],
		["too many items", "a.txt", "x\n".repeat(100_001), "a.txt: a list has at most 100000 items"],
		[
			"a name that is none",
			"My List.txt",
			"a\n",
			'My List.txt: "My List" is no name of a list: a list\'s name has lower-case letters',
		],
		["text in a file of another name", "a.yaml", "a.example\nb.example\n", "a.yaml:1:1: this is no document; for text with"],
		["no list at all", "a.yaml", ROLE, "error: There is no list in what was given"],
	])("sends nothing of %s", async (_what, name, content, words) => {
		write(name, content);
		write("good.txt", "x\n");
		const ran = await cli(["list", "apply", "-f", name, ...(name === "a.yaml" && content === ROLE ? [] : ["-f", "good.txt"])]);
		expect([ran.exit, ran.stdout]).toEqual([1, ""]);
		expect(ran.stderr).toContain(words);
		expect((await admin.lists.list()).items).toEqual([]);
	});

	test("text on standard input without a name says how to give it one", async () => {
		const ran = await cli("list apply -f -", { stdin: "a.example\nb.example\n" });
		expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("one item a line say the list's name with --name\n")]);
	});

	test("--name with a document or with several files is a usage error", async () => {
		write("a.yaml", PARTNERS);
		write("a.txt", "x\n");
		for (const line of ["list apply -f a.yaml --name x", "list apply -f a.txt -f - --name x"])
			expect(await cli(line)).toMatchObject({ exit: 2, stderr: expect.stringContaining("--name goes with standard input") });
	});
});

describe("the plan", () => {
	test("shows a new list, its first items, and how many more", async () => {
		write("blocked.txt", Array.from({ length: 1_206 }, (_, i) => `user-${i}@gmail.com`).join("\n"));
		const ran = await typed("list apply -f blocked.txt", "y");
		expect(screen(ran)).toBe(`Plan for ${gateway.url}
blocked  create · 1,206 items
  +user-0@gmail.com
  +user-1@gmail.com
  +user-2@gmail.com
  +user-3@gmail.com
  +user-4@gmail.com
  + … and 1,201 more
Apply? [y/N] y
`);
		expect(ran.stdout).toBe("✓ List blocked created · 1,206 items\n");
	});

	test("shows what is added and removed, and in which roles", async () => {
		await admin.lists.apply("partners", ["acme.com", "old.example", "b.example"], { description: "Whom we trust" });
		await admin.roles.put("support-agent", ROLE);
		write("partners.yaml", `${PARTNERS}  - ${"long.".repeat(30)}example\n`);
		const declined = await typed("list apply -f partners.yaml", "n");
		expect([declined.exit, screen(declined)]).toEqual([
			1,
			`Plan for ${gateway.url}
partners  update · 3 items -> 3 items
  +${"long.".repeat(15)}l…
  -old.example
  in force at once in support-agent
Apply? [y/N] n
error: Nothing was changed
  You answered no. \`--yes\` answers beforehand.
`,
		]);
		expect((await itemsOf("partners")).length).toBe(3);
		for (const line of screen(declined).split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
	});

	test("asks nothing where nothing changes, and says so where only the order does", async () => {
		await admin.lists.apply("partners", ["acme.com", "b.example"], { description: "Whom we trust" });
		const line = "list apply -f partners.yaml";
		write("partners.yaml", PARTNERS);
		expect(await typed(line)).toMatchObject({ exit: 0, stdout: "✓ List partners unchanged · 2 items\n", stderr: "" });
		await admin.lists.apply("partners", ["b.example", "acme.com"], { description: "Whom we trust" });
		expect(screen(await typed(line, "y"))).toContain("  the same items, in another order or with another description\n");
	});
});

describe("list list, show and delete", () => {
	test("list shows all lists, or how to make one", async () => {
		expect((await cli("list list")).stderr).toBe("There are no lists yet. Apply one: hivekey list apply -f blocked.txt\n");
		await admin.lists.apply("partners", ["acme.com"], { description: "Whom we trust" });
		const today = new Date().toISOString().slice(0, 10);
		expect((await cli("list list")).stdout).toBe(
			`NAME      ITEMS  CHANGED     DESCRIPTION\npartners  1      ${today}  Whom we trust\n`,
		);
		expect(JSON.parse((await cli("list list -o json")).stdout)).toMatchObject([{ name: "partners", count: 1 }]);
	});

	test("show prints items that can be applied again, and no escape sequence that one holds", async () => {
		await admin.lists.apply("mixed", ["acme.com", 7, true, "a\u001b[31mb"]);
		const ran = await cli("list show mixed");
		expect(ran.stdout).toBe("acme.com\n7\ntrue\na\\x1b[31mb\n");
		expect(ran.stderr).toMatch(/^List mixed · 4 items · changed \d{4}-\d\d-\d\d by key_\w+\n$/);
		const json = JSON.parse((await cli("list show mixed -o json")).stdout);
		expect(json).toMatchObject({ name: "mixed", items: ["acme.com", 7, true, "a\u001b[31mb"] });
		const many = Array.from({ length: 100_000 }, (_, i) => `customer-${i}.example`);
		await admin.lists.apply("many", many);
		expect((await cli("list show many")).stdout).toBe(`${many.join("\n")}\n`);
	});

	test("show and delete of a list that is not there say where to look", async () => {
		for (const verb of ["show", "delete"]) {
			const ran = await cli(`list ${verb} nothing`);
			expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("`hivekey list list` shows which lists there are.")]);
		}
	});

	test("delete asks, and is refused while a role takes the list", async () => {
		await admin.lists.apply("partners", ["acme.com"]);
		await admin.roles.put("support-agent", ROLE);
		const refused = await cli("list delete partners");
		expect([refused.exit, refused.stderr]).toEqual([1, expect.stringContaining("roles still take this list: support-agent")]);
		await admin.roles.delete("support-agent");
		const declined = await typed("list delete partners", "");
		expect([declined.exit, declined.stderr]).toEqual([1, expect.stringContaining("Delete list partners (1 item)? [y/N] ")]);
		expect((await typed("list delete partners", "y")).stdout).toBe("✓ List partners deleted\n");
		await admin.lists.apply("partners", ["acme.com"]);
		expect(JSON.parse((await cli("list delete partners --yes -o json")).stdout)).toEqual({ name: "partners", deleted: true });
		expect((await admin.lists.list()).items).toEqual([]);
	});
});
