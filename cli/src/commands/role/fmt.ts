import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command, Context } from "../../command.ts";
import { readSources, type Source } from "../../documents/read-sources.ts";
import { CliFailure, type ProblemLine, usageFailure } from "../../failure.ts";
import { escapeUnsafe, printable } from "../../output/printable.ts";

export const fmt: Command = {
	name: "role fmt",
	summary: "Bring policy files into one form",
	description:
		"Rewrites the files: keys in one order, one indentation, short lists on one line and long ones below each other. Comments stay, and " +
		"meaning never changes: a file that would come out as anything else is left alone. Nothing is written while any of the files " +
		"cannot be read.",
	arguments: [
		{ name: "files", description: "files, folders, or - (standard input to standard output)", variadic: true, isPath: true },
	],
	options: [{ flags: "--check", description: "write nothing; name the files that would change, and fail if there are any" }],
	examples: [
		{ command: "hivekey role fmt hivekey/", says: "all policy files of a folder" },
		{ command: "hivekey role fmt --check hivekey/", says: "in CI" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format } = context;
		const files = input.argumentsFrom(0);
		const isCheck = input.flag("check");
		if (files.includes("-") && !isCheck && format === "json")
			throw usageFailure("- and -o json both want standard output", "Name a file, or add --check.");
		const sources = await readSources(files, world);
		const { formatPolicy } = await import("../../offline/format-policy.ts");
		const done: { source: Source; text: string; changed: boolean }[] = [];
		const problems: ProblemLine[] = [];
		for (const source of sources) {
			const formatted = formatPolicy(source);
			if (formatted.kind === "refused") problems.push(...formatted.problems);
			else if (formatted.kind === "foreign") terminal.note(`${source.file}: skipped, no document in it is HiveKey's`);
			else done.push({ source, text: formatted.text, changed: formatted.changed });
		}
		if (problems.length > 0) throw refused(problems);
		const changed = done.filter((one) => one.changed);
		if (!isCheck) for (const { source, text } of done) await put(source, text, context);
		const names = changed.map(({ source }) => source.file);
		if (format === "json") {
			const unchanged = done.filter((one) => !one.changed).map(({ source }) => source.file);
			terminal.json({ changed: names, unchanged });
		} else if (isCheck) terminal.print(...names.map(printable));
		else for (const name of names.filter((one) => one !== STDIN)) terminal.done(`Formatted ${name}`);
		if (isCheck && names.length > 0) throw wouldChange(names.length);
	},
};

/** How sources call standard input. */
const STDIN = "stdin";

/** Writes a file that changed; standard input goes to standard output, changed or not. */
async function put(source: Source, text: string, { world, terminal }: Context): Promise<void> {
	if (source.file === STDIN) {
		const shown = world.stdout.isTTY === true ? escapeUnsafe(text) : text;
		terminal.print(shown.replace(/\n$/, ""));
		return;
	}
	if (new TextDecoder().decode(source.bytes) === text) return;
	try {
		await writeFile(resolve(world.cwd, source.file), text);
	} catch (error) {
		throw new CliFailure(`Cannot write ${source.file}: ${(error as Error).message}`, {
			code: "unwritable_file",
			next: "Files that were named before it are formatted; run it again when this one can be written.",
		});
	}
}

function refused(problems: ProblemLine[]): CliFailure {
	return new CliFailure("Nothing was formatted", {
		code: "invalid_document",
		next: "Put right what is named above and run it again.",
		problems,
	});
}

function wouldChange(count: number): CliFailure {
	return new CliFailure(`${count} ${count === 1 ? "file is" : "files are"} not formatted`, {
		code: "not_formatted",
		next: "`hivekey role fmt` without --check formats them.",
	});
}
