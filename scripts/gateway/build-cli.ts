/** Builds the SDK and the CLI, each from the sources, so that `npx hivekey` runs in a fresh clone. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./build-worker.ts";

const run = promisify(execFile);

export async function buildCli(): Promise<void> {
	const builds = ["sdk/typescript/build.mjs", "cli/build.mjs"];
	await Promise.all(builds.map((build) => run(process.execPath, [join(ROOT, build)], { cwd: ROOT })));
}
