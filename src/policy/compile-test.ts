/** One operator on one field, compiled for one action. */
import type { Json } from "../contract/json.ts";
import type { TestDocument } from "../contract/role-document.ts";
import { compileCounter } from "./compile-counter.ts";
import { compileOperand } from "./compile-operand.ts";
import { checkTimeOperand } from "./compile-time.ts";
import type { CompiledCondition, CompiledReadField, CompiledTest, ListRule } from "./compiled-role.ts";
import { type ConditionScope, FAILED } from "./condition-scope.ts";
import { childPath, type Finding } from "./document-positions.ts";
import { mayHoldAddresses, readsOf } from "./load-operator.ts";
import { openPattern } from "./open-pattern.ts";
import { readScalar } from "./operators/equality.ts";
import type { Operator, Target } from "./operators/operator.ts";
import { OPERATORS } from "./operators/registry.ts";
import { type ResolvedField, resolveField } from "./resolve-field.ts";
import { quoted } from "./suggestion.ts";

/** Compiles a test that has been checked. What is wrong with it goes to the scope's findings. */
export function compileTest(test: TestDocument, path: string, rule: ListRule, scope: ConditionScope): CompiledCondition {
	const findings: Finding[] = [];
	const compiled = compile(test, path, rule, scope, findings);
	scope.findings.push(...findings);
	return compiled ?? FAILED;
}

function compile(
	test: TestDocument,
	path: string,
	rule: ListRule,
	scope: ConditionScope,
	findings: Finding[],
): CompiledCondition | null {
	const fail = (finding: Omit<Finding, "path">, at: string): null => {
		findings.push({ ...finding, path: childPath(path, at) });
		return null;
	};
	const op = Object.keys(test).find((key) => OPERATORS.has(key)) as string;
	const operator = OPERATORS.get(op) as Operator;
	const resolved = resolveTolerant(test, op, scope);
	if (!resolved.ok) return fail({ code: resolved.code, message: resolved.message }, "field");
	const { field, types, lists } = resolved;
	if (field.from === "rate") return compileCounter(test, path, operator, field, rule, scope, findings);
	if (test.by !== undefined) return fail(misplaced("`by` means something for `rate.*` and `sum.*` only"), "by");
	const whole = operator.lists === true && lists === "whole";
	if (operator.lists === true && lists === "nested")
		return fail({ code: "nested_list", message: `${quoted(test.field)} is many lists, and \`${op}\` tests one` }, "field");
	const addresses = mayHoldAddresses(field);
	const lower = addresses && test.ci !== true;
	const target: Target = { reads: readsOf(field), types, counter: false, list: whole, addresses, lower };
	if (types !== null && operator.tests !== null && !operator.tests.some((type) => types.has(type))) {
		const message = `\`${op}\` compares ${operator.tests.join(" or ")}s, and ${quoted(test.field)} is ${[...types].join(" or ")}`;
		return fail({ code: "wrong_type", message, at: "key" }, op);
	}
	const operand = compileOperand(test[op] as Json, operator, target, scope);
	if (!operand.ok) return fail({ code: operand.code, message: operand.message }, `${op}${operand.path ?? ""}`);
	const covering = coveringOf(field, operand.compiled.other);
	if (covering !== null) return fail({ code: "covers_itself", message: covering }, `${op}.field`);
	if (field.from === "time") {
		const { list } = operand.compiled;
		const compared = list === undefined ? operand.compiled.operand : [...(scope.lists.get(list) ?? [])];
		const unfit = checkTimeOperand(field.part, compared);
		if (unfit !== null) return fail({ code: "operand_type", message: unfit }, list === undefined ? op : `${op}.list`);
	}
	const compiled: CompiledTest = { op, field, ...operand.compiled, rule };
	const open =
		rule === "every" && !whole && compiled.operand !== undefined ? openPattern(op, compiled.operand, target.reads) : null;
	if (open !== null) scope.warnings.push({ path: childPath(path, op), code: "open_pattern", message: open });
	return withOptions(compiled, test, target, whole) ?? fail(NO_SUCH_DEFAULT, "default");
}

/**
 * Why a field cannot be compared with one that covers it: `reply_to in {field: to}` would find every `reply_to` among what `to`
 * stands for, and hold whatever the caller sends. Null if it can.
 */
function coveringOf(field: CompiledReadField, other: CompiledReadField | undefined): string | null {
	if (field.from !== "input" || other?.from !== "input") return null;
	const own = field.paths[0]?.[0];
	if (!other.paths.slice(1).some(([covered]) => covered === own)) return null;
	return `${quoted(other.text)} covers ${quoted(String(own))}, which would be compared with itself; name a field that does not cover it`;
}

const NO_SUCH_DEFAULT = { code: "operand_type", message: "the default has none of the forms that the field has" };

function misplaced(message: string): Omit<Finding, "path"> {
	return { code: "not_here", message, at: "key" };
}

/** Null if the default is none that the field could have. */
function withOptions(compiled: CompiledTest, test: TestDocument, target: Target, whole: boolean): CompiledTest | null {
	if (test.match !== undefined) compiled.rule = test.match === "all" ? "every" : "one";
	if (whole) compiled.whole = true;
	if (test.ci === true) compiled.ci = true;
	if (test.allow_empty === true) compiled.allow_empty = true;
	if (test.default === undefined) return compiled;
	const fallback = readFallback(test.default, target);
	if (fallback === null) return null;
	compiled.default = fallback;
	return compiled;
}

/**
 * A field that only some of a guard's actions have is an error, unless its author foresaw that it is missing: by a default,
 * or by asking whether it exists.
 */
function resolveTolerant(test: TestDocument, op: string, { definition, definitions, element }: ConditionScope): ResolvedField {
	const resolved = resolveField(test.field, definition, element);
	if (resolved.ok || element !== null || resolved.code !== "unknown_field") return resolved;
	if (test.default === undefined && op !== "exists") return resolved;
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
