/** Writes the commands into docs/cli.md, or compares them with what would be written. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../gateway/build-worker.ts";
import { withReference } from "./reference.ts";

const path = join(ROOT, "docs", "cli.md");
const page = await readFile(path, "utf8");
const wanted = withReference(page);
if (page !== wanted && process.argv.includes("--check")) {
	console.error("docs/cli.md does not have the commands as they are. Run: node scripts/cli-docs.mjs");
	process.exitCode = 1;
} else if (page !== wanted) {
	await writeFile(path, wanted);
	console.log("docs/cli.md written");
}
