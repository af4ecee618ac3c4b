/** A test of a counter: `rate.per_day`, `sum.amount.per_week`, each for an agent, for each value of a field, or for a role. */
import type { Json } from "../contract/json.ts";
import type { TestDocument } from "../contract/role-document.ts";
import type { CompiledCondition, CompiledCounter, ListRule } from "./compiled-role.ts";
import type { ConditionScope } from "./condition-scope.ts";
import { childPath, type Finding } from "./document-positions.ts";
import type { Operator } from "./operators/operator.ts";
import { resolveField } from "./resolve-field.ts";
import { quoted } from "./suggestion.ts";

/**
 * Compiles a test of a counter; null, and a finding, if it cannot be.
 * @param rule - of counters by value: whether each value's must pass, or one suffices
 */
export function compileCounter(
	test: TestDocument,
	path: string,
	operator: Operator,
	counter: CompiledCounter,
	rule: ListRule,
	scope: ConditionScope,
	findings: Finding[],
): CompiledCondition | null {
	const fail = (code: string, message: string, at: string, what?: "key"): null => {
		findings.push({ path: childPath(path, at), code, message, ...(what === undefined ? {} : { at: what }) });
		return null;
	};
	const op = operator.name;
	if (scope.element !== null)
		return fail(
			"not_here",
			`${quoted(test.field)} counts calls; it cannot stand in a condition on the elements of a list`,
			"field",
		);
	if (!operator.counters) return fail("wrong_type", `\`${op}\` cannot stand on ${quoted(test.field)}`, op, "key");
	for (const key of ["allow_empty", "match", "ci", ...(counter.sum === undefined ? ["default"] : [])])
		if (test[key] !== undefined) fail("not_here", `${quoted(key)} means nothing for a counter`, key, "key");
	const operand = test[op] as Json;
	if (typeof operand === "object" && operand !== null && !Array.isArray(operand))
		return fail("operand_type", "a counter is compared with constants", op);
	const read = operator.readOperand(operand, { reads: "plain", types: NUMBER, counter: counter.sum === undefined, list: false });
	if (!read.ok) return fail(read.code, read.message, `${op}${read.path ?? ""}`);
	const field: CompiledCounter = { ...counter };
	if (counter.sum !== undefined && test.default !== undefined) {
		if (typeof test.default !== "number" || test.default < 0)
			return fail("operand_type", "a number, zero or more, should stand here", "default");
		field.sum = { ...counter.sum, default: test.default };
	}
	if (test.by !== undefined) {
		const by = readBy(test.by, scope);
		if (typeof by === "object" && "message" in by) return fail(by.code, by.message, "by");
		field.by = by;
	}
	return { op, field, operand: read.operand, rule: typeof field.by === "object" ? rule : "every" };
}

const NUMBER: ReadonlySet<string> = new Set(["number"]);

function readBy(text: string, scope: ConditionScope): NonNullable<CompiledCounter["by"]> | { code: string; message: string } {
	if (text === "role") return "role";
	const resolved = resolveField(text, scope.definition);
	if (!resolved.ok) return resolved;
	const { field } = resolved;
	if (field.from === "input" || field.from === "fact") return { field };
	return { code: "wrong_type", message: `${quoted(text)} is no value to count by; put \`role\`, or a field of the input` };
}
