/** Python environments for the tests and checks of the Python SDK: made once, kept under node_modules/.cache. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../gateway/build-worker.ts";
import type { Interpreter } from "./interpreters.ts";

export const PACKAGE = join(ROOT, "sdk", "python");
const CACHE = join(ROOT, "node_modules", ".cache", "python");
const PIP = ["-m", "pip", "--disable-pip-version-check", "--quiet"];
const run = promisify(execFile);

/** The Python of an environment that has what `requirements-dev.txt` pins; `python -m …` is how its programs are run. */
export async function developmentPython(interpreter: Interpreter): Promise<string> {
	const requirements = join(PACKAGE, "requirements-dev.txt");
	const digest = createHash("sha256")
		.update(await readFile(requirements))
		.update(interpreter.path)
		.digest("hex");
	const folder = join(CACHE, `${interpreter.version}-${digest.slice(0, 12)}`);
	await made(folder, async (temporary) => {
		await venv(interpreter, temporary);
		await python(pythonOf(temporary), [...PIP, "install", "--no-compile", "--only-binary", ":all:", "-r", requirements]);
	});
	return pythonOf(folder);
}

/**
 * A folder with the wheels that the package needs to run on this Python, as `requirements-dev.txt` pins them, so that it can be
 * installed again and again without a network.
 * @param empty - an environment of that Python; nothing is installed in it
 */
export async function runtimeWheels(development: string, empty: string, { version }: Interpreter): Promise<string> {
	const requirements = join(PACKAGE, "requirements-dev.txt");
	const folder = join(CACHE, `wheels-${version}-${(await digestOf(requirements)).slice(0, 12)}`);
	const what = ["--only-binary", ":all:", "--constraint", requirements, "anyio", "httpx", "httpx-sse"];
	await made(folder, (temporary) => python(development, [...PIP, "--python", empty, "download", "--dest", temporary, ...what]));
	return folder;
}

/** An environment with nothing in it. @returns its Python */
export async function emptyEnvironment(interpreter: Interpreter, folder: string): Promise<string> {
	await venv(interpreter, folder, "--without-pip");
	return pythonOf(folder);
}

/** Runs a Python. @throws Error with what it printed, if it fails */
export async function python(path: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
	try {
		return await run(path, args, { maxBuffer: 64 * 1024 * 1024, ...options });
	} catch (error) {
		const { stdout, stderr } = error as { stdout?: string; stderr?: string };
		throw new Error(`python ${args.join(" ")} failed:\n${stdout ?? ""}${stderr ?? ""}`, { cause: error });
	}
}

async function venv(interpreter: Interpreter, folder: string, ...options: string[]): Promise<void> {
	try {
		await python(interpreter.path, ["-m", "venv", ...options, folder]);
	} catch (error) {
		throw new Error(`${interpreter.path} cannot make an environment (Debian: apt-get install python3-venv)`, { cause: error });
	}
}

/** Makes a folder beside its place and moves it there: another run may be at the same. */
async function made(folder: string, make: (temporary: string) => Promise<unknown>): Promise<void> {
	if (existsSync(folder)) return;
	const temporary = `${folder}.${process.pid}.tmp`;
	await mkdir(temporary, { recursive: true });
	await make(temporary);
	await rename(temporary, folder).catch((error: unknown) => {
		if (!existsSync(folder)) throw error;
	});
	await rm(temporary, { recursive: true, force: true });
}

async function digestOf(path: string): Promise<string> {
	return createHash("sha256")
		.update(await readFile(path))
		.digest("hex");
}

function pythonOf(folder: string): string {
	return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}
