/** The golden cases: what people write in a RoleTest, run by the runner that `hivekey role test` runs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RoleTestDocument } from "../../src/contract/role-test-document.ts";
import { parseDocuments } from "../../src/policy/parse-documents.ts";
import { runRoleTest } from "../../src/policy/run-role-test.ts";
import { facts, roleOf } from "./support.ts";

const here = import.meta.dirname;
let total = 0;

function suitesIn(file: string): RoleTestDocument[] {
	const { documents, problems } = parseDocuments(readFileSync(join(here, "cases", file)), { format: "yaml", file });
	if (problems.length > 0) throw new Error(JSON.stringify(problems));
	return documents.flatMap((one) => (one.kind === "RoleTest" ? [one.document] : []));
}

for (const file of readdirSync(join(here, "cases"))) {
	for (const suite of suitesIn(file)) {
		total += suite.cases.length;
		describe(`${file}: ${suite.metadata.name}`, () => {
			const role = roleOf(readFileSync(join(here, "roles", `${suite.role}.yaml`), "utf8"));
			test.each(suite.cases.map((one) => [one.name, one] as const))("%s", (_name, one) => {
				const results = runRoleTest(role, { ...suite, cases: [one] }, facts);
				expect(results.map(({ differences }) => differences)).toEqual([[]]);
			});
		});
	}
}

test("there are at least 500 golden cases", () => {
	expect(total).toBeGreaterThanOrEqual(500);
});
