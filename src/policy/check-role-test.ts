/** Whether a value is a RoleTest document. */
import type { Json } from "../contract/json.ts";
import { ROLE_TEST_KEYS, type RoleTestDocument, roleTestDocumentSchema } from "../contract/role-test-document.ts";
import type { Finding } from "./document-positions.ts";
import { checkGiven } from "./given-facts.ts";
import { isSchema } from "./schema-nodes.ts";
import { type ShapeWords, shapeFindings } from "./shape-findings.ts";
import { quoted } from "./suggestion.ts";

export type CheckedRoleTest = { ok: true; document: RoleTestDocument } | { ok: false; findings: Finding[] };

const ROLE_TEST_WORDS: ShapeWords = { keys: ROLE_TEST_KEYS };

/** Checks one document; all findings at once. */
export function checkRoleTest(value: Json): CheckedRoleTest {
	const findings: Finding[] = [];
	const parsed = roleTestDocumentSchema.safeParse(value);
	if (!parsed.success) findings.push(...shapeFindings(parsed.error, value, ROLE_TEST_WORDS));
	const cases = isSchema(value) && Array.isArray(value["cases"]) ? value["cases"] : [];
	const names = new Set<string>();
	cases.forEach((one, index) => {
		if (!isSchema(one)) return;
		const path = `cases[${index}]`;
		const { name, given } = one;
		if (typeof name === "string") {
			if (names.has(name))
				findings.push({ path: `${path}.name`, code: "duplicate_name", message: `the case name ${quoted(name)} stands twice` });
			names.add(name);
		}
		if (isSchema(given)) findings.push(...checkGiven(given, `${path}.given`));
	});
	return findings.length > 0 ? { ok: false, findings } : { ok: true, document: parsed.data as unknown as RoleTestDocument };
}
