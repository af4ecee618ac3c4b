/** What stands on the other side of an operator: a constant, a list by its name, or another field of the same call. */
import type { Json, JsonObject } from "../contract/json.ts";
import type { CompiledField, CompiledReadField, CompiledTest } from "./compiled-role.ts";
import type { ConditionScope } from "./condition-scope.ts";
import { readsOf } from "./load-operator.ts";
import type { Operator, Target } from "./operators/operator.ts";
import { resolveField } from "./resolve-field.ts";
import { didYouMean, quoted } from "./suggestion.ts";

export type OperandCompiled =
	| { ok: true; compiled: Pick<CompiledTest, "operand" | "list" | "other"> }
	| { ok: false; code: string; message: string; path?: string };

/** Reads an operand for a field. */
export function compileOperand(operand: Json, operator: Operator, target: Target, scope: ConditionScope): OperandCompiled {
	if (isReference(operand)) {
		const [key, more] = Object.keys(operand);
		const text = operand[key as string];
		if (more === undefined && typeof text === "string" && (key === "list" || key === "field"))
			return key === "list" ? listOperand(text, operator, target, scope) : fieldOperand(text, operator, target, scope);
		return fail("operand_type", "a constant should stand here, or `{ field: … }`, or `{ list: … }`");
	}
	const read = operator.readOperand(operand, target);
	return read.ok ? { ok: true, compiled: { operand: read.operand } } : read;
}

function fail(code: string, message: string, path?: string): OperandCompiled {
	return { ok: false, code, message, ...(path === undefined ? {} : { path }) };
}

function isReference(operand: Json): operand is JsonObject {
	return typeof operand === "object" && operand !== null && !Array.isArray(operand);
}

function listOperand(name: string, operator: Operator, target: Target, scope: ConditionScope): OperandCompiled {
	if (operator.takesLists !== true) return fail("operand_type", `\`${operator.name}\` takes no list`);
	const items = scope.lists.get(name);
	if (items === undefined) {
		const hint = didYouMean(name, scope.lists.keys());
		const todo = hint === "" ? "; put it under `lists`, or apply a List of that name first" : hint;
		return fail("unknown_list", `there is no list ${quoted(name)}${todo}`, ".list");
	}
	const read = operator.readOperand(items as Json[], target);
	if (!read.ok) {
		const which = read.path === undefined ? "" : `, item ${Number(/\d+/.exec(read.path)?.[0] ?? 0) + 1}`;
		return fail(read.code, `the list ${quoted(name)} does not fit here${which}: ${read.message}`, ".list");
	}
	scope.usedLists.add(name);
	return { ok: true, compiled: { operand: null, list: name } };
}

/** What both sides may be must overlap, and what kind of text they are must agree: a plain text is no domain. */
function fieldOperand(text: string, operator: Operator, target: Target, scope: ConditionScope): OperandCompiled {
	if (operator.takesFields !== true) return fail("operand_type", `\`${operator.name}\` takes constants only`, ".field");
	const resolved = resolveField(text, scope.definition, scope.element);
	if (!resolved.ok) return fail(resolved.code, resolved.message, ".field");
	const { field, types, lists } = resolved;
	if (!isRead(field)) return fail("wrong_type", `${quoted(text)} is a counter; let the counter stand on the left`, ".field");
	if (lists === "nested") return fail("nested_list", `${quoted(text)} is many lists`, ".field");
	const reads = readsOf(field);
	const fits = target.types === null || types === null || [...types].some((type) => target.types?.has(type));
	if (!fits || (operator.tests !== null && types !== null && !operator.tests.some((type) => types.has(type))))
		return fail("wrong_type", `${quoted(text)} is ${[...(types as Set<string>)].join(" or ")}, which is never equal`, ".field");
	if (reads !== target.reads)
		return fail("wrong_type", `${quoted(text)} is ${READS[reads]}, and the other side ${READS[target.reads]}`, ".field");
	return { ok: true, compiled: { operand: null, other: field } };
}

const READS: Record<Target["reads"], string> = {
	plain: "a plain value",
	email: "an e-mail address",
	domain: "a domain",
	local: "the local part of an address",
	host: "a host",
	scheme: "a scheme",
};

function isRead(field: CompiledField): field is CompiledReadField {
	return field.from !== "rate";
}
