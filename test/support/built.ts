/** What the tests meet, built as users have it: once a run, by the first that needs it, while all others wait. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";
import { buildWorker, ROOT } from "../../scripts/gateway/build-worker.ts";
import { until } from "./until.ts";

declare module "vitest" {
	export interface ProvidedContext {
		/** A folder of this run alone. */
		builds: string;
	}
}

const run = promisify(execFile);
/** A build that takes longer than this hangs. */
const LONGEST_MS = 120_000;

/** The folder with the Worker's bundle. */
export function builtWorker(): Promise<string> {
	return once("worker", async (folder) => void (await buildWorker(folder)));
}

/** The folder of the CLI's package: its executable is `bin/hivekey.mjs`. */
export function builtCli(): Promise<string> {
	return once("cli", async (folder) => {
		await laidOut("cli", folder);
		await cp(join(ROOT, "cli", "bin"), join(folder, "bin"), { recursive: true });
	});
}

/** The folder of the SDK's package: its module is `dist/index.js`. */
export function builtSdk(): Promise<string> {
	return once("sdk", (folder) => laidOut("sdk/typescript", folder));
}

async function laidOut(source: string, folder: string): Promise<void> {
	await cp(join(ROOT, source, "package.json"), join(folder, "package.json"));
	await run(process.execPath, [join(ROOT, source, "build.mjs"), join(folder, "dist")]);
}

/** Whoever makes the mark `begun` builds; the others go by the marks `done` and `failed`, as they may be other processes. */
async function once(name: string, build: (folder: string) => Promise<void>): Promise<string> {
	const folder = join(inject("builds"), name);
	const [begun, done, failed] = ["begun", "done", "failed"].map((mark) => `${folder}.${mark}`) as [string, string, string];
	if (await isFirst(begun)) {
		try {
			await mkdir(folder);
			await build(folder);
			await writeFile(done, "");
		} catch (error) {
			await writeFile(failed, String(error));
			throw error;
		}
		return folder;
	}
	await until(() => existsSync(done) || existsSync(failed), { withinMs: LONGEST_MS });
	if (existsSync(failed)) throw new Error(`the build of ${name} failed: ${await readFile(failed, "utf8")}`);
	return folder;
}

async function isFirst(mark: string): Promise<boolean> {
	try {
		await writeFile(mark, "", { flag: "wx" });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
		throw error;
	}
}
