/** The fields that a condition reads, as the log names them: those of elements by their way through the list. */
import type { Json } from "../contract/json.ts";
import type { CompiledCondition, CompiledInputField, CompiledReadField } from "./compiled-role.ts";

export interface ReadsField {
	field: CompiledReadField;
	fallback: Json | undefined;
}

/** The fields that this version knows. */
const FROM = ["input", "fact", "time", "rate"];

/** All of them, those of counters too; one may come more than once. */
export function* fieldsOf(condition: CompiledCondition, list: CompiledInputField | null = null): Generator<ReadsField> {
	if ("const" in condition) return;
	if ("during" in condition) {
		for (const part of ["weekday", "hour", "minute"] as const)
			yield { field: { from: "time", text: `time.${part}`, part }, fallback: undefined };
		return;
	}
	if ("not" in condition) yield* fieldsOf(condition.not, list);
	else if ("all" in condition) for (const child of condition.all) yield* fieldsOf(child, list);
	else if ("any" in condition) for (const child of condition.any) yield* fieldsOf(child, list);
	else if ("each" in condition) yield* fieldsOf(condition.of, inList(condition.field, list));
	else if (!FROM.includes(condition.field?.from)) return;
	else if (condition.field.from === "rate") {
		const { sum, by } = condition.field;
		if (sum !== undefined) yield { field: sum.field, fallback: sum.default };
		if (typeof by === "object") yield { field: by.field, fallback: undefined };
	} else {
		yield { field: inList(condition.field, list), fallback: condition.default };
		if (condition.other !== undefined) yield { field: inList(condition.other, list), fallback: undefined };
	}
}

/** A field of the elements of a list as a field of the whole input: `attachments[].name`. */
function inList<F extends CompiledReadField>(field: F, list: CompiledInputField | null): F {
	if (list === null || field.from !== "input" || field.element !== true) return field;
	const { element: _element, ...rest } = field;
	return {
		...rest,
		text: `${list.text}[].${field.text}`,
		paths: list.paths.flatMap((outer) => field.paths.map((inner) => [...outer, { each: true as const }, ...inner])),
		list: true,
	} as F;
}
