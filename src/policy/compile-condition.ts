/** One guard's `when`, compiled for one action: names replaced, fields resolved, operands read, list rules settled. */
import type { ConditionDocument, DuringDocument, QuantifiedDocument, TestDocument } from "../contract/role-document.ts";
import { QUANTIFIERS, type Quantifier } from "../contract/role-document.ts";
import { type CelResult, lowerCel } from "./cel/lower-cel.ts";
import { compileDuring } from "./compile-during.ts";
import { compileTest } from "./compile-test.ts";
import type { CompiledCondition, CompiledEach, CompiledInputField, InputPath, ListRule } from "./compiled-role.ts";
import { type ConditionScope, FAILED } from "./condition-scope.ts";
import { childPath } from "./document-positions.ts";
import { type ElementScope, resolveField } from "./resolve-field.ts";
import { placeAt, placeTypes } from "./schema-place.ts";
import { quoted } from "./suggestion.ts";

/**
 * Compiles a condition.
 * @param rule - how a list is tested here: every value where the lenient answer needs the condition to hold, else one. It
 * flips under each `not` and `none`, also by way of `use`
 */
export function compileCondition(
	condition: ConditionDocument,
	path: string,
	rule: ListRule,
	scope: ConditionScope,
): CompiledCondition {
	if ("all" in condition) return { all: compileMany(condition.all as ConditionDocument[], childPath(path, "all"), rule, scope) };
	if ("any" in condition) return { any: compileMany(condition.any as ConditionDocument[], childPath(path, "any"), rule, scope) };
	if ("not" in condition)
		return { not: compileCondition(condition.not as ConditionDocument, childPath(path, "not"), flipped(rule), scope) };
	if ("use" in condition) {
		const name = condition.use as string;
		return compileCondition(scope.named[name] as ConditionDocument, childPath("let", name), rule, scope);
	}
	if ("cel" in condition) {
		const lowered = loweredOnce(condition.cel as string, scope);
		return lowered.ok ? compileCondition(lowered.condition, childPath(path, "cel"), rule, scope) : FAILED;
	}
	if ("during" in condition) return { during: compileDuring(condition.during as DuringDocument) };
	const quantifier = QUANTIFIERS.find((word) => word in condition);
	if (quantifier !== undefined) return compileEach(condition as QuantifiedDocument, quantifier, path, rule, scope);
	return compileTest(condition as TestDocument, path, rule, scope);
}

/** A guard's expression is the same for all its actions. */
function loweredOnce(text: string, { lowered }: ConditionScope): CelResult {
	let result = lowered.get(text);
	if (result === undefined) {
		result = lowerCel(text);
		lowered.set(text, result);
	}
	return result;
}

function compileMany(conditions: ConditionDocument[], path: string, rule: ListRule, scope: ConditionScope): CompiledCondition[] {
	return conditions.map((condition, index) => compileCondition(condition, childPath(path, index), rule, scope));
}

function flipped(rule: ListRule): ListRule {
	return rule === "every" ? "one" : "every";
}

/** A condition on each element of a list of objects. */
function compileEach(
	document: QuantifiedDocument,
	each: Quantifier,
	path: string,
	rule: ListRule,
	scope: ConditionScope,
): CompiledCondition {
	const find = (code: string, message: string): CompiledCondition => {
		scope.findings.push({ path: childPath(path, "field"), code, message });
		return FAILED;
	};
	const { field: text } = document;
	const resolved = resolveField(text, scope.definition, scope.element);
	if (!resolved.ok) return find(resolved.code, resolved.message);
	const { field } = resolved;
	if (field.from !== "input" || field.derived !== undefined) return find("wrong_type", `${quoted(text)} is no list of the input`);
	const element = elementScope(field, scope);
	if (element === null)
		return find(
			"wrong_type",
			`${quoted(text)} is no list of objects; for a list of values name an operator, and \`match: all\` or \`match: any\``,
		);
	const inner = document[each] as ConditionDocument;
	const of = compileCondition(inner, childPath(path, each), each === "none" ? flipped(rule) : rule, { ...scope, element });
	const compiled: CompiledEach = { each, field, of };
	if (document.allow_empty === true) compiled.allow_empty = true;
	return compiled;
}

/** Where the elements of a list stand; null if they can be no objects. */
function elementScope(list: CompiledInputField, { definition, element }: ConditionScope): ElementScope | null {
	const path = list.paths[0] as InputPath;
	const whole = list.element === true && element !== null ? [...element.path, ...path] : path;
	const inner = [...whole, { each: true as const }];
	const found = placeAt(definition.input_schema, inner);
	if (!found.ok) return null;
	const types = placeTypes(found.place);
	return types === null || types.has("object") ? { place: found.place, path: inner } : null;
}
