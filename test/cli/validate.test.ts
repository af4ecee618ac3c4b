import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { type Circumstances, cliIn, freshFolder } from "./run-cli.ts";

const ROLE = `apiVersion: policy.hivekey.ai/v1
kind: Role
metadata: { name: support-agent }
scope: { allow: [mail.read] }
guards:
  - id: cap
    action: mail.read
    when: { field: rate.per_day, lte: 5 }
`;
let folder: string;
let file: string;
beforeEach(() => {
	folder = freshFolder();
	file = join(folder, "role.yaml");
});
/** Nothing listens there: it must not be asked. */
const env = { HIVEKEY_URL: "http://127.0.0.1:1" };
const validate = (text: string | Uint8Array, more = "") => {
	writeFileSync(file, text);
	return cliIn(folder)(`role validate ${file}${more}`, { env });
};
const cli = (line: string, circumstances: Circumstances = {}) => cliIn(folder)(line, { env, ...circumstances });

test("says which roles are valid, without a gateway and without a key", async () => {
	expect(await validate(ROLE)).toEqual({ exit: 0, stdout: `Role support-agent is valid · ${file}\n`, stderr: "" });
	expect((await cli("role validate -", { stdin: ROLE })).stdout).toBe("Role support-agent is valid · stdin\n");
});

test("names everything that is wrong at once, in the lines of the file", async () => {
	const bad = ROLE.replace("support-agent", "bad").replace("lte", "lt3").replace("scope:", "scopes:");
	const ran = await validate(`${ROLE}---\n${bad}`);
	expect([ran.exit, ran.stdout]).toEqual([1, `Role support-agent is valid · ${file}\n`]);
	expect(ran.stderr).toContain(`${file}:13:1: unknown key \`scopes\`, did you mean \`scope\`?\n`);
	expect(ran.stderr).toMatch(new RegExp(`${file}:17:\\d+: unknown operator .lt3., did you mean .lte.\\?\n`));
	expect(ran.stderr).toMatch(/error: \d problems\n {2}Put right what is named above\.\n$/);
});

test("names what reading finds and what only compiling finds in one go", async () => {
	const ran = await validate(ROLE.replace("scope:", "note: x\nscope:").replace("rate.per_day", "to.domian"));
	expect(ran.exit).toBe(1);
	expect(ran.stderr.match(/unknown (key|field) `[^`]+`/g)).toEqual(["unknown key `note`", "unknown field `to.domian`"]);
});

test.each([
	["a syntax error", "kind: Role\nmetadata: [\n", /:\d+:\d+: /],
	["a duplicate key", `${ROLE}kind: Role\n`, /:9:1: the key .kind. stands twice/],
	["no name", "apiVersion: policy.hivekey.ai/v1\nkind: Role\n", /: the key `metadata` is missing here/],
	["no UTF-8", new Uint8Array([0x61, 0xff]), /the file is not UTF-8/],
	["too large a file", `${ROLE}#${"x".repeat(270_000)}`, /at most 262144/],
	["the same role twice", `${ROLE}---\n${ROLE}`, /:12:19: role support-agent stands in .*role.yaml:1 already/],
	["a field that the action does not have", ROLE.replace("rate.per_day", "sender"), /:8:\d+: .*`sender`/],
	["a kind that there is not", ROLE.replace("kind: Role", "kind: Roles"), /:2:7: unknown kind `Roles`, did you mean `Role`\?/],
])("%s is a problem with its place", async (_name, text, message) => {
	const ran = await validate(text);
	expect([ran.exit, ran.stderr]).toEqual([1, expect.stringMatching(message)]);
});

test("takes many files and folders, and every kind that it can look into", async () => {
	mkdirSync(join(folder, "sub"));
	writeFileSync(join(folder, "sub", "a.json"), JSON.stringify({ kind: "Role", metadata: { name: "a" } }));
	writeFileSync(
		join(folder, "sub", "l.yaml"),
		"apiVersion: policy.hivekey.ai/v1\nkind: List\nmetadata: { name: l }\nitems: [a]\n",
	);
	writeFileSync(join(folder, "sub", "t.yaml"), "kind: RoleTest\nmetadata: { name: t }\n---\nkind: Sink\nchart: 1\n");
	const ran = await validate(ROLE, ` ${folder}/sub`);
	expect([ran.exit, ran.stdout]).toEqual([1, `Role support-agent is valid · ${file}\nList l is valid · ${folder}/sub/l.yaml\n`]);
	expect(ran.stderr).toContain("t.yaml:5:1: unknown key `chart`, did you mean `chat`?\n");
	expect(ran.stderr).toContain("t.yaml:1:1: the key `cases` is missing here\n");
	expect(ran.stderr).toContain(`${folder}/sub/a.json:1:`);
});

test("a role is checked against the actions of the connectors among the files", async () => {
	const connector = join(folder, "crm.yaml");
	writeFileSync(
		connector,
		"apiVersion: policy.hivekey.ai/v1\nkind: Connector\nmetadata: { name: crm }\nhttp: { base_url: https://crm.example }\n" +
			"actions:\n  - { name: crm.deal.get, method: GET, path: '/deals/{id}', input: { type: object, properties: { id: { type: integer } } } }\n",
	);
	const role = ROLE.replace("[mail.read]", "[crm.deal.get]").replace(
		/guards:[\s\S]*$/,
		"guards:\n  - { id: small, action: crm.deal.get, when: { field: idd, lt: 5 } }\n",
	);
	const ran = await validate(role, ` ${connector}`);
	expect([ran.exit, ran.stdout]).toEqual([1, `Connector crm is valid · ${connector}\n`]);
	expect(ran.stderr).toContain("unknown field `idd` of crm.deal.get, did you mean `id`?");
});

test("what works and should be looked at is a warning", async () => {
	const ran = await validate(ROLE.replace("[mail.read]", "[mail.read, mail.sned]"));
	expect([ran.exit, ran.stdout]).toEqual([0, `Role support-agent is valid · ${file}\n`]);
	expect(ran.stderr).toBe(`${file}:4:29: warning: no connector defines \`mail.sned\` now, did you mean \`mail.send\`?\n`);
});

test("is JSON for programs", async () => {
	const bad = await validate(ROLE.replace("lte", "lt3"), " -o json");
	expect(JSON.parse(bad.stdout)).toEqual([{ file, kind: "Role", name: "support-agent", valid: false, warnings: [] }]);
	expect(JSON.parse(bad.stderr).error).toMatchObject({ code: "invalid_document", errors: [{ file, line: 8 }] });
	const good = await validate(ROLE.replace("[mail.read]", "[mail.read, a.b]"), " -o json");
	expect(JSON.parse(good.stdout)).toMatchObject([
		{ kind: "Role", name: "support-agent", valid: true, warnings: [{ code: "unknown_action", file, line: 4 }] },
	]);
});

test("a file with nothing to look into, and no file at all", async () => {
	expect((await validate("# nothing\n")).stderr).toContain("role.yaml:1:1: the file has no document in it\n");
	expect((await cli("role validate")).exit).toBe(2);
	expect((await cli("role validate nowhere.yaml")).stderr).toContain("Cannot read nowhere.yaml");
});

test("dots are paths for it", async () => {
	writeFileSync(file, ROLE);
	expect((await cli("role validate .")).stdout).toBe("Role support-agent is valid · role.yaml\n");
	expect((await cli("role get .")).stderr).toContain("names nothing");
});
