/** The spelling of fields: `to`, `order.total`, `items[].price`, `items[0].sku`, `input.rate`, `rate.per_day`. */
import type { InputPath } from "./compiled-role.ts";
import { FORBIDDEN_KEYS } from "./forbidden-keys.ts";

/** First words that are ours; an input field of that name is reached as `input.rate`. */
export const RESERVED_WORDS = ["rate", "sum", "time", "agent", "request", "action"] as const;
export type ReservedWord = (typeof RESERVED_WORDS)[number];

export type FieldPath =
	/** `absolute` where `input.` was put in front. */
	| { ok: true; family: "input"; path: InputPath; absolute: boolean }
	| { ok: true; family: "sum"; path: InputPath; window: string }
	| { ok: true; family: Exclude<ReservedWord, "sum">; path: string[] }
	| { ok: false; message: string };

const SEGMENT = /^([^.[\]\s]+)((?:\[(?:0|[1-9][0-9]{0,5})?\])*)$/;
const BRACKET = /\[([0-9]*)\]/g;

/** Reads a field's text; whether there is such a field is for the action's schema to say. */
export function parseFieldPath(text: string): FieldPath {
	const path: InputPath = [];
	for (const segment of text.split(".")) {
		const match = SEGMENT.exec(segment);
		if (match === null) return { ok: false, message: "a field is written like order.total, items[].price or items[0].sku" };
		const name = match[1] as string;
		if (FORBIDDEN_KEYS.has(name)) return { ok: false, message: `a field may not be called ${name}` };
		path.push(name);
		for (const bracket of (match[2] as string).matchAll(BRACKET))
			path.push(bracket[1] === "" ? { each: true } : { at: Number(bracket[1]) });
	}
	const first = path[0] as string;
	const word = RESERVED_WORDS.find((reserved) => reserved === first);
	if (word === "sum") return sumPath(path);
	if (word !== undefined) {
		if (path.some((step) => typeof step !== "string")) return { ok: false, message: `a field of ${word} takes no brackets` };
		return { ok: true, family: word, path: path as string[] };
	}
	if (first !== "input") return { ok: true, family: "input", path, absolute: false };
	if (typeof path[1] !== "string") return { ok: false, message: "after `input.` the name of a field should stand" };
	return { ok: true, family: "input", path: path.slice(1), absolute: true };
}

/** `sum.order.total.per_day`: a field of the input between the word and the window. */
function sumPath(path: InputPath): FieldPath {
	const window = path[path.length - 1];
	const inner = path.slice(path[1] === "input" ? 2 : 1, -1);
	if (typeof window !== "string" || typeof inner[0] !== "string")
		return { ok: false, message: "a sum is written like sum.amount.per_day or sum.items[].price.per_week" };
	return { ok: true, family: "sum", path: inner, window };
}
