/** The installed SDK in a bundle: how large it is, and whether it runs in workerd. */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

/** How many bytes a program takes once it is bundled, minified and compressed. */
export async function bundledSize(folder: string, program: string): Promise<number> {
	return gzipSync(await bundle(folder, program)).length;
}

/** Runs a Worker with these variables once. @returns the JSON that it answers */
export async function runInWorkerd(folder: string, worker: string, vars: Record<string, string>): Promise<unknown> {
	const script = new TextDecoder().decode(await bundle(folder, worker));
	const options = { modules: true, script, compatibilityDate: "2026-11-02", bindings: vars };
	const miniflare = new Miniflare(convertV4MiniflareOptions(options as Parameters<typeof convertV4MiniflareOptions>[0]));
	try {
		return await (await miniflare.dispatchFetch("http://worker.example/")).json();
	} finally {
		await miniflare.dispose();
	}
}

async function bundle(folder: string, contents: string): Promise<Uint8Array> {
	const stdin = { contents, resolveDir: folder, sourcefile: join(folder, "program.mjs") };
	const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: "esm", write: false, logLevel: "warning" });
	return outputFiles[0]?.contents ?? new Uint8Array();
}
