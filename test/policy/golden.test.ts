/** The golden cases: what people write in a RoleTest, run through the pure engine. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Facts } from "../../src/policy/decision.ts";
import { countersOf, facts, roleOf, verdictOf } from "./support.ts";

interface Case {
	name: string;
	action: string;
	input: unknown;
	given?: Record<string, number | string>;
	expect: { verdict: string; guard?: string | null; reason?: string; reason_code?: string; detail?: string };
}

const here = import.meta.dirname;
const files = readdirSync(join(here, "cases"));
let total = 0;

/** `rate.…` is this call included, as a guard sees it. */
function countersGiven(given: Record<string, number | string> = {}) {
	const rates = Object.entries(given).filter(([field]) => field.startsWith("rate."));
	return countersOf(Math.max(0, ...rates.map(([, value]) => Number(value) - 1)));
}

function factsGiven(given: Record<string, number | string> = {}): Partial<Facts> {
	const known: Facts = { ...facts, agent: { ...facts.agent, labels: { ...facts.agent.labels } }, request: { ...facts.request } };
	for (const [field, value] of Object.entries(given)) {
		if (field.startsWith("agent.labels.")) known.agent.labels[field.slice("agent.labels.".length)] = String(value);
		if (field === "request.ip") known.request.ip = String(value);
	}
	return known;
}

for (const file of files) {
	const suite = parse(readFileSync(join(here, "cases", file), "utf8")) as { kind: string; role: string; cases: Case[] };
	total += suite.cases.length;
	describe(file, () => {
		const role = roleOf(readFileSync(join(here, "roles", `${suite.role}.yaml`), "utf8"));
		test.each(suite.cases.map((one): [string, Case] => [one.name, one]))(
			"%s",
			(_name, { action, input, given, expect: wanted }) => {
				const verdict = verdictOf(role, action, input, factsGiven(given), countersGiven(given));
				expect(verdict.verdict).toBe(wanted.verdict);
				if (wanted.guard !== undefined) expect(verdict.matched_guard).toBe(wanted.guard);
				if (wanted.reason !== undefined) expect(verdict.reason).toBe(wanted.reason);
				if (wanted.reason_code !== undefined) expect(verdict.reason_code).toBe(wanted.reason_code);
				if (wanted.detail !== undefined) {
					expect(verdict.facts.find(({ guard }) => guard === verdict.matched_guard)?.detail).toBe(wanted.detail);
				}
			},
		);
	});
}

test("there are at least 40 golden cases", () => {
	expect(total).toBeGreaterThanOrEqual(40);
});
