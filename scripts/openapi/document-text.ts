/** The document as it is committed: formatted as every JSON file here is. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../gateway/build-worker.ts";
import type { OpenApi } from "./openapi-types.ts";

export const DOCUMENT_PATH = join(ROOT, "openapi.json");

/** @throws with the formatter's own words if it does not run */
export async function documentText(document: OpenApi): Promise<string> {
	const biome = join(ROOT, "node_modules", "@biomejs", "biome", "bin", "biome");
	const formatted = spawnSync(process.execPath, [biome, "format", `--stdin-file-path=${DOCUMENT_PATH}`], {
		cwd: ROOT,
		input: JSON.stringify(document, null, 2),
		encoding: "utf8",
		maxBuffer: 64 * 1_048_576,
	});
	if (formatted.status !== 0) throw new Error(`openapi.json cannot be formatted:\n${formatted.stderr}`);
	return formatted.stdout;
}
