/** Builds the Worker once for all suites here, into a folder that no other build touches. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { buildWorker } from "../../scripts/gateway/build-worker.ts";

declare module "vitest" {
	export interface ProvidedContext {
		/** The folder with the Worker's bundle. */
		bundle: string;
	}
}

export default async function setup(project: TestProject): Promise<() => void> {
	const folder = mkdtempSync(join(tmpdir(), "hivekey-api-build-"));
	project.provide("bundle", await buildWorker(join(folder, "worker")));
	return () => rmSync(folder, { recursive: true, force: true });
}
