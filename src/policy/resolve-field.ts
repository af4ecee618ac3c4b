/** From a field as its author wrote it to the field that the engine reads, checked against one action's definition. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import { type CompiledField, type InputPath, RATE_WINDOW_SECONDS, type RateWindow } from "./compiled-role.ts";
import { parseFieldPath, type ReservedWord } from "./field-path.ts";
import { DERIVED_FIELDS, type DerivedField } from "./fields/derived.ts";
import { FACT_NAMES, isFactPath } from "./fields/facts.ts";
import { holdsAddresses, namesAt, placeAt, placeTypes, type SchemaPlace, valueTypes } from "./schema-place.ts";
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

/** Resolves a field for one action. */
export function resolveField(text: string, definition: ActionDefinition): ResolvedField {
	const parsed = parseFieldPath(text);
	if (!parsed.ok) return { ok: false, code: "field_syntax", message: parsed.message };
	return parsed.family === "input" ? resolveInput(text, parsed.path, definition) : resolveOurs(text, parsed.family, parsed.path);
}

function resolveOurs(text: string, family: ReservedWord, path: string[]): ResolvedField {
	if (family === "rate" && path.length === 2 && Object.hasOwn(RATE_WINDOW_SECONDS, path[1] as string))
		return { ok: true, field: { from: "rate", text, window: path[1] as RateWindow }, types: NUMBER, lists: "none" };
	if (isFactPath(path)) return { ok: true, field: { from: "fact", text, path }, types: STRING, lists: "none" };
	const names =
		family === "rate" ? Object.keys(RATE_WINDOW_SECONDS).map((window) => `rate.${window}`) : (FACT_NAMES[family] ?? []);
	const hint = didYouMean(text, names);
	const known =
		names.length === 0
			? `; an input field of that name is \`input.${text}\``
			: `; there ${names.length === 1 ? "is" : "are"} ${names.join(", ")}`;
	return { ok: false, code: "unknown_field", message: `unknown field ${quoted(text)}${hint === "" ? known : hint}` };
}

function resolveInput(text: string, path: InputPath, definition: ActionDefinition): ResolvedField {
	const last = path[path.length - 1];
	const derived = path.length > 1 && typeof last === "string" ? DERIVED_FIELDS.get(last) : undefined;
	if (derived !== undefined) {
		const before = path.slice(0, -1);
		const prefix = placeAt(definition.input_schema, before);
		if (prefix.ok && isDerivedThere(derived, prefix.place)) return derivedField(text, before, derived, prefix.place, definition);
	}
	const found = placeAt(definition.input_schema, path);
	if (!found.ok) return unknownField(text, path, found, definition);
	const types = placeTypes(found.place);
	const paths = withCovered(path, definition);
	const field: CompiledField = {
		from: "input",
		text,
		paths,
		list: types?.has("array") === true || path.some(isEach),
	};
	if (holdsAddresses(found.place)) field.reads = "email";
	return { ok: true, field, types: valueTypes(found.place), lists: listsOf(path, found.place, paths) };
}

/** A property that the schema declares under that name is the property, unless a text may stand there as well. */
function isDerivedThere(derived: DerivedField, place: SchemaPlace): boolean {
	if (derived.of === "list") return placeTypes(place)?.has("array") === true;
	const types = valueTypes(place);
	return types === null ? !namesAt(place).includes(derived.name) : types.has("string");
}

function derivedField(
	text: string,
	path: InputPath,
	derived: DerivedField,
	place: SchemaPlace,
	definition: ActionDefinition,
): ResolvedField {
	const list = placeTypes(place)?.has("array") === true || path.some(isEach);
	const paths = withCovered(path, definition);
	const field: CompiledField = { from: "input", text, paths, derived: derived.name, list };
	return { ok: true, field, types: derived.gives === "number" ? NUMBER : STRING, lists: listsOf(path, place, paths) };
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
	{ name, input_schema }: ActionDefinition,
): ResolvedField {
	const wrong = path[step] as InputPath[number];
	const before = pathText(path.slice(0, step));
	const fail = (hint: string): ResolvedField => ({
		ok: false,
		code: "unknown_field",
		message: `unknown field ${quoted(text)} of ${name}${hint}`,
	});
	if (typeof wrong !== "string") return fail(`: ${quoted(before)} is no list`);
	if (list) return fail(`, did you mean \`${before}[].${pathText(path.slice(step))}\`?`);
	const prefix = placeAt(input_schema, path.slice(0, step));
	const isLast = step === path.length - 1 && step > 0 && prefix.ok;
	const derived = isLast
		? [...DERIVED_FIELDS.values()].filter((field) => isDerivedThere(field, prefix.place)).map((field) => field.name)
		: [];
	const meant = nearest(wrong, [...names, ...derived]);
	if (meant === null) return fail("");
	const rest = path.slice(step + 1);
	return fail(`, did you mean \`${pathText([...path.slice(0, step), meant, ...rest])}\`?`);
}
