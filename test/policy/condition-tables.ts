/** Tables of what conditions come to, for the tests of operators and fields. */
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import { compileRole } from "../../src/policy/compile-role.ts";
import { parseRoleSource } from "../../src/policy/parse-role.ts";
import { allActions, guardsOf, roleText, uncheckedVerdictOf, verdictOf } from "./support.ts";

export type Row = [condition: string, input: JsonObject, allow: boolean | null, deny?: boolean | null];

/** What a condition comes to where every value must pass (effect allow), or where one suffices (effect deny). */
export function outcomeOf(condition: string, input: JsonObject, effect: "allow" | "deny"): boolean | null | undefined {
	const action = "to" in input ? "mail.send" : "shop.order.pay";
	const role = guardsOf(`  - { id: g, action: ${action}, effect: ${effect}, when: ${condition} }\n`);
	return uncheckedVerdictOf(role, action, input).facts[0]?.when;
}

/** Each row, and the same under `not`, where the list rule flips: `not` in an allow is the negation of the deny, and back. */
export function table(name: string, rows: Row[]) {
	const negated = (outcome: boolean | null) => (outcome === null ? null : !outcome);
	describe(name, () => {
		test.each(rows)("%s of %j: %s", (condition, input, allow, deny = allow) => {
			expect(outcomeOf(condition, input, "allow")).toBe(allow);
			expect(outcomeOf(condition, input, "deny")).toBe(deny);
			expect(outcomeOf(`{ not: ${condition} }`, input, "deny")).toBe(negated(condition.includes("match:") ? deny : allow));
			expect(outcomeOf(`{ not: ${condition} }`, input, "allow")).toBe(negated(condition.includes("match:") ? allow : deny));
		});
	});
}

/** The mistakes in one condition: code, path, line and column. */
export function mistakes(condition: string, action = "shop.order.pay"): Json[] {
	const source = roleText(`  - { id: g, action: ${action}, when: ${condition} }\n`);
	const parsed = parseRoleSource(source, { format: "yaml", file: "role.yaml" });
	if (!parsed.ok)
		return parsed.problems.map(({ code, path, line, column }) => [code, path ?? null, line ?? null, column ?? null]);
	const [role] = parsed.documents;
	const compiled = role === undefined ? null : compileRole(role.document, 1, allActions, role.position);
	if (compiled === null || compiled.ok) return [];
	return compiled.problems.map(({ code, path, line, column }) => [code, path ?? null, line ?? null, column ?? null]);
}

export function mistakeTable(name: string, rows: [condition: string, code: string, path: string, action?: string][]) {
	test.each(rows)(`${name}: %s is %s at %s`, (condition, code, path, action = "shop.order.pay") => {
		const found = mistakes(condition, action);
		expect(found).toEqual([[code, `guards[0].when${path}`, 6, expect.any(Number)]]);
	});
}

/** The reason and the detail for one refused call. */
export function wordsOf(condition: string, input: JsonObject, effect = "allow"): (string | null | undefined)[] {
	const action = "to" in input ? "mail.send" : "shop.order.pay";
	const role = guardsOf(`  - { id: g, action: ${action}, effect: ${effect}, when: ${condition} }\n`);
	const verdict = verdictOf(role, action, input);
	return [verdict.reason, verdict.facts[0]?.detail];
}
