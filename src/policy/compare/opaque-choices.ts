/** Values for what no samples stand for: patterns, conditions on the elements of lists, one field against another, the clock. */
import type { Json, JsonObject } from "../../contract/json.ts";
import type { CompiledCondition, CompiledInputField, CompiledTest, InputPath } from "../compiled-role.ts";
import { type Choice, inputChoice, sumChoice, timeChoice } from "./choices.ts";

/** A Monday at midnight, in UTC. */
const MONDAY = Date.UTC(2026, 0, 5);
const QUARTER_MS = 900_000;
const WEEK_QUARTERS = 672;
const STRANGERS: Json[] = ["q", 1];

/** One list of choices for each thing that may be chosen. */
export function opaqueChoices(conditions: CompiledCondition[], full: JsonObject): Choice[][] {
	const fields = new Map<string, { field: CompiledInputField; values: Set<Json> }>();
	const sums = new Set<number>();
	let clock = false;
	const note = (field: CompiledTest["field"], prefix: InputPath, values: Json[]): void => {
		if (field.from !== "input") return;
		const path = [...(field.element === true ? prefix : []), ...(field.paths[0] ?? [])];
		const key = JSON.stringify([path, field.derived]);
		const known = fields.get(key) ?? { field: { ...field, paths: [path] }, values: new Set(STRANGERS) };
		fields.set(key, known);
		for (const value of values) known.values.add(value);
	};
	const walk = (condition: CompiledCondition, prefix: InputPath): void => {
		if ("all" in condition) for (const child of condition.all) walk(child, prefix);
		else if ("any" in condition) for (const child of condition.any) walk(child, prefix);
		else if ("not" in condition) walk(condition.not, prefix);
		else if ("each" in condition) {
			const path = condition.field.element === true ? prefix : [];
			walk(condition.of, [...path, ...(condition.field.paths[0] ?? []), { each: true }]);
		} else if ("during" in condition) clock = true;
		else if ("op" in condition) {
			const values = [condition.operand].flat();
			if (condition.field.from === "time") clock = true;
			if (condition.field.from === "rate" && condition.field.sum !== undefined)
				for (const value of values)
					if (typeof value === "number")
						sums
							.add(value)
							.add(value + 1)
							.add(value - 1);
			note(condition.field, prefix, values);
			if (condition.other !== undefined) note(condition.other, prefix, values);
		}
	};
	for (const condition of conditions) walk(condition, []);
	const choices = [...fields.values()].map(({ field, values }) => fieldChoices(field, [...values], full));
	if (sums.size > 0) choices.push([...sums].map(sumChoice));
	if (clock) choices.push(Array.from({ length: WEEK_QUARTERS }, (_, quarter) => timeChoice(MONDAY + quarter * QUARTER_MS)));
	return choices;
}

function fieldChoices(field: CompiledInputField, values: Json[], full: JsonObject): Choice[] {
	const few = values.slice(0, 24);
	const pairs = few.slice(1).map((value) => [few[0] as Json, value]);
	return [...few.map((value) => [value]), ...pairs, []].map((cells) => inputChoice(field, cells, full));
}
