/** The Pythons of this machine that the package promises to run on. */
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Interpreter {
	path: string;
	/** Such as `3.13`. */
	version: string;
}

/** The oldest one that `requires-python` admits. */
const OLDEST_MINOR = 10;
const NEWEST_MINOR = 19;
const ASK = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)";
const run = promisify(execFile);

/**
 * One of each version, the oldest first: `HIVEKEY_PYTHON`, what is on PATH, and what pyenv keeps.
 * @throws Error if there is none, with what to do about it
 */
export async function findInterpreters(): Promise<Interpreter[]> {
	const named = process.env.HIVEKEY_PYTHON;
	const candidates = named ? [named] : [...onPath(), ...(await ofPyenv())];
	const asked = await Promise.all(candidates.map(ask));
	const found = new Map<number, Interpreter>();
	for (const interpreter of asked) {
		const minor = Number(interpreter?.version.split(".")[1]);
		if (interpreter?.version.startsWith("3.") && minor >= OLDEST_MINOR && !found.has(minor)) found.set(minor, interpreter);
	}
	if (found.size === 0) throw new Error(NONE);
	return [...found].sort(([a], [b]) => a - b).map(([, interpreter]) => interpreter);
}

const NONE =
	"There is no Python 3.10 or later here, and the Python SDK is tested with one. Install it (Debian: apt-get install python3 " +
	"python3-venv), or name one with HIVEKEY_PYTHON=/path/to/python3.";

function onPath(): string[] {
	const minors = Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, i) => `python3.${OLDEST_MINOR + i}`);
	return process.platform === "win32" ? ["python"] : ["python3", ...minors];
}

async function ofPyenv(): Promise<string[]> {
	const versions = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions");
	const names = await readdir(versions).catch(() => []);
	return names.filter((name) => /^3\.\d+\.\d+$/.test(name)).map((name) => join(versions, name, "bin", "python"));
}

/** Null for what is no Python that starts: a shim of pyenv, say, for a version that is not switched on. */
async function ask(path: string): Promise<Interpreter | null> {
	try {
		const { stdout } = await run(path, ["-c", ASK], { timeout: 30_000 });
		const [version = "", executable = path] = stdout.trim().split(/ (.*)/);
		return { version, path: executable };
	} catch {
		return null;
	}
}
