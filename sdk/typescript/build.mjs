// Builds @hivekey/sdk into dist/: an ES module for Node 18 and later, one for each framework's tools, and their declarations.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
// Another folder can be named, for a build that nobody else is using.
const dist = resolve(process.argv[2] ?? join(here, "dist"));
rmSync(dist, { recursive: true, force: true });

await build({
	absWorkingDir: here,
	entryPoints: ["src/index.ts", "src/tools/ai-sdk.ts", "src/tools/openai.ts", "src/tools/langchain.ts"],
	outdir: dist,
	entryNames: "[name]",
	chunkNames: "chunks/[name]-[hash]",
	bundle: true,
	// The classes of errors are the same in every module.
	splitting: true,
	external: ["ai", "@langchain/core"],
	format: "esm",
	platform: "neutral",
	target: ["es2022", "node18"],
	logLevel: "warning",
});

const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
const flags = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--rootDir", "src", "--outDir", dist];
execFileSync(process.execPath, [join(dirname(typescript), "bin", "tsc"), "-p", here, ...flags], { cwd: here, stdio: "inherit" });

// The sources import each other as .ts files; published declarations must name .js.
for (const name of readdirSync(dist, { recursive: true })) {
	if (!name.endsWith(".d.ts")) continue;
	const path = join(dist, name);
	writeFileSync(path, readFileSync(path, "utf8").replace(/(from\s+"\.{1,2}\/[^"]+)\.ts"/g, '$1.js"'));
}
