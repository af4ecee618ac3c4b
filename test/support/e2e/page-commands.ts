/** A page of the documentation whose commands are run: what stands behind `$ ` is typed, what stands below it has to come. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface PageCommand {
	command: string;
	/** Lines; `…` stands for anything. */
	wanted: string;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string, language: string): string[] {
	return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, block]) => block ?? "");
}

/** The commands of shell blocks, each with the output below it. */
export function commandsOf(blocks: string[]): PageCommand[] {
	return blocks.flatMap((block) =>
		block
			.split(/^\$ /m)
			.slice(1)
			.map((text) => {
				const [command = "", ...lines] = text.split("\n");
				return { command, wanted: lines.join("\n").trim() };
			}),
	);
}

/** Whether an output is what a page shows; the time of day is not looked at. */
export function isAsShown({ wanted }: PageCommand, output: string): boolean {
	const pattern = wanted
		.replace(/\b\d\d:\d\d:\d\d\b/g, "…")
		.split("…")
		.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
		.join("[\\s\\S]*?");
	return new RegExp(`^${pattern}$`).test(output.trim());
}

const MARK = "\u0001";

/**
 * Runs commands in one shell, one after the other, and keeps what each printed on both outputs.
 * @param prepare - what is typed before them, unseen; and after them, whatever happens
 */
export async function runInShell(commands: string[], cwd: string, prepare: string, cleanUp: string): Promise<string[]> {
	const script = [
		`trap '${cleanUp}' EXIT`,
		"exec 2>&1",
		prepare,
		...commands.flatMap((command) => [`printf '${MARK}'`, command]),
	].join("\n");
	const { stdout } = await run("bash", ["-c", script], { cwd, timeout: 120_000 });
	return stdout.split(MARK).slice(1);
}
