/** Writes openapi.json and the SDKs' types of it, or compares them with what would be written. */
import { readFile, writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { endpoints } from "../../src/http/routes/index.ts";
import { ROOT } from "../gateway/build-worker.ts";
import { buildDocument } from "./document.ts";
import { DOCUMENT_PATH, documentText } from "./document-text.ts";
import { readErrorAdvice } from "./error-advice.ts";
import { PYTHON_TYPES_PATH, pythonTypesText } from "./python-types.ts";
import { SDK_TYPES_PATH, sdkTypesText } from "./sdk-types.ts";

const text = await documentText(buildDocument(endpoints, await readErrorAdvice(ROOT)));
for (const [path, wanted] of [
	[DOCUMENT_PATH, text],
	[SDK_TYPES_PATH, sdkTypesText(text)],
	[PYTHON_TYPES_PATH, pythonTypesText(text)],
] as const) {
	const committed = await readFile(path, "utf8").catch(() => "");
	if (committed === wanted) continue;
	const name = relative(ROOT, path);
	if (process.argv.includes("--check")) {
		console.error(`${name} is not what the endpoints say. Run: node scripts/openapi.mjs`);
		process.exitCode = 1;
	} else {
		await writeFile(path, wanted);
		console.log(`${name} written, ${wanted.length} characters`);
	}
}
