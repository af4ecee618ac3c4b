/** The packages as they are published: built, packed, and installed where nothing else is. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { builtCli, builtSdk } from "../support/built.ts";
import { npm } from "./node-versions.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

export interface Packed {
	/** Package name -> the files in its tarball. */
	files: Map<string, string[]>;
	/** Package name -> its tarball. */
	tarballs: Map<string, string>;
	/** The folder that both are installed in. */
	folder: string;
	remove(): Promise<void>;
}

export interface Finished {
	exit: number;
	stdout: string;
	stderr: string;
}

export async function packAndInstall(): Promise<Packed> {
	const base = await mkdtemp(join(tmpdir(), "hivekey-packages-"));
	const [sdk, cli] = await Promise.all([builtSdk(), builtCli()]);
	const packed = await Promise.all([
		pack(join(ROOT, "sdk/typescript"), sdk, join(base, "sdk")),
		pack(join(ROOT, "cli"), cli, join(base, "cli")),
	]);
	const folder = join(base, "project");
	await mkdir(folder);
	const tarballs = packed.map(({ tarball }) => tarball);
	await npm(["install", "--prefix", folder, "--offline", "--no-audit", "--no-fund", ...tarballs], folder);
	return {
		files: new Map(packed.map(({ name, files }) => [name, files])),
		tarballs: new Map(packed.map(({ name, tarball }) => [name, tarball])),
		folder,
		remove: () => rm(base, { recursive: true, force: true }),
	};
}

/** Runs a command of the project on a Node, as a shell in the project would. */
export async function runOn(node: string, command: string[], cwd: string, env: Record<string, string>): Promise<Finished> {
	const bins = [dirname(node), join(cwd, "node_modules", ".bin"), process.env.PATH ?? ""];
	const [file = "", ...args] = command;
	try {
		const options = { cwd, env: { HOME: cwd, ...env, PATH: bins.join(delimiter) }, shell: process.platform === "win32" };
		const { stdout, stderr } = await run(file, args, options);
		return { exit: 0, stdout, stderr };
	} catch (error) {
		const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
		if (typeof code !== "number") throw error;
		return { exit: code, stdout: stdout ?? "", stderr: stderr ?? "" };
	}
}

async function pack(source: string, built: string, stage: string): Promise<{ name: string; files: string[]; tarball: string }> {
	await mkdir(stage, { recursive: true });
	for (const entry of ["package.json", "README.md", "LICENSE", "bin", "src"])
		await cp(join(source, entry), join(stage, entry), { recursive: true }).catch(ignoreAbsent);
	await cp(join(built, "dist"), join(stage, "dist"), { recursive: true });
	const [told] = JSON.parse(await npm(["pack", "--ignore-scripts", "--json"], stage)) as {
		name: string;
		filename: string;
		files: { path: string }[];
	}[];
	if (told === undefined) throw new Error(`npm pack made nothing of ${source}`);
	return { name: told.name, files: told.files.map(({ path }) => path), tarball: join(stage, told.filename) };
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
	if (error.code !== "ENOENT") throw error;
}
