/** Bundles the Worker the way that it is deployed: wrangler's own bundler, without uploading anything. */
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

export const ROOT = join(import.meta.dirname, "..", "..");

const run = promisify(execFile);

/**
 * @param outDir - where index.js goes
 * @throws with wrangler's own words if the bundle does not build
 */
export async function buildWorker(outDir: string = join(ROOT, "dist", "worker")): Promise<string> {
	await rm(outDir, { recursive: true, force: true });
	const wrangler = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
	try {
		await run(process.execPath, [wrangler, "deploy", "--dry-run", "--env=", "--outdir", outDir], {
			cwd: ROOT,
			env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true" },
		});
	} catch (error) {
		const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
		throw new Error(`the Worker does not build:\n${stderr || stdout}`);
	}
	return outDir;
}
