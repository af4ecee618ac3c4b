import { access, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { type FirstFile, firstFiles } from "../init/first-files.ts";

export const init: Command = {
	name: "init",
	summary: "Write a first role, its test and a CI workflow here",
	description:
		"Writes hivekey/support-agent.yaml (a role), hivekey/support-agent.test.yaml (what it has to decide), " +
		".github/workflows/hivekey.yml (checks and tests roles in pull requests, applies them on main) and a schema for editors into the " +
		"current folder. Nothing is overwritten.",
	arguments: [],
	options: [],
	examples: [{ command: "hivekey init", says: "in the folder of your repository" }],
	formats: ["table", "json"],
	async run(_input, { world, terminal, format }) {
		const { policyJsonSchema } = await import("../../../src/contract/document-schemas.ts");
		const files = firstFiles(world.version, `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
		const existing = await present(world.cwd, files);
		if (existing.length > 0) {
			throw new CliFailure(`${existing.length === 1 ? "This file is" : "These files are"} there already; nothing was written`, {
				code: "already_exists",
				next: "Move what is named away, or go on with what you have: hivekey role apply -f hivekey/",
				problems: existing.map((file) => ({ message: file.path })),
			});
		}
		for (const file of files) await write(join(world.cwd, file.path), file.text);
		if (format === "json") return terminal.json({ files: files.map((file) => file.path) });
		for (const file of files) terminal.done(`Wrote ${file.path}`);
		for (const line of NEXT_STEPS) terminal.note(line);
	},
};

const NEXT_STEPS = [
	"",
	"Next:",
	"  1. Put your own domains into hivekey/support-agent.yaml",
	"  2. hivekey role test hivekey/",
	"     (as `npm run policy`: npm pkg set scripts.policy='hivekey role test hivekey/')",
	"  3. hivekey role apply -f hivekey/",
	"  4. hivekey agent create helpdesk-bot --role support-agent",
	"  5. For CI: hivekey key create --owner ci --scope policy, and store it as the secret HIVEKEY_KEY",
];

async function present(folder: string, files: FirstFile[]): Promise<FirstFile[]> {
	const there = await Promise.all(
		files.map((file) =>
			access(join(folder, file.path)).then(
				() => true,
				() => false,
			),
		),
	);
	return files.filter((_file, at) => there[at]);
}

/** @throws CliFailure if the file cannot be written, or has appeared meanwhile */
async function write(path: string, text: string): Promise<void> {
	try {
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, text, { flag: "wx" });
	} catch (error) {
		throw new CliFailure(`Cannot write ${path}: ${(error as Error).message}`, {
			code: "unwritable_file",
			next: "Run it in a folder that you may write to.",
		});
	}
}
