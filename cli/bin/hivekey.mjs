#!/usr/bin/env node
// Says its version before anything else is loaded, checks what it runs on, then hands over to dist/main.mjs.
import { existsSync, readFileSync } from "node:fs";

const built = new URL("../dist/main.mjs", import.meta.url);

if (process.argv[2] === "--version" || process.argv[2] === "-V") {
	console.log(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version);
} else if (Number(process.versions.node.split(".")[0]) < 18) {
	console.error(`hivekey needs Node.js 18 or later, and this is ${process.version}.\n  Install a newer one: https://nodejs.org`);
	process.exitCode = 1;
} else if (!existsSync(built)) {
	console.error("hivekey is not built yet.\n  Run `npm run build` in the checkout first.");
	process.exitCode = 1;
} else {
	import(built.href).then((main) => main.runInProcess());
}
