/** Other Nodes than the one that runs the tests, from npm's `node` packages. Fetched once, then kept. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const NODE_VERSIONS = ["18", "20", "22", "24"] as const;

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/node-versions/", import.meta.url));
const run = promisify(execFile);

/** The path of a Node of this major version. */
export async function nodeBinary(major: string): Promise<string> {
	if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
	const folder = join(CACHE, major);
	const binary = join(folder, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
	if (existsSync(binary)) return binary;
	// Made beside its place and moved there: another run may be at the same.
	const temporary = `${folder}.${process.pid}.tmp`;
	await mkdir(temporary, { recursive: true });
	await npm(["install", "--prefix", temporary, "--no-audit", "--no-fund", `node@${major}`], temporary);
	const installed = join(temporary, "node_modules", "node");
	// What npm does by itself where it runs scripts of packages.
	if (!existsSync(join(installed, "bin"))) await run(process.execPath, ["installArchSpecificPackage"], { cwd: installed });
	await rename(temporary, folder).catch((error: NodeJS.ErrnoException) => {
		if (!existsSync(binary)) throw error;
	});
	await rm(temporary, { recursive: true, force: true });
	return binary;
}

/** Runs npm, the one that came with the machine. @returns its standard output */
export async function npm(args: string[], cwd: string): Promise<string> {
	const { stdout } = await run("npm", args, {
		cwd,
		shell: process.platform === "win32",
		env: { ...process.env, npm_config_loglevel: "error" },
	});
	return stdout;
}
