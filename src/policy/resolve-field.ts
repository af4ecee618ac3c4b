/** From a field as its author wrote it to the field that the engine reads, checked against one action's definition. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import {
	type CompiledCounter,
	type CompiledField,
	type CompiledInputField,
	type InputPath,
	RATE_WINDOW_SECONDS,
	type RateWindow,
	TIME_PARTS,
} from "./compiled-role.ts";
import { parseFieldPath } from "./field-path.ts";
import { DERIVED_FIELDS, type DerivedField } from "./fields/derived.ts";
import { FACT_NAMES, isFactPath } from "./fields/facts.ts";
import {
	holdsAddresses,
	mayHoldAddresses,
	namesAt,
	placeFrom,
	placeTypes,
	type SchemaPlace,
	valueTypes,
} from "./schema-place.ts";
import { pathText } from "./seen-values.ts";
import { didYouMean, nearest, quoted } from "./suggestion.ts";

export type ResolvedField =
	| {
			ok: true;
			field: CompiledField /** What its values may be; null where that is open. */;
			types: ReadonlySet<string> | null;
			lists: Lists;
	  }
	| { ok: false; code: string; message: string };

/** Whether the field is one list, a list in each element of another, or neither. */
type Lists = "whole" | "nested" | "none";

const STRING: ReadonlySet<string> = new Set(["string"]);
const NUMBER: ReadonlySet<string> = new Set(["number"]);

/** Where a condition on the elements of a list stands: its fields are the element's. */
export interface ElementScope {
	/** The way to the elements from the input as a whole. */
	path: InputPath;
	/** What the schema says of an element. */
	place: SchemaPlace;
}

/**
 * Resolves a field for one action.
 * @param element - the element that the field is of, unless it says `input.` or names something of ours
 */
export function resolveField(text: string, definition: ActionDefinition, element: ElementScope | null = null): ResolvedField {
	const parsed = parseFieldPath(text);
	if (!parsed.ok) return { ok: false, code: "field_syntax", message: parsed.message };
	switch (parsed.family) {
		case "input":
			return resolveInput(text, parsed.path, definition, parsed.absolute ? null : element);
		case "sum":
			return resolveSum(text, parsed.path, parsed.window, definition);
		case "rate":
			return parsed.path.length === 2 && isWindow(parsed.path[1] as string)
				? counter({ from: "rate", text, window: parsed.path[1] as RateWindow })
				: unknownOurs(
						text,
						WINDOWS.map((window) => `rate.${window}`),
					);
		case "time":
			return resolveTime(text, parsed.path);
		default:
			return isFactPath(parsed.path)
				? { ok: true, field: { from: "fact", text, path: parsed.path }, types: STRING, lists: "none" }
				: unknownOurs(text, FACT_NAMES[parsed.family] ?? []);
	}
}

const WINDOWS = Object.keys(RATE_WINDOW_SECONDS);

function isWindow(text: string): text is RateWindow {
	return Object.hasOwn(RATE_WINDOW_SECONDS, text);
}

function counter(field: CompiledCounter): ResolvedField {
	return { ok: true, field, types: NUMBER, lists: "none" };
}

function resolveTime(text: string, path: string[]): ResolvedField {
	const part = TIME_PARTS.find((known) => known === path[1]);
	if (part === undefined || path.length !== 2)
		return unknownOurs(
			text,
			TIME_PARTS.map((known) => `time.${known}`),
		);
	return {
		ok: true,
		field: { from: "time", text, part },
		types: part === "hour" || part === "minute" ? NUMBER : STRING,
		lists: "none",
	};
}

/** `sum.amount.per_day`: what is added up is a number of the input, or how many values a list has. */
function resolveSum(text: string, path: InputPath, window: string, definition: ActionDefinition): ResolvedField {
	if (!isWindow(window)) {
		const meant = WINDOWS.map((known) => `sum.${pathText(path)}.${known}`);
		return unknownOurs(text, meant);
	}
	const summed = resolveInput(pathText(path), path, definition, null);
	if (!summed.ok) return summed;
	if (summed.types?.has("number") !== true && summed.types !== null)
		return {
			ok: false,
			code: "wrong_type",
			message: `${quoted(pathText(path))} is ${[...summed.types].join(" or ")}, and only numbers can be summed`,
		};
	return counter({ from: "rate", text, window, sum: { field: summed.field as CompiledInputField } });
}

