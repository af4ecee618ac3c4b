import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { cliIn, freshFolder } from "./run-cli.ts";

const FILES = [
	"hivekey/support-agent.yaml",
	"hivekey/support-agent.test.yaml",
	"hivekey/.schema/policy.schema.json",
	".github/workflows/hivekey.yml",
];
let folder: string;
let cli: ReturnType<typeof cliIn>;
beforeEach(() => {
	folder = freshFolder();
	cli = cliIn(folder);
});
const read = (path: string) => readFileSync(join(folder, path), "utf8");

test("writes a role, its test and a workflow, and says how to go on", async () => {
	const ran = await cli("init");
	expect([ran.exit, ran.stdout]).toEqual([0, FILES.map((path) => `Wrote ${path}\n`).join("")]);
	expect(ran.stderr).toContain("  3. hivekey role apply -f hivekey/\n");
	expect(parse(read("hivekey/support-agent.test.yaml"))).toMatchObject({
		kind: "RoleTest",
		role: "support-agent",
		cases: [{ expect: { verdict: "allow" } }, { expect: { verdict: "deny" } }, { expect: { verdict: "review" } }, {}],
	});
	const { jobs } = parse(read(".github/workflows/hivekey.yml"));
	expect(Object.keys(jobs)).toEqual(["validate", "apply"]);
	expect(jobs.apply.if).toBe("github.event_name == 'push'");
	expect(jobs.apply.steps.at(-1)).toEqual({
		run: "hivekey role apply -f hivekey/",
		env: { HIVEKEY_KEY: "${{ secrets.HIVEKEY_KEY }}", HIVEKEY_URL: "${{ secrets.HIVEKEY_URL }}" },
	});
	expect(JSON.stringify(jobs.validate)).not.toContain("secrets");
	expect(jobs.validate.steps.slice(-2)).toEqual([
		{ run: "hivekey role validate hivekey/" },
		{ run: "hivekey role test hivekey/" },
	]);
});

test("what it writes is valid, and what the workflow runs is a command", async () => {
	expect(JSON.parse((await cli("init -o json")).stdout)).toEqual({ files: FILES });
	expect(await cli(`role validate ${folder}/hivekey`)).toEqual({
		exit: 0,
		stdout:
			`RoleTest support-agent is valid · ${folder}/hivekey/support-agent.test.yaml\n` +
			`Role support-agent is valid · ${folder}/hivekey/support-agent.yaml\n`,
		stderr: "",
	});
	const ran = await cli(`role test ${folder}/hivekey`);
	expect([ran.exit, ran.stderr, ran.stdout.split("\n").at(-2)]).toEqual([0, "", "4 cases ok"]);
	expect((await cli(`role fmt --check ${folder}/hivekey`)).exit).toBe(0);
});

test("editors find the schema without a network", async () => {
	await cli("init");
	for (const path of FILES.slice(0, 2)) {
		const [, schema] = /^# yaml-language-server: \$schema=(.*)$/m.exec(read(path)) ?? [];
		expect(read(join("hivekey", schema as string))).toBe((await cli("role schema")).stdout);
	}
});

test("overwrites nothing, writes nothing beside it, and lists what is there", async () => {
	mkdirSync(join(folder, "hivekey"));
	writeFileSync(join(folder, FILES[0] as string), "mine");
	const ran = await cli("init");
	expect([ran.exit, ran.stdout]).toEqual([1, ""]);
	expect(ran.stderr).toBe(
		"error: This file is there already; nothing was written\n  hivekey/support-agent.yaml\n" +
			"  Move what is named away, or go on with what you have: hivekey role apply -f hivekey/\n",
	);
	expect([read(FILES[0] as string), existsSync(join(folder, ".github"))]).toEqual(["mine", false]);
	expect((await cliIn(folder)("init")).exit).toBe(1);
});

test("a folder that cannot be written to is told", async () => {
	writeFileSync(join(folder, "hivekey"), "a file in its place");
	const ran = await cli("init");
	expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining("Cannot write ")]);
});
