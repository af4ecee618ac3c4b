/** Where the builds of a run go, see built.ts. Copies, so that no other build can pull them away; gone with the run. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type {} from "./built.ts";

export default function setup(project: TestProject): () => void {
	const folder = mkdtempSync(join(tmpdir(), "hivekey-builds-"));
	project.provide("builds", folder);
	return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