function unknownOurs(text: string, names: readonly string[]): ResolvedField {
	const hint = didYouMean(text, names);
	const known =
		names.length === 0
			? `; an input field of that name is \`input.${text}\``
			: `; there ${names.length === 1 ? "is" : "are"} ${names.join(", ")}`;
	return { ok: false, code: "unknown_field", message: `unknown field ${quoted(text)}${hint === "" ? known : hint}` };
}

function resolveInput(text: string, path: InputPath, definition: ActionDefinition, element: ElementScope | null): ResolvedField {
	const start: SchemaPlace = element?.place ?? { schemas: [definition.input_schema], root: definition.input_schema };
	const last = path[path.length - 1];
	const derived = path.length > 1 && typeof last === "string" ? DERIVED_FIELDS.get(last) : undefined;
	const before = path.slice(0, -1);
	if (derived !== undefined) {
		const prefix = placeFrom(start, before);
		if (prefix.ok && isDerivedThere(derived, prefix.place))
			return {
				ok: true,
				types: derived.gives === "number" ? NUMBER : STRING,
				...inputField(text, before, prefix.place, definition, element, derived),
			};
	}
	const found = placeFrom(start, path);
	if (!found.ok) return unknownField(text, path, found, start, definition.name);
	return { ok: true, types: valueTypes(found.place), ...inputField(text, path, found.place, definition, element) };
}

function inputField(
	text: string,
	path: InputPath,
	place: SchemaPlace,
	definition: ActionDefinition,
	element: ElementScope | null,
	derived?: DerivedField,
): { field: CompiledInputField; lists: Lists } {
	const paths = element === null ? withCovered(path, definition) : [path];
	const list = placeTypes(place)?.has("array") === true || path.some(isEach);
	const field: CompiledInputField = { from: "input", text, paths, list };
	if (derived !== undefined) field.derived = derived.name;
	else if (holdsAddresses(place)) field.reads = "email";
	else if (mayHoldAddresses(place)) field.addresses = true;
	if (element !== null) field.element = true;
	return { field, lists: listsOf(path, place, paths) };
}

/** A property that the schema declares under that name is the property, unless a text may stand there as well. */
function isDerivedThere(derived: DerivedField, place: SchemaPlace): boolean {
	if (derived.of === "list") return placeTypes(place)?.has("array") === true;
	const types = valueTypes(place);
	return types === null ? !namesAt(place).includes(derived.name) : types.has("string");
}

/** The named path, then those that its first field covers: `to` looks at `cc`, `bcc` and `reply_to` as well. */
function withCovered(path: InputPath, { covers }: ActionDefinition): InputPath[] {
	const [first, ...rest] = path as [string, ...InputPath];
	const covered = Object.hasOwn(covers, first) ? (covers[first] as string[]) : [];
	const every = rest.map((step) => (typeof step === "string" ? step : { each: true as const }));
	return [path, ...covered.map((field): InputPath => [field, ...every])];
}

function listsOf(path: InputPath, place: SchemaPlace, paths: InputPath[]): Lists {
	if (placeTypes(place)?.has("array") === true) return path.some(isEach) ? "nested" : "whole";
	return paths.length > 1 && path.every((step) => typeof step === "string") ? "whole" : "none";
}

function isEach(step: InputPath[number]): boolean {
	return typeof step === "object" && "each" in step;
}

function unknownField(
	text: string,
	path: InputPath,
	{ step, names, list }: { step: number; names: string[]; list: boolean },
	start: SchemaPlace,
	action: string,
): ResolvedField {
	const wrong = path[step] as InputPath[number];
	const before = pathText(path.slice(0, step));
	const fail = (hint: string): ResolvedField => ({
		ok: false,
		code: "unknown_field",
		message: `unknown field ${quoted(text)} of ${action}${hint}`,
	});
	if (typeof wrong !== "string") return fail(`: ${quoted(before)} is no list`);
	if (list) return fail(`, did you mean \`${before}[].${pathText(path.slice(step))}\`?`);
	const prefix = placeFrom(start, path.slice(0, step));
	const isLast = step === path.length - 1 && step > 0 && prefix.ok;
	const derived = isLast
		? [...DERIVED_FIELDS.values()].filter((field) => isDerivedThere(field, prefix.place)).map((field) => field.name)
		: [];
	const meant = nearest(wrong, [...names, ...derived]);
	if (meant === null) return fail("");
	const rest = path.slice(step + 1);
	return fail(`, did you mean \`${pathText([...path.slice(0, step), meant, ...rest])}\`?`);
}
