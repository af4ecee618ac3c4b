/** The golden cases through the compiled form as it is stored, and what they cover between them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ConditionDocument, QUANTIFIERS, type RoleDocument } from "../../src/contract/role-document.ts";
import type { RoleTestDocument } from "../../src/contract/role-test-document.ts";
import { compiledRoleBytes } from "../../src/policy/compile-role.ts";
import { RATE_WINDOW_SECONDS, TIME_PARTS } from "../../src/policy/compiled-role.ts";
import { DERIVED_FIELDS } from "../../src/policy/fields/derived.ts";
import { loadRole, readCompiledRole } from "../../src/policy/load-role.ts";
import { OPERATORS } from "../../src/policy/operators/registry.ts";
import { parseDocuments } from "../../src/policy/parse-documents.ts";
import { roleCoverage } from "../../src/policy/role-coverage.ts";
import { runRoleTest } from "../../src/policy/run-role-test.ts";
import { normalCase } from "./cases-normal.ts";
import { facts, roleOf } from "./support.ts";

/** Cases that differ in more than their constants. */
const DISTINCT_LEAST = 300;
const here = import.meta.dirname;

function documentsIn(folder: string, file: string) {
	const { documents, problems } = parseDocuments(readFileSync(join(here, folder, file)), { format: "yaml", file });
	if (problems.length > 0) throw new Error(JSON.stringify(problems));
	return documents;
}

const roles = new Map<string, { document: RoleDocument; source: string }>(
	readdirSync(join(here, "roles")).flatMap((file) =>
		documentsIn("roles", file).flatMap((one) =>
			one.kind === "Role"
				? [
						[
							one.document.metadata.name,
							{ document: one.document, source: readFileSync(join(here, "roles", file), "utf8") },
						] as const,
					]
				: [],
		),
	),
);
const suites = readdirSync(join(here, "cases")).flatMap((file) =>
	documentsIn("cases", file).flatMap((one) => (one.kind === "RoleTest" ? [one.document as RoleTestDocument] : [])),
);
const roleNamed = (name: string) => roles.get(name) as { document: RoleDocument; source: string };

describe("through the compiled form as text", () => {
	test.each(suites.map((suite) => [suite.metadata.name, suite] as const))(
		"%s: every verdict, fact and phrase is the same",
		(_name, suite) => {
			const loaded = roleOf(roleNamed(suite.role).source);
			const read = readCompiledRole(compiledRoleBytes(loaded.compiled));
			if (read === null) throw new Error("the compiled role is not read back");
			const [direct, stored] = [loaded, loadRole(read)].map((role) => runRoleTest(role, suite, facts));
			expect(stored).toEqual(direct);
			expect(stored?.filter(({ ok }) => !ok)).toEqual([]);
		},
	);
});

describe("what the cases cover", () => {
	const conditions: ConditionDocument[] = [...roles.values()].flatMap(({ document }) => [
		...document.guards.flatMap(({ when }) => (when === undefined ? [] : [when])),
		...Object.values(document.let ?? {}),
	]);
	const keys = new Set<string>();
	const fields = new Set<string>();
	const visit = (value: unknown): void => {
		if (Array.isArray(value)) value.forEach(visit);
		if (typeof value !== "object" || value === null) return;
		for (const [key, member] of Object.entries(value)) {
			keys.add(key);
			if (key === "field" && typeof member === "string") fields.add(member);
			visit(member);
		}
	};
	conditions.forEach(visit);
	const all = [...fields].join(" ");

	test("every operator, quantifier and option", () => {
		const wanted = [
			...OPERATORS.keys(),
			...QUANTIFIERS,
			"all",
			"any",
			"not",
			"use",
			"during",
			"list",
			"default",
			"allow_empty",
			"match",
			"ci",
			"by",
		];
		expect(wanted.filter((key) => !keys.has(key))).toEqual([]);
	});

	test("every derived field, window, part of the time and fact", () => {
		const wanted = [
			...[...DERIVED_FIELDS.keys()].map((name) => `.${name}`),
			...Object.keys(RATE_WINDOW_SECONDS).map((window) => `rate.${window}`),
			...TIME_PARTS.map((part) => `time.${part}`),
			"sum.",
			"agent.name",
			"agent.labels.",
			"request.ip",
			"request.country",
			"input.",
		];
		expect(wanted.filter((field) => !all.includes(field))).toEqual([]);
	});

	test(`at least ${DISTINCT_LEAST} cases differ in more than their constants, each with its verdict, guard and reason code`, () => {
		const distinct = new Set(
			suites.flatMap((suite) => suite.cases.map((one) => normalCase(roleNamed(suite.role).document, one))),
		);
		expect(distinct.size).toBeGreaterThanOrEqual(DISTINCT_LEAST);
	});

	test("every guard is reached, and goes both ways, but for the one about a day that Samoa never had", () => {
		const missed = [...roles.values()].flatMap(({ document, source }) => {
			const own = suites.filter(({ role }) => role === document.metadata.name);
			const loaded = roleOf(source);
			const verdicts = own.flatMap((suite) => runRoleTest(loaded, suite, facts).map(({ verdict }) => verdict));
			return roleCoverage(loaded, verdicts).flatMap(({ guard, branches }) =>
				branches
					.filter(({ when, reached }) => when !== null && !reached)
					.map(({ when }) => `${document.metadata.name}: ${guard} ${when}`),
			);
		});
		expect(missed).toEqual(["apia-days: the-day-that-never-was true"]);
	});
});
