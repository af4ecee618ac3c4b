/**
 * CEL's own conformance tests, those whose expression lowers: what this language says of them, and what CEL says. Most of the
 * suite is about what is refused by design (arithmetic, conversions, maps, protocol buffers, extensions).
 */
import { getConformanceSuite, type IncrementalTest, type IncrementalTestSuite } from "@bufbuild/cel-spec/testdata/tests.js";
import { expect, test } from "vitest";
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import type { ConditionDocument } from "../../src/contract/role-document.ts";
import { lowerCel } from "../../src/policy/cel/lower-cel.ts";
import { roleOf, uncheckedVerdictOf } from "./support.ts";

/** An action that leaves every field to the caller, at every depth. */
const OPEN: ActionDefinition = {
	name: "open.call",
	description: "Anything.",
	connector: "open",
	human_names: {},
	covers: {},
	defaults: {},
	time_limit_ms: 1_000,
	input_schema: { additionalProperties: { $ref: "#" }, items: { $ref: "#" } },
	logged: [],
};

type Value = Extract<IncrementalTest["original"]["resultMatcher"], { case: "value" }>["value"];

/** A value of CEL's as JSON; undefined for what JSON has not. */
function jsonOf({ kind }: Value): Json | undefined {
	switch (kind.case) {
		case "boolValue":
		case "stringValue":
			return kind.value;
		case "nullValue":
			return null;
		case "doubleValue":
		case "int64Value":
		case "uint64Value":
			return Number.isFinite(Number(kind.value)) ? Number(kind.value) : undefined;
		case "listValue": {
			const values = kind.value.values.map(jsonOf);
			return values.includes(undefined) ? undefined : (values as Json[]);
		}
		case "mapValue": {
			const entries = kind.value.entries.map(({ key, value }) => [key && jsonOf(key), value && jsonOf(value)] as const);
			if (entries.some(([key, value]) => typeof key !== "string" || value === undefined)) return undefined;
			return Object.fromEntries(entries) as JsonObject;
		}
		default:
			return undefined;
	}
}

/** Why a test cannot be put as a call; else the call's input. */
type Bound = { input: JsonObject } | { unbound: keyof typeof UNBOUND };
const UNBOUND = {
	container: "its names are looked up in a container or are names with dots in them, which this language has not",
	message: "a binding is a protocol buffer, which is no JSON",
};

function boundOf({ original: { bindings, container } }: IncrementalTest): Bound {
	const input: JsonObject = {};
	if (container !== "" || Object.keys(bindings).some((name) => name.includes("."))) return { unbound: "container" };
	for (const [name, binding] of Object.entries(bindings)) {
		const value = binding.kind.case === "value" ? jsonOf(binding.kind.value) : undefined;
		if (value === undefined) return { unbound: "message" };
		input[name] = value;
	}
	return { input };
}

/** What CEL says: true, false, or what else the expression comes to. */
function wanted({ original: { resultMatcher } }: IncrementalTest): boolean | "error" | "no boolean" {
	switch (resultMatcher.case) {
		case undefined:
			return true;
		case "value":
			return resultMatcher.value.kind.case === "boolValue" ? resultMatcher.value.kind.value : "no boolean";
		case "typedResult":
			return resultMatcher.value.result?.kind.case === "boolValue" ? resultMatcher.value.result.kind.value : "no boolean";
		default:
			return "error";
	}
}

/** What the condition comes to, under either polarity of the list rule. */
function outcomesOf(condition: ConditionDocument, input: JsonObject): (boolean | null | undefined)[] {
	return [
		["allow", "deny"],
		["deny", "allow"],
	].map(([effect, otherwise]) => {
		const guard = { id: "cel", action: OPEN.name, when: condition, effect, otherwise };
		const role = { metadata: { name: "tested" }, scope: { allow: [OPEN.name] }, guards: [guard] };
		const source = JSON.stringify({ apiVersion: "policy.hivekey.ai/v1", kind: "Role", ...role });
		return uncheckedVerdictOf(roleOf(source, [OPEN]), OPEN.name, input).facts[0]?.when;
	});
}

function testsOf({ tests, suites, name }: IncrementalTestSuite, path: string[] = []): { path: string; test: IncrementalTest }[] {
	const here = [...path, name];
	const own = tests.map((one) => ({ path: [...here.slice(1), one.name].join("/"), test: one }));
	return [...own, ...suites.flatMap((suite) => testsOf(suite, here))];
}

const all = testsOf(getConformanceSuite());
const lowered = all.flatMap((one) => {
	const result = lowerCel(one.test.original.expr);
	return result.ok ? [{ ...one, condition: result.condition }] : [];
});
const runnable = lowered.flatMap((one) => {
	const bound = boundOf(one.test);
	return "input" in bound ? [{ ...one, input: bound.input }] : [];
});

/** Where CEL says true or false and this language cannot tell, by path, with the reason: the suite has no such test. */
const STRICTER: Record<string, string> = {};

test("no expression that is accepted says true or false where CEL says something else", () => {
	const wrong: string[] = [];
	const stricter = new Set<string>();
	for (const { path, test: one, condition, input } of runnable) {
		const expected = wanted(one);
		for (const outcome of outcomesOf(condition, input)) {
			if (outcome === expected) continue;
			if (outcome !== null) wrong.push(`${path}: ${one.original.expr} is ${outcome}, CEL says ${expected}`);
			else if (typeof expected === "boolean") stricter.add(path);
		}
	}
	expect(wrong).toEqual([]);
	expect([...stricter]).toEqual(Object.keys(STRICTER));
});

test("what is accepted of the suite is known to the number", () => {
	const reading = runnable.filter(({ condition }) => !JSON.stringify(condition).startsWith('{"field":"agent.name"'));
	const unbound = { container: 0, message: 0 };
	for (const { test: one } of lowered) {
		const bound = boundOf(one);
		if ("unbound" in bound) unbound[bound.unbound]++;
	}
	const share = ((lowered.length / all.length) * 100).toFixed(1);
	console.log(`CEL conformance: ${lowered.length} of ${all.length} expressions lower (${share} %), ${runnable.length} are run`);
	expect({ all: all.length, lowered: lowered.length, run: runnable.length, reading: reading.length, unbound }).toEqual({
		all: 2_344,
		lowered: 260,
		run: 206,
		reading: 23,
		unbound: { container: 32, message: 22 },
	});
});
