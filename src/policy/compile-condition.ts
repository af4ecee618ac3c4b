/** One guard's `when`, compiled for one action: fields resolved, operands read, list rules settled. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Json } from "../contract/json.ts";
import type { ConditionDocument, TestDocument } from "../contract/role-document.ts";
import type { CompiledCondition, CompiledTest, ListRule } from "./compiled-role.ts";
import { childPath, type Finding } from "./document-positions.ts";
import { readsOf } from "./load-test.ts";
import { readScalar } from "./operators/equality.ts";
import type { Target } from "./operators/operator.ts";
import { OPERATORS } from "./operators/registry.ts";
import { type ResolvedField, resolveField } from "./resolve-field.ts";
import { quoted } from "./suggestion.ts";

export interface ConditionScope {
	definition: ActionDefinition;
	/** All granted actions that the guard matches, this one among them. */
	definitions: ActionDefinition[];
	/** Where mistakes go. */
	findings: Finding[];
}

/**
 * Compiles a condition.
 * @param rule - how a list is tested here: every value where the lenient answer needs the condition to hold, else one. It
 * flips under each `not`
 */
export function compileCondition(
	condition: ConditionDocument,
	path: string,
	rule: ListRule,
	scope: ConditionScope,
): CompiledCondition {
	if ("all" in condition) return { all: compileMany(condition.all as ConditionDocument[], childPath(path, "all"), rule, scope) };
	if ("any" in condition) return { any: compileMany(condition.any as ConditionDocument[], childPath(path, "any"), rule, scope) };
	if ("not" in condition) {
		const flipped = rule === "every" ? "one" : "every";
		return { not: compileCondition(condition.not as ConditionDocument, childPath(path, "not"), flipped, scope) };
	}
	return compileTest(condition as TestDocument, path, rule, scope);
}

function compileMany(conditions: ConditionDocument[], path: string, rule: ListRule, scope: ConditionScope): CompiledCondition[] {
	return conditions.map((condition, index) => compileCondition(condition, childPath(path, index), rule, scope));
}

/** Stands for what could not be compiled; its finding keeps the role from being used. */
const FAILED: CompiledCondition = { const: false };

function compileTest(test: TestDocument, path: string, rule: ListRule, scope: ConditionScope): CompiledCondition {
	const find = (code: string, message: string, at: string, what?: "key"): CompiledCondition => {
		scope.findings.push({ path: at, code, message, ...(what === undefined ? {} : { at: what }) });
		return FAILED;
	};
	const op = Object.keys(test).find((key) => OPERATORS.has(key)) as string;
	const operator = OPERATORS.get(op);
	if (operator === undefined) return find("required", "a condition has an operator", path);
	const resolved = resolveTolerant(test, op, scope);
	if (!resolved.ok) return find(resolved.code, resolved.message, childPath(path, "field"));
	const { field, types, lists } = resolved;
	const whole = operator.lists === true && lists === "whole";
	if (operator.lists === true && lists === "nested")
		return find("nested_list", `${quoted(test.field)} is many lists, and \`${op}\` tests one`, childPath(path, "field"));
	const target: Target = { reads: readsOf(field), types, counter: field.from === "rate", list: whole };
	if (target.counter && !operator.counters)
		return find("wrong_type", `\`${op}\` cannot stand on ${quoted(test.field)}`, childPath(path, op), "key");
	if (types !== null && operator.tests !== null && !operator.tests.some((type) => types.has(type)))
		return find(
			"wrong_type",
			`\`${op}\` compares ${operator.tests.join(" or ")}s, and ${quoted(test.field)} is ${[...types].join(" or ")}`,
			childPath(path, op),
			"key",
		);
	const operand = operator.readOperand(test[op] as Json, target);
	if (!operand.ok) return find(operand.code, operand.message, `${childPath(path, op)}${operand.path ?? ""}`);
	const compiled: CompiledTest = { op, field, operand: operand.operand, rule };
	if (field.from === "rate") {
		for (const key of ["default", "allow_empty", "match", "ci"])
			if (test[key] !== undefined) find("not_here", `${quoted(key)} means nothing for a counter`, childPath(path, key), "key");
		return compiled;
	}
	if (test.match !== undefined) compiled.rule = test.match === "all" ? "every" : "one";
	if (whole) compiled.whole = true;
	if (test.ci === true) compiled.ci = true;
	if (test.allow_empty === true) compiled.allow_empty = true;
	if (test.default !== undefined) {
		const fallback = readFallback(test.default, target);
		if (fallback === null)
			return find("operand_type", "the default has none of the forms that the field has", childPath(path, "default"));
		compiled.default = fallback;
	}
	return compiled;
}

/**
 * A field that only some of a guard's actions have is an error, unless its author foresaw that it is missing: by a default,
 * or by asking whether it exists.
 */
function resolveTolerant(test: TestDocument, op: string, { definition, definitions }: ConditionScope): ResolvedField {
	const resolved = resolveField(test.field, definition);
	if (resolved.ok || resolved.code !== "unknown_field" || (test.default === undefined && op !== "exists")) return resolved;
	for (const other of definitions) {
		const elsewhere = resolveField(test.field, other);
		if (!elsewhere.ok || elsewhere.field.from !== "input") continue;
		return { ...elsewhere, field: { ...elsewhere.field, paths: elsewhere.field.paths.slice(0, 1) } };
	}
	return resolved;
}

function readFallback(fallback: Json, target: Target): Json | null {
	if (target.reads === "plain") return fallback;
	const read: Json[] = [];
	for (const one of Array.isArray(fallback) ? fallback : [fallback]) {
		const scalar = readScalar(one, target);
		if (!scalar.ok || (typeof scalar.operand === "string" && scalar.operand.startsWith("*."))) return null;
		read.push(scalar.operand);
	}
	return Array.isArray(fallback) ? read : (read[0] ?? null);
}
