/** Writes openapi.json, or compares it with what would be written. */
import { readFile, writeFile } from "node:fs/promises";
import { endpoints } from "../../src/http/routes/index.ts";
import { ROOT } from "../gateway/build-worker.ts";
import { buildDocument } from "./document.ts";
import { DOCUMENT_PATH, documentText } from "./document-text.ts";
import { readErrorAdvice } from "./error-advice.ts";

const text = await documentText(buildDocument(endpoints, await readErrorAdvice(ROOT)));
const committed = await readFile(DOCUMENT_PATH, "utf8").catch(() => "");
if (process.argv.includes("--check")) {
	if (committed !== text) {
		console.error("openapi.json is not what the endpoints say. Run: node scripts/openapi.mjs");
		process.exitCode = 1;
	}
} else if (committed !== text) {
	await writeFile(DOCUMENT_PATH, text);
	console.log(`openapi.json written, ${text.length} characters`);
}
