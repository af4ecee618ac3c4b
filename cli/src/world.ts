/** All that a command may touch of the process that it runs in. Passed in, so that it can be another one. */
import { homedir } from "node:os";

export interface OutputStream {
	write(text: string): unknown;
	isTTY?: boolean;
	columns?: number;
}

export interface World {
	version: string;
	env: Record<string, string | undefined>;
	platform: string;
	home: string;
	/** The folder that the command was typed in. */
	cwd: string;
	nodeVersion: string;
	stdout: OutputStream;
	stderr: OutputStream;
	/** Whether a person can answer: standard input is a terminal. */
	stdinIsTerminal: boolean;
	/** Everything that stands on standard input. */
	readStdin(): Promise<Uint8Array>;
	/** The next line of standard input, null at its end. */
	readLine(): Promise<string | null>;
	/** The same, from a terminal that does not show what is typed. */
	readHidden(): Promise<string | null>;
	now(): Date;
	/** Calls back on Ctrl-C instead of ending the process, until the function that it returns is called. */
	onInterrupt(callback: () => void): () => void;
}

/** The world of this process. */
export function processWorld(version: string): World {
	return {
		version,
		env: process.env,
		platform: process.platform,
		home: homedir(),
		cwd: process.cwd(),
		nodeVersion: process.versions.node,
		stdout: process.stdout,
		stderr: process.stderr,
		stdinIsTerminal: process.stdin.isTTY === true,
		readStdin,
		readLine,
		readHidden,
		now: () => new Date(),
		onInterrupt(callback) {
			process.on("SIGINT", callback);
			process.on("SIGTERM", callback);
			return () => {
				process.off("SIGINT", callback);
				process.off("SIGTERM", callback);
			};
		},
	};
}

async function readStdin(): Promise<Uint8Array> {
	const parts: Buffer[] = [];
	for await (const part of process.stdin) parts.push(part as Buffer);
	return Buffer.concat(parts);
}

async function readLine(): Promise<string | null> {
	const { createInterface } = await import("node:readline");
	const lines = createInterface({ input: process.stdin, terminal: false });
	return new Promise((resolve) => {
		lines.once("line", (line) => {
			resolve(line);
			lines.close();
		});
		lines.once("close", () => resolve(null));
	});
}

async function readHidden(): Promise<string | null> {
	const { createInterface } = await import("node:readline");
	const { Writable } = await import("node:stream");
	// The line is edited as on any terminal, and drawn nowhere.
	const nowhere = new Writable({ write: (_chunk, _encoding, written) => written() });
	const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
	return new Promise((resolve) => {
		lines.once("line", (line) => {
			resolve(line);
			lines.close();
		});
		lines.once("SIGINT", () => lines.close());
		lines.once("close", () => resolve(null));
	});
}
