import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COMMANDS, NOUNS } from "../../cli/src/commands/index.ts";
import { QUICK_NAMES, quickCommand } from "../../cli/src/commands/quick.ts";
import { withReference } from "../../scripts/cli-docs/reference.ts";
import { cliIn, freshFolder } from "./run-cli.ts";

const cli = cliIn(freshFolder());

test("help names every command, and how to start", async () => {
	const { exit, stdout } = await cli("--help");
	expect(exit).toBe(0);
	for (const name of [...Object.keys(NOUNS), "login", "logout", "whoami"])
		expect(stdout).toMatch(new RegExp(`^ {2}${name} `, "m"));
	expect(stdout).toContain("$ hivekey login --key hk_live_…");
	expect(stdout).toContain("Exit codes: 0 ok, 1 failed, 2 usage, 3 denied by policy, 4 not authenticated");
	expect((await cli([])).stdout).toBe(stdout);
});

test.each(COMMANDS.map((command) => [command.name, command] as const))(
	"help for %s explains it, with examples",
	async (name, command) => {
		const { exit, stdout } = await cli(`${name} --help`);
		expect(exit).toBe(0);
		expect(stdout).toContain(`Usage: hivekey ${name}`);
		expect(command.examples.length).toBeGreaterThan(0);
		for (const { command: example } of command.examples) expect(stdout).toContain(`$ ${example}`);
	},
);

test("every example is a command with options that exist", () => {
	for (const command of COMMANDS) {
		const known = [
			"--url",
			"--profile",
			"-o",
			...command.options.flatMap(({ flags }) => flags.replace(/<.*>/, "").split(/[ ,]+/)),
		];
		for (const { command: example } of command.examples) {
			const words = example
				.slice(example.indexOf("hivekey "))
				.replace(/[)<>].*$/, "")
				.split(" ");
			expect(words.slice(1).join(" ").startsWith(command.name)).toBe(true);
			for (const word of words.filter((one) => /^--?[a-z]/.test(one))) expect(known).toContain(word);
		}
	}
});

test("a noun alone shows its verbs and is a usage error", async () => {
	const ran = await cli("audit");
	expect([ran.exit, ran.stdout]).toEqual([2, ""]);
	expect(ran.stderr).toContain("tail [options]");
});

test("help fits 80 columns, examples aside", async () => {
	for (const name of ["", ...COMMANDS.map((command) => command.name)]) {
		const { stdout } = await cli(`${name} --help`.trim().split(" "));
		for (const line of stdout.split("\n").filter((one) => !one.startsWith("  $ "))) expect(line.length).toBeLessThanOrEqual(80);
	}
});

test("the page about the CLI has every command as it is", () => {
	const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
	expect(page === withReference(page), "stale: run node scripts/cli-docs.mjs").toBe(true);
	for (const command of COMMANDS) expect(page).toContain(`#### hivekey ${command.name}\n`);
});

test("what is loaded alone is the very command that is listed", async () => {
	expect(QUICK_NAMES.length).toBeGreaterThan(0);
	for (const name of QUICK_NAMES)
		expect(await quickCommand([...name.split(" "), "--help"])).toBe(COMMANDS.find((command) => command.name === name));
	expect(await quickCommand(["role", "lst"])).toBeUndefined();
});
