/**
 * Puts the page of /docs together in dist/assets: our page, and the renderer's two files from its package. wrangler runs this
 * before every bundle (`[build]` in wrangler.toml); many may run at once, so a file is only ever replaced whole.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = join(root, "src", "http", "openapi", "docs");
const renderer = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const assets = join(root, "dist", "assets");

await mkdir(join(assets, "docs"), { recursive: true });
await put(join(page, "_headers"), join(assets, "_headers"));
for (const file of ["index.html", "docs.css", "start.js"]) await put(join(page, file), join(assets, "docs", file));
for (const file of ["swagger-ui.css", "swagger-ui-bundle.js"]) await put(join(renderer, file), join(assets, "docs", file));

async function put(from, to) {
	const [wanted, found] = await Promise.all([readFile(from), readFile(to).catch(() => null)]);
	if (found?.equals(wanted)) return;
	const unfinished = `${to}.${process.pid}`;
	await writeFile(unfinished, wanted);
	await rename(unfinished, to);
}
