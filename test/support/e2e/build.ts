/** Builds once what the end-to-end tests meet: the Worker, the CLI, the SDK. Copies, so that no other build can pull them away. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { buildWorker, ROOT } from "../../../scripts/gateway/build-worker.ts";

declare module "vitest" {
	export interface ProvidedContext {
		/** The folder with the Worker's bundle. */
		bundle: string;
		/** The CLI's executable. */
		cli: string;
		/** The SDK's module. */
		sdk: string;
	}
}

export default async function setup(project: TestProject): Promise<() => void> {
	const folder = mkdtempSync(join(tmpdir(), "hivekey-e2e-build-"));
	const cli = join(folder, "cli");
	const sdk = join(folder, "sdk");
	execFileSync(process.execPath, [join(ROOT, "sdk/typescript/build.mjs")], { stdio: "pipe" });
	for (const [from, to] of [
		["sdk/typescript", sdk],
		["cli", cli],
	] as const) {
		mkdirSync(to);
		cpSync(join(ROOT, from, "package.json"), join(to, "package.json"));
	}
	cpSync(join(ROOT, "sdk/typescript/dist"), join(sdk, "dist"), { recursive: true });
	cpSync(join(ROOT, "cli/bin"), join(cli, "bin"), { recursive: true });
	execFileSync(process.execPath, [join(ROOT, "cli/build.mjs"), join(cli, "dist")], { stdio: "pipe" });
	project.provide("bundle", await buildWorker(join(folder, "worker")));
	project.provide("cli", join(cli, "bin", "hivekey.mjs"));
	project.provide("sdk", join(sdk, "dist", "index.js"));
	return () => rmSync(folder, { recursive: true, force: true });
}
