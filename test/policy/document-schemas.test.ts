/** The published JSON Schemas: they take what the parser takes, and object to the mistakes that people make. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Schema, Validator } from "@cfworker/json-schema";
import { describe, expect, test } from "vitest";
import { firstFiles } from "../../cli/src/init/first-files.ts";
import { CONNECTOR_NOTES } from "../../src/contract/connector-notes.ts";
import { CONDITION_NOTES, LIST_NOTES, ROLE_NOTES, ROLE_TEST_NOTES } from "../../src/contract/document-notes.ts";
import {
	documentJsonSchema,
	policyJsonSchema,
	SCHEMA_KINDS,
	type SchemaKind,
	schemaFiles,
} from "../../src/contract/document-schemas.ts";
import type { Json } from "../../src/contract/json.ts";
import { parseDocuments } from "../../src/policy/parse-documents.ts";
import { readDocuments } from "../../src/policy/read-document.ts";
import { roleOf } from "./support.ts";

const root = join(import.meta.dirname, "../..");
const validators = new Map(SCHEMA_KINDS.map((kind) => [kind, validatorOf(documentJsonSchema(kind))]));
const anyKind = validatorOf(policyJsonSchema());

function validatorOf(schema: object): Validator {
	return new Validator(schema as Schema, "2020-12", false);
}

function valuesIn(text: string): Json[] {
	const read = readDocuments(text, { format: "yaml" });
	if (!read.ok) throw new Error(JSON.stringify(read.problems));
	return read.documents.map(({ value }) => value);
}

const files: [string, string][] = [
	...["examples", "test/policy/roles", "test/policy/cases"].flatMap((folder) =>
		readdirSync(join(root, folder))
			.filter((file) => file.endsWith(".yaml"))
			.map((file): [string, string] => [`${folder}/${file}`, readFileSync(join(root, folder, file), "utf8")]),
	),
	...firstFiles("1.0.0", "")
		.filter(({ path }) => /^hivekey\/[^.].*\.yaml$/.test(path))
		.map(({ path, text }): [string, string] => [`init: ${path}`, text]),
];

test.each(files)("%s is valid", (_name, text) => {
	for (const value of valuesIn(text)) {
		const { kind } = value as { kind: SchemaKind };
		expect(validators.get(kind)?.validate(value).errors).toEqual([]);
		expect(anyKind.validate(value).errors).toEqual([]);
	}
});

const HEAD = "apiVersion: policy.hivekey.ai/v1\n";
const ROLE = `${HEAD}kind: Role\nmetadata: { name: r }\nscope: { allow: [mail.send] }\nguards:\n  - { id: g, action: mail.send, when: { field: to.domain, in: [acme.com] } }\n`;
const TEST = `${HEAD}kind: RoleTest\nmetadata: { name: t }\nrole: r\ncases:\n  - { name: c, action: mail.send, input: {}, given: { rate.per_day: 1 }, expect: { verdict: allow } }\n`;
const LIST = `${HEAD}kind: List\nmetadata: { name: l }\nitems: [a, 1, true]\n`;

/** Whether the engine refuses a document: some operands only where a role is compiled. */
function isRefused(text: string): boolean {
	const { documents, problems } = parseDocuments(text, { format: "yaml" });
	if (problems.length > 0 || documents[0]?.kind !== "Role") return problems.length > 0;
	try {
		roleOf(text);
		return false;
	} catch {
		return true;
	}
}

