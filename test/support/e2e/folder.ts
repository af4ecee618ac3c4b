/** A temporary folder of a test's own. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";

/** Made now, removed by whoever calls `remove`, or with the run. */
export function temporaryFolder(): { path: string; remove: () => void } {
	const path = mkdtempSync(join(inject("builds"), "e2e-"));
	return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Made now, removed when the current test is over. */
export function testFolder(): string {
	const folder = temporaryFolder();
	onTestFinished(folder.remove);
	return folder.path;
}
