// Builds @hivekey/cli into dist/: everything that it needs at run time, for Node 18 and later.
// What a command needs only now and then (the YAML parser, the command parser) becomes a chunk that is loaded then.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
	minifyWhitespace: true,
	minifySyntax: true,
	logLevel: "warning",
	// Bundled CommonJS packages ask for Node's own modules through `require`.
	banner: {
		js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
	},
});

// The schemas of policy files, for editors: the same that `hivekey role schema` prints.
const { outputFiles } = await build({
	absWorkingDir: here,
	entryPoints: ["../src/contract/document-schemas.ts"],
	bundle: true,
	format: "esm",
	platform: "neutral",
	write: false,
	logLevel: "warning",
});
const schemas = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
mkdirSync(join(dist, "schemas"));
for (const [name, schema] of Object.entries(schemas.schemaFiles()))
	writeFileSync(join(dist, "schemas", name), `${JSON.stringify(schema, null, 2)}\n`);

const folders = new Set();
for (const input of Object.keys(metafile.inputs)) {
	const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
	if (found) folders.add(resolve(here, found[1]));
}
const notices = [...folders].sort().map((folder) => {
	const { name, version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
	const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
	const text = file === undefined ? namedLicence(folder, license, author) : readFileSync(join(folder, file), "utf8");
	if (text === undefined) throw new Error(`${name} ships no licence text`);
	return `${name} ${version}\n\n${text.trim()}\n`;
});
writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), notices.join(`\n${"-".repeat(72)}\n\n`));

/** The text of a licence that a package names and does not bring along. Ours is Apache-2.0 too. */
function namedLicence(folder, license, author) {
	const apache = readFileSync(join(here, "LICENSE"), "utf8");
	if (license === "Apache-2.0") return apache;
	if (license === "(Apache-2.0 AND BSD-3-Clause)") {
		// Its BSD part is @bufbuild/protobuf's reader of varints, which carries its notice at its head.
		const notice = /^(?:\/\/.*\n)+/.exec(readFileSync(join(folder, "dist/esm/wire/varint.js"), "utf8"))?.[0];
		return notice?.includes("Redistribution") ? `${apache}\n${notice.replace(/^\/\/ ?/gm, "")}` : undefined;
	}
	if (license !== "MIT" || author === undefined) return undefined;
	const holder = typeof author === "string" ? author : author.name;
	return `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify,
merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}
