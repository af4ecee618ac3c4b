/** How the values that a guard saw are shown: on the log, and in its phrases. What a definition keeps off the log stays off both. */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Json } from "../contract/json.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { CompiledField, InputPath } from "./compiled-role.ts";
import { type Cell, type Reading, Unreadable } from "./reading.ts";

export type Digest = (text: string) => string;

/** Longer texts are cut on the log, in UTF-16 units. */
const TEXT_MAX = 1_024;
/** More values are counted, not listed. */
const VALUES_MAX = 64;
/** Longer texts are cut in a phrase. */
const PHRASE_MAX = 256;

/** A field as text: `items[].price`. */
export function pathText(path: InputPath): string {
	let text = "";
	for (const step of path) {
		if (typeof step === "string") text += text === "" ? step : `.${step}`;
		else text += "each" in step ? "[]" : `[${step.at}]`;
	}
	return text;
}

/**
 * For each path of a field, whether its values may stand on the log. Facts always may.
 * @param elementPath - the way to the element that the field is of
 */
export function loggedPaths(field: CompiledField, definition: ActionDefinition, elementPath: InputPath = []): boolean[] {
	if (field.from !== "input") return [true];
	return field.paths.map((path) => {
		const whole = field.element === true ? [...elementPath, ...path] : path;
		const names = whole.filter((step) => typeof step === "string");
		return names.some((_, i) => definition.logged.includes(names.slice(0, i + 1).join(".")));
	});
}

/** The entry of a fact's `saw`: one value plain, several as a list. */
export function seenValue(reading: Reading, logged: boolean[], digest: Digest): Json {
	const { cells, origins } = reading;
	if (cells.length === 1) return seenCell(cells[0] as Cell, logged[origins?.[0] ?? 0] === true, digest);
	const seen: Json[] = [];
	for (let i = 0; i < cells.length && i < VALUES_MAX; i++) {
		seen.push(seenCell(cells[i] as Cell, logged[origins?.[i] ?? 0] === true, digest));
	}
	if (cells.length > VALUES_MAX) seen.push({ more: cells.length - VALUES_MAX });
	return seen;
}

function seenCell(cell: Cell, logged: boolean, digest: Digest): Json {
	if (cell instanceof Unreadable) return null;
	if (!logged) return hiddenValue(cell, digest);
	if (typeof cell === "string" && cell.length > TEXT_MAX) return { ...hiddenValue(cell, digest), start: cutText(cell, TEXT_MAX) };
	if (typeof cell === "object" && cell !== null) {
		const text = canonicalJson(cell);
		if (text.length > TEXT_MAX) return { ...hiddenValue(cell, digest), start: cutText(text, TEXT_MAX) };
	}
	return cell;
}

/** What stands for a value that may not be shown. The length is in UTF-16 units, of other values than texts that of their JSON. */
export function hiddenValue(value: Json, digest: Digest): { type: string; length: number; digest: string } {
	const text = typeof value === "string" ? value : canonicalJson(value);
	const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
	return { type, length: text.length, digest: digest(text) };
}

/** A value in a sentence: in quotes, and without. */
export function spokenValue(value: Json, logged: boolean, digest: Digest): { quoted: string; bare: string } {
	if (!logged) {
		const hidden = hiddenValue(value, digest);
		const text = `(${hidden.type}, length ${hidden.length}, digest ${hidden.digest})`;
		return { quoted: text, bare: text };
	}
	const text = typeof value === "string" ? value : canonicalJson(value);
	const bare = text.length > PHRASE_MAX ? `${cutText(text, PHRASE_MAX)}…` : text;
	return { quoted: typeof value === "string" ? `'${bare}'` : bare, bare };
}

/** The start of a text, with no half of a surrogate pair at its end. */
function cutText(text: string, length: number): string {
	const last = text.charCodeAt(length - 1);
	return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
