/** Every example of docs/policy.md: the roles of a section, each with the calls of the table that follows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import type { JsonObject } from "../../src/contract/json.ts";
import { mailActions } from "../../src/contract/mail-actions.ts";
import type { Given } from "../../src/contract/role-test-document.ts";
import { compileRole } from "../../src/policy/compile-role.ts";
import { loadRole } from "../../src/policy/load-role.ts";
import { parseRoleSource } from "../../src/policy/parse-role.ts";
import { runRoleTest } from "../../src/policy/run-role-test.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/policy.md"), "utf8");
const [, schema = ""] = /```json\n([^`]*)```/.exec(page) ?? [];
const ordersPlace: ActionDefinition = {
	name: "orders.place",
	description: "Place an order.",
	connector: "orders",
	input_schema: JSON.parse(schema) as JsonObject,
	human_names: {},
	logged: ["amount", "budget", "callback", "express", "tags", "items", "files"],
	covers: {},
	defaults: {},
	time_limit_ms: 1_000,
};

interface Call {
	action: string;
	input: JsonObject;
	given: Given;
	verdict: "allow" | "deny" | "review";
	why: string;
}

interface Example {
	title: string;
	roles: string[];
	calls: Call[];
}

const HEAD =
	"apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: example }\nscope: { allow: [mail.send, mail.read, orders.place] }\n";

/** A table ends an example; the roles since the last one are its roles. */
function examplesOf(text: string): Example[] {
	const examples: Example[] = [];
	let title = "";
	let roles: string[] = [];
	for (const [block] of text.matchAll(/^## .*$|^```yaml\n[^`]*^```$|^\| call [^\n]*\n(?:\|[^\n]*\n)+/gm)) {
		if (block.startsWith("## ")) title = block.slice(3);
		else if (block.startsWith("```")) {
			const source = block.slice("```yaml\n".length, -3);
			roles.push(source.startsWith("apiVersion") ? source : HEAD + source);
		} else {
			examples.push({ title, roles, calls: callsOf(block) });
			roles = [];
		}
	}
	return examples;
}

function callsOf(table: string): Call[] {
	const [head = [], , ...rows] = table
		.trim()
		.split("\n")
		.map((line) =>
			line
				.slice(1, -1)
				.split("|")
				.map((cell) => cell.trim()),
		);
	return rows.map((row) => {
		const cell = (name: string) => (row[head.indexOf(name)] ?? "").replace(/^`(.*)`$/, "$1");
		const action = cell("call");
		const input = JSON.parse(cell("input")) as JsonObject;
		return {
			action,
			input: action === "mail.send" ? { subject: "hello", body: "x".repeat(600), ...input } : input,
			given: cell("given") === "" ? {} : JSON.parse(cell("given")),
			verdict: cell("verdict") as Call["verdict"],
			why: cell("why"),
		};
	});
}

const examples = examplesOf(page);

test("the page has examples of everything", () => {
	expect(examples.length).toBeGreaterThanOrEqual(17);
	expect(examples.flatMap(({ calls }) => calls).length).toBeGreaterThanOrEqual(55);
});

describe.each(examples.map((example): [string, Example] => [example.title, example]))("%s", (_title, { roles, calls }) => {
	test.each(
		roles.flatMap((role, at) =>
			calls.map((call): [string, string, Call] => [
				`${at + 1}: ${call.action} ${JSON.stringify(call.input).slice(0, 80)}`,
				role,
				call,
			]),
		),
	)("%s", (_name, source, { action, input, given, verdict, why }) => {
		const parsed = parseRoleSource(source, { format: "yaml", file: "docs/policy.md" });
		if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
		const [one] = parsed.documents;
		const compiled = compileRole((one as NonNullable<typeof one>).document, 1, [...mailActions, ordersPlace]);
		if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
		const [result] = runRoleTest(loadRole(compiled.compiled), {
			apiVersion: "policy.hivekey.ai/v1",
			kind: "RoleTest",
			metadata: { name: "example" },
			role: "example",
			cases: [{ name: "call", action, input, given, expect: { verdict } }],
		});
		expect([result?.came.verdict, why === "" ? "" : result?.came.reason]).toEqual([verdict, why]);
	});
});
