/** A temporary folder of a test's own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Made now, removed by whoever calls `remove`. */
export function temporaryFolder(): { path: string; remove: () => void } {
	const path = mkdtempSync(join(tmpdir(), "hivekey-e2e-"));
	return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Made now, removed when the current test is over. */
export function testFolder(): string {
	const folder = temporaryFolder();
	onTestFinished(folder.remove);
	return folder.path;
}
