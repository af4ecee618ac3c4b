/** Builds the SDK and the CLI on it, so that `npx hivekey` runs in a fresh clone. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./build-worker.ts";

const run = promisify(execFile);

export async function buildCli(): Promise<void> {
	for (const build of ["sdk/typescript/build.mjs", "cli/build.mjs"])
		await run(process.execPath, [join(ROOT, build)], { cwd: ROOT });
}
