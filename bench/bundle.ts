/** Bundles the bench's own Workers. Ours, the one that is measured, is bundled by wrangler as it is deployed. */
import { join } from "node:path";
import { build } from "esbuild";

/**
 * @param entry - relative to this folder
 * @param outDir - gets index.js
 */
export async function bundleWorker(entry: string, outDir: string): Promise<string> {
	await build({
		entryPoints: [join(import.meta.dirname, entry)],
		outfile: join(outDir, "index.js"),
		bundle: true,
		format: "esm",
		target: "es2024",
		conditions: ["workerd", "worker", "browser"],
		mainFields: ["module", "main"],
		external: ["cloudflare:*", "node:*"],
		logLevel: "warning",
	});
	return outDir;
}
