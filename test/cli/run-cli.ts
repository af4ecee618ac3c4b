/** Runs the CLI in this process, in a world of its own, and keeps what it wrote. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExitCode } from "../../cli/src/exit-codes.ts";
import { run } from "../../cli/src/main.ts";
import type { World } from "../../cli/src/world.ts";

export interface Ran {
	exit: ExitCode;
	stdout: string;
	stderr: string;
}

export interface Circumstances {
	env?: Record<string, string>;
	stdin?: string | Uint8Array;
	/** What a person types when asked, in turn; standard input is a terminal then. */
	answers?: (string | null | (() => Promise<string>))[];
	/** Columns of the terminal that stdout and stderr are; left out: pipes. */
	terminal?: number;
	now?: Date;
	/** Gets a function that presses Ctrl-C, and one that says what was written so far. */
	during?: (interrupt: () => void, written: () => string) => void;
}

/** A folder of its own for one test. */
export function freshFolder(): string {
	return mkdtempSync(join(tmpdir(), "hivekey-test-"));
}

/** A new world for each test: an empty config, no environment. */
export function cliIn(folder: string) {
	return async (line: string | string[], circumstances: Circumstances = {}): Promise<Ran> => {
		let stdout = "";
		let stderr = "";
		let interrupt: () => void = () => undefined;
		const { terminal, stdin = "", answers } = circumstances;
		const toType = [...(answers ?? [])];
		const streamFacts = terminal === undefined ? {} : { isTTY: true, columns: terminal };
		const world: World = {
			version: "0.0.0-test",
			env: { HIVEKEY_CONFIG: join(folder, "config.json"), ...circumstances.env },
			platform: "linux",
			home: folder,
			cwd: folder,
			nodeVersion: "24.0.0",
			stdout: { write: (text) => (stdout += text), ...streamFacts },
			stderr: { write: (text) => (stderr += text), ...streamFacts },
			stdinIsTerminal: answers !== undefined,
			readLine: async () => {
				const next = toType.shift() ?? null;
				const line = typeof next === "function" ? await next() : next;
				// A terminal shows what is typed.
				if (line !== null) stderr += `${line}\n`;
				return line;
			},
			readHidden: async () => {
				const next = toType.shift() ?? null;
				return typeof next === "function" ? await next() : next;
			},
			readStdin: async () => (typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin),
			now: () => circumstances.now ?? new Date(),
			onInterrupt(callback) {
				interrupt = callback;
				return () => undefined;
			},
		};
		circumstances.during?.(
			() => interrupt(),
			() => stdout + stderr,
		);
		const exit = await run(typeof line === "string" ? line.split(" ") : line, world);
		return { exit, stdout, stderr };
	};
}
