/** Completion: what Tab offers, and that it is fast, quiet and safe. */
import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SCRIPTS } from "../../cli/src/completion/scripts.ts";
import { ADMIN_KEY, ContractGateway } from "../sdk/contract-gateway.ts";
import { cliIn, freshFolder } from "./run-cli.ts";

const gateway = new ContractGateway();
const folder = freshFolder();
const cli = cliIn(folder);
beforeAll(async () => {
	await gateway.start();
	for (const name of ["support-agent", "sales-agent", "$(reboot)", "a b"]) gateway.roles.set(name, { rev: 1, text: "" });
	for (const [name, revoked_at] of [
		["helpdesk-bot", null],
		["old-bot", "2026-11-22T15:00:00Z"],
	] as const)
		gateway.agents.set(name, { name, role: "support-agent", revoked_at });
});
afterAll(() => gateway.stop());

async function offered(...words: string[]): Promise<string[]> {
	const env = { HIVEKEY_URL: gateway.url, HIVEKEY_KEY: ADMIN_KEY };
	const { exit, stdout, stderr } = await cli(["__complete", "--", ...words], { env });
	expect([exit, stderr]).toEqual([0, ""]);
	return stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")[0] ?? ""]));
}

test.each([
	[["wh"], ["whoami"]],
	[
		["agent", "r"],
		["rotate", "revoke"],
	],
	[["role", "apply", "--dry"], ["--dry-run"]],
	[["role", "apply", "--dry-run", "--dry"], []],
	[["role", "apply", "-f", ""], [":files"]],
	[["role", "validate", "x"], [":files"]],
	[
		["whoami", "-o", ""],
		["table", "json"],
	],
	[["completion", "f"], ["fish"]],
	[
		["agent", "create", "bot", "--role", "s"],
		["support-agent", "sales-agent"],
	],
	[["agent", "create", "bot", "--role", "=", "su"], ["support-agent"]],
	[
		["agent", "create", "bot", "--role", "="],
		["support-agent", "sales-agent"],
	],
	[["agent", "show", ""], ["helpdesk-bot"]],
	[["agent", "set-role", "helpdesk-bot", "sup"], ["support-agent"]],
	[["nothing", "like", "this"], []],
	[[], expect.arrayContaining(["login", "role", "agent", "help"])],
] as [string[], string[]][])("%j offers %j", async (words, wanted) => {
	expect(await offered(...words)).toEqual(wanted);
});

test("without a gateway, or with a broken config, it offers no names and says nothing", async () => {
	writeFileSync(join(folder, "broken.json"), "{");
	for (const env of [
		{ HIVEKEY_URL: "http://127.0.0.1:9", HIVEKEY_KEY: ADMIN_KEY },
		{ HIVEKEY_CONFIG: join(folder, "broken.json") },
		{ HIVEKEY_KEY: "hk_live_wrong", HIVEKEY_URL: gateway.url },
		{},
	] as Record<string, string>[])
		expect(await cli(["__complete", "--", "agent", "show", ""], { env })).toEqual({ exit: 0, stdout: "", stderr: "" });
});

test("a gateway that does not answer is given up within a second", async () => {
	gateway.once.push({ status: 200, hang: true });
	const started = Date.now();
	expect(await offered("role", "get", "")).toEqual([]);
	expect(Date.now() - started).toBeLessThan(5_000);
});

test("bash completes with the script, and runs nothing that a name says", () => {
	const bin = join(folder, "hivekey");
	writeFileSync(bin, `#!/bin/sh\nprintf 'touch-$(touch ${folder}/ran)\\tx\\nplain\\tx\\n'\n`);
	chmodSync(bin, 0o755);
	const script = `${SCRIPTS.bash}\nCOMP_WORDS=(hivekey role get ""); COMP_CWORD=3; _hivekey; printf '%s\\n' "\${COMPREPLY[@]}"; ls`;
	const env = { PATH: `${folder}:${process.env.PATH}` };
	const lines = execFileSync("bash", ["--norc", "-c", script], { cwd: folder, env, encoding: "utf8" }).split("\n");
	expect(lines.slice(0, 2)).toEqual([`touch-$(touch ${folder}/ran)`, "plain"]);
	expect(lines).not.toContain("ran");
});

test("there is a script for each shell, and none for others", async () => {
	for (const shell of ["bash", "zsh", "fish"] as const)
		expect((await cli(`completion ${shell}`)).stdout).toBe(`${SCRIPTS[shell]}\n`);
	const { exit, stderr } = await cli("completion tcsh");
	expect([exit, stderr]).toEqual([2, "error: There is no completion for tcsh\n  There is one for bash, zsh, fish.\n"]);
});
