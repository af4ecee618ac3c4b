/** `hivekey types`: schemas of actions as TypeScript, whoever wrote the schemas. */
import { transformSync } from "esbuild";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { actionsFile } from "../../cli/src/types/actions-file.ts";
import { typeText } from "../../cli/src/types/type-text.ts";
import { ADMIN_KEY, AGENT_TOKEN, ContractGateway, problem } from "../sdk/contract-gateway.ts";
import { cliIn, freshFolder } from "./run-cli.ts";

const SEND = {
	name: "mail.send",
	description: "Send a mail */ import x",
	input_schema: {
		type: "object",
		properties: {
			to: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
			"reply-to": { type: "string" },
		},
		required: ["to"],
		additionalProperties: false,
	},
};

const gateway = new ContractGateway();
const cli = cliIn(freshFolder());
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(() => {
	gateway.roles.clear();
	gateway.seen.length = 0;
	gateway.route = ({ path, headers }) => {
		const list = { status: 200, body: { items: [SEND], next_cursor: null } };
		if (path === "/v1/actions" && headers.authorization === `Bearer ${AGENT_TOKEN}`) return list;
		if (path === "/v1/roles/support-agent/actions") return list;
		if (path.endsWith("/actions")) return problem(404, "not_found", "there is no role nobody");
		return undefined;
	};
});

const env = { HIVEKEY_KEY: ADMIN_KEY };
const types = (line: string, more: Record<string, string> = {}) =>
	cli(`types ${line}`.trim(), { env: { ...env, HIVEKEY_URL: gateway.url, ...more } });

const MEMBER = `	interface ActionInputs {
		/** Send a mail * / import x */
		"mail.send": {
			to: string | string[];
			"reply-to"?: string;
		};
	}
`;

test("it writes a role's actions, an agent's, the token's, or those of the only role", async () => {
	gateway.roles.set("support-agent", { rev: 1, text: "" });
	gateway.agents.set("helpdesk-bot", { name: "helpdesk-bot", role: "support-agent" });
	for (const [line, more, command] of [
		["--role support-agent", {}, "hivekey types --role support-agent > actions.d.ts"],
		["--agent helpdesk-bot", {}, "hivekey types --agent helpdesk-bot > actions.d.ts"],
		["", {}, "hivekey types --role support-agent > actions.d.ts"],
		["", { HK_AGENT_TOKEN: AGENT_TOKEN }, "hivekey types > actions.d.ts"],
	] as [string, Record<string, string>, string][]) {
		const { exit, stdout, stderr } = await types(line, more);
		expect([exit, stderr]).toEqual([0, ""]);
		expect(stdout).toContain(`Written by: ${command}\n`);
		expect(stdout).toContain(MEMBER);
	}
});

test("it asks whose actions are meant where that is open", async () => {
	expect((await types("")).stderr).toContain("There is no role yet: hivekey role apply -f FILE");
	for (const name of ["a", "b"]) gateway.roles.set(name, { rev: 1, text: "" });
	const { exit, stderr } = await types("");
	expect([exit, stderr]).toEqual([2, "error: Whose actions are meant?\n  Name it with --role: a, b\n"]);
	expect((await types("--role nobody")).stderr).toContain("`hivekey role list` shows which roles there are.");
});

describe("a schema's type", () => {
	test.each([
		[{}, "unknown"],
		[true, "unknown"],
		[false, "never"],
		[{ type: ["string", "null"] }, "string | null"],
		[{ const: "a" }, '"a"'],
		[{ enum: ["a", 1, null, "a"] }, '"a" | 1 | null'],
		[{ type: "array" }, "unknown[]"],
		[{ type: "array", items: { enum: ["a", "b"] } }, '("a" | "b")[]'],
		[{ type: "array", prefixItems: [{ type: "number" }, { type: "string" }], items: false }, "[number, string]"],
		[{ type: "object" }, "Record<string, unknown>"],
		[{ type: "object", additionalProperties: false }, "Record<string, never>"],
		[{ type: "object", additionalProperties: { type: "number" } }, "Record<string, number>"],
		[{ oneOf: [{ type: "string" }, {}] }, "unknown"],
		[{ allOf: [{ type: "string" }, { minLength: 3 }] }, "string"],
		[{ $ref: "#/$defs/Node" }, "unknown"],
		[{ properties: { a: { type: "integer" } } }, "{\n\ta?: number;\n}"],
		[{ type: "nonsense" }, "unknown"],
	] as [unknown, string][])("%j is %s", (schema, text) => {
		expect(typeText(schema)).toBe(text);
	});

	test("of any schema, and any name, is TypeScript", () => {
		const schema = fc.letrec((tie) => ({
			any: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), tie("node")),
			node: fc.record(
				{
					type: fc.constantFrom("object", "array", "string", "weird", ["string", "null"]),
					description: fc.string({ unit: "binary" }),
					properties: fc.dictionary(fc.string({ unit: "binary" }), tie("any"), { maxKeys: 3 }),
					items: tie("any"),
					anyOf: fc.array(tie("any"), { maxLength: 3 }),
					allOf: fc.array(tie("any"), { maxLength: 3 }),
					enum: fc.array(fc.jsonValue(), { maxLength: 3 }),
					additionalProperties: tie("any"),
				},
				{ requiredKeys: [] },
			),
		})).node;
		const action = fc.record({
			name: fc.string({ unit: "binary" }),
			description: fc.string({ unit: "binary" }),
			input_schema: schema,
		});
		fc.assert(
			fc.property(action, (one) => {
				const text = actionsFile([one as never], "role x", "hivekey types");
				expect(transformSync(text, { loader: "ts" }).code.trim()).toBe('import "@hivekey/sdk";');
			}),
			{ numRuns: 100 },
		);
	});
});
