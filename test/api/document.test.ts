/** The document: fresh, whole, in good form, and of one mind with docs/errors.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/gateway/build-worker.ts";
import { buildDocument } from "../../scripts/openapi/document.ts";
import { DOCUMENT_PATH, documentText } from "../../scripts/openapi/document-text.ts";
import { problemRows, readErrorAdvice } from "../../scripts/openapi/error-advice.ts";
import { CALL_ERROR_CODES, PROBLEM_STATUS, REASON_CODES } from "../../src/contract/codes.ts";
import { endpoints } from "../../src/http/routes/index.ts";
import { OPERATIONS } from "./openapi.ts";

const committed = readFileSync(DOCUMENT_PATH, "utf8");
const errorsPage = readFileSync(join(ROOT, "docs", "errors.md"), "utf8");

describe("openapi.json", () => {
	test("is what the endpoints say today", { timeout: 30_000 }, async () => {
		const advice = await readErrorAdvice(ROOT);
		const written = await documentText(buildDocument(endpoints, advice));
		expect(written === committed, "stale: run node scripts/openapi.mjs").toBe(true);
		expect(await documentText(buildDocument(endpoints, advice))).toBe(written);
	});

	test("has an operation for every endpoint, and an endpoint for every operation", () => {
		const served = endpoints.map(({ method, path }) => `${method} ${path}`);
		const documented = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
		expect(documented.toSorted()).toEqual(served.toSorted());
	});

	test("names the key that each endpoint asks for", () => {
		const schemes = { agent: ["agentToken"], root: ["rootKey"], anybody: [] };
		for (const { method, path, access } of endpoints) {
			const operation = OPERATIONS.find((one) => one.method === method && one.path === path);
			const wanted = typeof access === "object" ? ["adminKey"] : schemes[access];
			expect(operation?.security.flatMap(Object.keys), `${method} ${path}`).toEqual(wanted);
		}
	});

	test("passes a linter's strict rules, examples included", { timeout: 30_000 }, async () => {
		const config = await createConfig({
			extends: ["recommended-strict"],
			// What is open to all has no 4xx, and /docs answers with where the page is.
			rules: { "operation-4xx-response": "off", "operation-2xx-response": "off", "no-invalid-media-type-examples": "error" },
		});
		const problems = await lintFromString({ source: committed, absoluteRef: DOCUMENT_PATH, config });
		expect(problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`)).toEqual([]);
	});
});

describe("docs/errors.md", () => {
	test("explains every problem code with its status, and no other", () => {
		const explained = problemRows(errorsPage).map(({ code, status }) => [code, status]);
		expect(explained).toEqual(Object.entries(PROBLEM_STATUS));
	});

	test("explains every reason code and every code of a call, and no other", () => {
		const listed = (heading: string) => {
			const section = errorsPage.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
			return [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
		};
		expect(listed("Reason codes")).toEqual([...REASON_CODES]);
		expect(listed("Error codes of a call")).toEqual([...CALL_ERROR_CODES]);
	});

	test("keeps the lists apart: no code stands in two", () => {
		const all = [...REASON_CODES, ...Object.keys(PROBLEM_STATUS), ...CALL_ERROR_CODES];
		expect(all.filter((code, index) => all.indexOf(code) !== index)).toEqual([]);
	});
});
