/** Sizes and patterns that keep others busy for hours are answered in a moment. */
import { describe, expect, test } from "vitest";
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import { matchesAction } from "../../src/policy/action-pattern.ts";
import { canonicalInput } from "../../src/policy/canonical-input.ts";
import { globMatcher } from "../../src/policy/operators/glob-pattern.ts";
import { readExpression } from "../../src/policy/operators/regular-expression.ts";
import { parseDocuments } from "../../src/policy/parse-documents.ts";
import { parseRoleSource } from "../../src/policy/parse-role.ts";
import { parseStrictJson } from "../../src/policy/strict-json.ts";
import { connectorText, definitionsOf, type HttpDefinition } from "./connector/connectors.ts";
import { mailActions } from "./mail-actions.ts";
import { mail } from "./support.ts";

const send = mailActions.find(({ name }) => name === "mail.send") as ActionDefinition;
const API = "apiVersion: policy.hivekey.ai/v1\n";
const HEAD = `${API}kind: Role\nmetadata: { name: r }\nscope: { allow: [mail.send] }\n`;

function problemsOf(source: string) {
	const parsed = parseRoleSource(source, { format: "yaml", file: "role.yaml" });
	return parsed.ok ? [] : parsed.problems;
}
const parse = (source: string, format: "yaml" | "json" = "yaml") => parseDocuments(source, { format, file: "p.yaml" });
const long = (items: number) => `${API}kind: List\nmetadata: { name: domains }\nitems:\n${"  - 12\n".repeat(items)}`;

describe("takes little time", () => {
	test("a body, in its size and not in its square", () => {
		const time = (text: string) => {
			const input = new TextEncoder().encode(text);
			const start = performance.now();
			parseStrictJson(input, { maxValues: 1e9 });
			return performance.now() - start;
		};
		const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i}":"\\n${"x".repeat(20)}"`).join()}}`;
		expect(time(keys(100_000))).toBeLessThan(2_000);
		expect(time(`1${"0".repeat(1_000_000)}`)).toBeLessThan(1_000);
		expect(time(`"${"\\n".repeat(1_000_000)}"`)).toBeLessThan(1_000);
	});

	test("an alias bomb", () => {
		let bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
		for (let i = 1; i < 12; i++) bomb += `a${i}: &a${i} [${new Array(9).fill(`*a${i - 1}`).join()}]\n`;
		const start = performance.now();
		expect(problemsOf(HEAD + bomb).map(({ code }) => code)).toContain("too_many_aliases");
		expect(performance.now() - start).toBeLessThan(1_000);
	});

	test.each([
		["40,000 keys", Array.from({ length: 20_000 }, (_, i) => `a${i}: 1\n`).join("")],
		["deep flow nesting", `a: ${"[".repeat(100_000)}`],
		["deep block nesting", Array.from({ length: 500 }, (_, i) => `${" ".repeat(i)}a:\n`).join("")],
		["many anchors", Array.from({ length: 10_000 }, (_, i) => `a${i}: &b${i} 1\n`).join("")],
	])("a role of hostile size: %s", (_name, source) => {
		const start = performance.now();
		expect(problemsOf(source).length).toBeGreaterThan(0);
		expect(performance.now() - start).toBeLessThan(3_000);
	});

	test("a list of 100,000 items, which is taken, and one more, which is not", () => {
		expect(parse(long(100_000)).problems).toEqual([]);
		expect(parse(long(100_001)).problems).toMatchObject([{ line: 5, code: "too_many_items" }]);
		const items = Array.from({ length: 100_000 }, (_, i) => i);
		const json = JSON.stringify({ apiVersion: "policy.hivekey.ai/v1", kind: "List", metadata: { name: "l" }, items });
		expect(parse(json, "json").problems).toEqual([]);
	});

	test("huge lists of wrong values", () => {
		const start = performance.now();
		expect(canonicalInput(send, mail(new Array(100_000).fill("x"))).ok).toBe(false);
		expect(canonicalInput(send, mail(new Array(100_000).fill(7))).ok).toBe(false);
		expect(performance.now() - start).toBeLessThan(3_000);
	});

	test("glob, in the text's length and not beyond", () => {
		const start = performance.now();
		expect(globMatcher("*a".repeat(127))(`${"a".repeat(200_000)}b`)).toBe(false);
		expect(globMatcher(`*${"?".repeat(200)}a*`)("b".repeat(200_000))).toBe(false);
		expect(performance.now() - start).toBeLessThan(1_000);
	});

	test("matches, as fast on the texts and patterns that stop others", () => {
		const a = "a".repeat(4_096);
		const mixed = Array.from({ length: 4_096 }, (_, i) => ((i * i * 7 + (i >> 3)) % 5 < 2 ? "a" : "b")).join("");
		const start = performance.now();
		for (const given of [
			"(a+)+$",
			"(a+)+c",
			"(a|a)*[cd]",
			"(a|aa)+[cd]$",
			"(.*)(.*)(.*)(.*)(.*)[cd]$",
			"(a|b)*a(a|b){300}[cd]",
			"(a|b)*a(a|b){15}(a?b?){100}[cd]",
			`${"a?".repeat(60)}${"a".repeat(60)}[cd]`,
		]) {
			const read = readExpression(given, false);
			for (const one of [`${a.slice(1)}!`, mixed])
				expect(read.ok && read.matches(one)).toBe(given === "(a+)+$" && one.endsWith("a"));
		}
		expect(performance.now() - start).toBeLessThan(5_000);
	});

	test("a pattern is compiled or refused quickly, however it repeats", () => {
		const start = performance.now();
		for (const given of [
			"\\pL{1000}".repeat(28),
			"a{1000}".repeat(36),
			"((((a{0,5}){0,5}){0,5}){0,5})",
			`${"(".repeat(127)}a${")".repeat(127)}`,
		]) {
			const read = readExpression(given, false);
			expect(read.ok ? "" : read.message).toMatch(/^$|^the pattern has/);
		}
		expect(performance.now() - start).toBeLessThan(5_000);
	});

	test("a schema's pattern that keeps a backtracking engine busy for hours", () => {
		const [definition] = definitionsOf(
			connectorText(
				"  - { name: crm.x, method: GET, path: /x, query: { a: a }, input: { type: object, properties: { a: { type: string, pattern: '^(a+)+$' } } } }\n",
			),
		) as [HttpDefinition];
		const startedAt = performance.now();
		expect(canonicalInput(definition, { a: "a".repeat(10_000) }).ok).toBe(true);
		expect(canonicalInput(definition, { a: `${"a".repeat(10_000)}!` })).toMatchObject({
			ok: false,
			problems: [{ path: "a", code: "format" }],
		});
		expect(performance.now() - startedAt).toBeLessThan(10_000);
	});

	test("patterns of actions, in their size and not beyond", () => {
		const start = performance.now();
		for (let i = 0; i < 100; i++) matchesAction(new Array(85).fill("**").join("."), `${"a.".repeat(60)}a`);
		expect(performance.now() - start).toBeLessThan(1_000);
	});
});
