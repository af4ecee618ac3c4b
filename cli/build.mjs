// Builds @hivekey/cli into dist/: everything that it needs at run time, for Node 18 and later.
// What a command needs only now and then (the YAML parser, the command parser) becomes a chunk that is loaded then.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
// Another folder can be named, for a build that nobody else is using.
const dist = resolve(process.argv[2] ?? join(here, "dist"));
rmSync(dist, { recursive: true, force: true });

const { metafile } = await build({
	absWorkingDir: here,
	entryPoints: ["src/main.ts"],
	outdir: dist,
	outExtension: { ".js": ".mjs" },
	chunkNames: "chunks/[name]-[hash]",
	bundle: true,
	splitting: true,
	format: "esm",
	platform: "node",
	target: "node18",
	metafile: true,
	logLevel: "warning",
	// Bundled CommonJS packages ask for Node's own modules through `require`.
	banner: {
		js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
	},
});

const folders = new Set();
for (const input of Object.keys(metafile.inputs)) {
	const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
	if (found) folders.add(resolve(here, found[1]));
}
const notices = [...folders].sort().map((folder) => {
	const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
	const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
	if (licence === undefined || !existsSync(join(folder, licence))) throw new Error(`${name} ships no licence text`);
	return `${name} ${version}\n\n${readFileSync(join(folder, licence), "utf8").trim()}\n`;
});
writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), notices.join(`\n${"-".repeat(72)}\n\n`));
