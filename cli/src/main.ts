/** The entry: runs the command line in this process, or in any other world. */
import { readFileSync } from "node:fs";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Terminal } from "./output/terminal.ts";
import { processWorld, type World } from "./world.ts";

/**
 * Runs what was typed and says how it went.
 * @param argv - without node and the script
 */
export async function run(argv: string[], world: World): Promise<ExitCode> {
	const terminal = new Terminal(world);
	let commandName = "";
	try {
		if (argv[0] === "__complete") {
			const { printCandidates } = await import("./completion/print-candidates.ts");
			await printCandidates(argv.slice(argv[1] === "--" ? 2 : 1), world);
			return EXIT.ok;
		}
		const { runProgram } = await import("./program.ts");
		return await runProgram(argv, world, terminal, (name) => {
			commandName = name;
		});
	} catch (error) {
		const { explainError } = await import("./explain-error.ts");
		const { printFailure } = await import("./print-failure.ts");
		const failure = explainError(error, commandName);
		printFailure(failure, wantsJson(argv), terminal, world);
		return failure.exit;
	}
}

/** Runs this process's command line. The exit code is set, not forced, so that output is written to its end. */
export async function runInProcess(): Promise<void> {
	silenceFetchWarning();
	// The reader of a pipe may leave before the end (`… | head`): nothing is wrong then.
	process.stdout.on("error", (error: NodeJS.ErrnoException) => {
		process.exit(error.code === "EPIPE" ? EXIT.ok : EXIT.failed);
	});
	const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
	process.exitCode = await run(process.argv.slice(2), processWorld(version));
}

/** Known before anything is parsed, for errors of the parsing itself. */
function wantsJson(argv: string[]): boolean {
	return argv.some((word, at) => {
		if (/^(-o=?|--output=)(json|ndjson)$/.test(word)) return true;
		return (word === "-o" || word === "--output") && /^(json|ndjson)$/.test(argv[at + 1] ?? "");
	});
}

/** Node 18 calls its fetch experimental, on stderr, where only our own talk should be. */
function silenceFetchWarning(): void {
	const emit = process.emitWarning;
	process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
		if (!String(warning).includes("Fetch API")) (emit as (...args: unknown[]) => void).call(process, warning, ...rest);
	}) as typeof process.emitWarning;
}