describe("mistakes that the schema and the parser both refuse", () => {
	test.each<[string, string, string, string]>([
		["no version", ROLE, HEAD, ""],
		["another version", ROLE, "ai/v1", "ai/v2"],
		["a kind that there is not", ROLE, "kind: Role", "kind: Rol"],
		["no name", ROLE, "{ name: r }", "{}"],
		["a name that is none", ROLE, "name: r", "name: Support Agent"],
		["an unknown key", ROLE, "guards:", "gaurds:"],
		["no scope", ROLE, "scope: { allow: [mail.send] }\n", ""],
		["an unknown key of the scope", ROLE, "allow:", "alow:"],
		["an action that is none", ROLE, "[mail.send]", "[Mail Send]"],
		["a guard without an id", ROLE, "id: g, ", ""],
		["an unknown operator", ROLE, "in: [acme.com]", "inn: [acme.com]"],
		["two operators", ROLE, "in: [acme.com]", "in: [acme.com], eq: x"],
		["no operator", ROLE, ", in: [acme.com]", ""],
		["an operand of another type", ROLE, "in: [acme.com]", "lte: five"],
		["an empty list", ROLE, "in: [acme.com]", "in: []"],
		["an unknown effect", ROLE, "action: mail.send,", "action: mail.send, effect: block,"],
		["an unknown mode", ROLE, "action: mail.send,", "action: mail.send, mode: dry,"],
		["no cases", TEST, /cases:[\s\S]*$/.exec(TEST)?.[0] as string, "cases: []\n"],
		["a case without an expectation", TEST, ", expect: { verdict: allow }", ""],
		["a case without input", TEST, "input: {}, ", ""],
		["an unknown verdict", TEST, "verdict: allow", "verdict: allowed"],
		["an unknown window", TEST, "rate.per_day", "rate.per_year"],
		["a count below one", TEST, "per_day: 1", "per_day: 0"],
		["an unknown fact", TEST, "rate.per_day: 1", "colour: red"],
		["a label that is a number", TEST, "rate.per_day: 1", "agent.labels.team: 1"],
		["an empty list document", LIST, "[a, 1, true]", "[]"],
		["an item that is a map", LIST, "[a, 1, true]", "[{}]"],
		["an item that is nothing", LIST, "[a, 1, true]", "[~]"],
	])("%s", (_name, text, right, wrong) => {
		const spoilt = text.replace(right, wrong);
		expect(spoilt).not.toBe(text);
		expect([isRefused(text), isRefused(spoilt)]).toEqual([false, true]);
		const [good] = valuesIn(text);
		const [bad] = valuesIn(spoilt);
		const { kind } = good as { kind: SchemaKind };
		expect([validators.get(kind)?.validate(good).valid, anyKind.validate(good).valid]).toEqual([true, true]);
		expect([validators.get(kind)?.validate(bad).valid, anyKind.validate(bad).valid]).toEqual([false, false]);
	});
});

describe("what editors show", () => {
	/** Every place of a schema that is no condition, with what it says. */
	function placesOf(schema: Json | undefined, place = ""): [string, Json | undefined][] {
		if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return [];
		const { properties, items } = schema;
		const inner = typeof properties === "object" && properties !== null ? Object.entries(properties) : [];
		return [
			[place, schema["description"]],
			...inner.flatMap(([key, one]) => placesOf(one, place === "" ? key : `${place}.${key}`)),
			...placesOf(items, `${place}[]`),
		];
	}

	test.each([
		["Role", ROLE_NOTES],
		["RoleTest", ROLE_TEST_NOTES],
		["List", LIST_NOTES],
		["Connector", CONNECTOR_NOTES],
	] as const)("every note of %s is about a key that there is, and every key has one", (kind, notes) => {
		const places = new Map(placesOf(documentJsonSchema(kind)));
		for (const [place, text] of Object.entries(notes)) expect([place, places.get(place)]).toEqual([place, text]);
		for (const [place, text] of places) if (!/\[\]$|given\./.test(place)) expect([place, typeof text]).toEqual([place, "string"]);
	});

	test("every key of a condition has a note", () => {
		const { Condition } = documentJsonSchema("Role")["$defs"] as { Condition: { anyOf: { properties: object }[] } };
		const keys = new Set(Condition.anyOf.flatMap(({ properties }) => Object.keys(properties)));
		expect([...keys].filter((key) => !Object.hasOwn(CONDITION_NOTES, key))).toEqual([]);
	});

	test("every schema says its dialect and its title, and refers to nothing outside of itself", () => {
		expect(Object.keys(schemaFiles())).toEqual([
			"policy.schema.json",
			"role.schema.json",
			"role-test.schema.json",
			"list.schema.json",
			"connector.schema.json",
			"sink.schema.json",
		]);
		for (const schema of Object.values(schemaFiles())) {
			expect(schema).toMatchObject({
				$schema: "https://json-schema.org/draft/2020-12/schema",
				title: expect.stringMatching(/^HiveKey/),
			});
			const refs = [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]*)"/g)].map(([, ref]) => ref as string);
			const { $defs = {} } = schema;
			for (const ref of refs) expect(Object.keys($defs as object)).toContain(ref.slice("#/$defs/".length));
		}
	});
});
