/**
 * The one JSON parser of the request path. It refuses whatever two readers could understand differently: bytes that are not
 * UTF-8, a byte order mark, duplicate keys (RFC 8259 section 4 leaves their meaning open), numbers that a double does not
 * hold exactly, lone surrogates, the keys of JavaScript's prototypes, anything after the value. The caller caps the size.
 */
import type { Json } from "../contract/json.ts";
import { JsonParser } from "./json-parser.ts";
import { decodeUtf8, longestUtf8Start } from "./utf8.ts";

export interface StrictJsonLimits {
	/** How many arrays and objects may stand in one another. */
	maxDepth?: number;
	/** How many values there may be altogether. */
	maxValues?: number;
}

export interface StrictJsonProblem {
	code: string;
	message: string;
	/** Where, such as `items[2].price`; empty for the document itself. */
	path: string;
	/** From 1; columns count UTF-16 units. */
	line: number;
	column: number;
}

export type StrictJsonResult = { ok: true; value: Json } | { ok: false; problem: StrictJsonProblem };

const DEFAULT_DEPTH = 64;
const DEFAULT_VALUES = 100_000;

/**
 * Parses a body.
 * @param bytes - the raw body, already capped in size
 * @returns the value, its objects without a prototype, or the first thing that is wrong with it
 */
export function parseStrictJson(bytes: Uint8Array, limits?: StrictJsonLimits): StrictJsonResult {
	const text = decodeUtf8(bytes);
	if (text === null) {
		const start = longestUtf8Start(bytes);
		return {
			ok: false,
			problem: { code: "not_utf8", message: "the body is not UTF-8", path: "", ...placeOf(start, start.length) },
		};
	}
	return parseStrictJsonText(text, limits);
}

/** The same for a text that was decoded already, such as a policy file. */
export function parseStrictJsonText(text: string, limits?: StrictJsonLimits): StrictJsonResult {
	const parser = new JsonParser(text, limits?.maxDepth ?? DEFAULT_DEPTH, limits?.maxValues ?? DEFAULT_VALUES);
	const value = parser.document();
	if (parser.failure === null) return { ok: true, value };
	const { code, message, at } = parser.failure;
	return { ok: false, problem: { code, message, path: pathText(parser.path), ...placeOf(text, at) } };
}

/** Line and column, from 1, of a place in a text. */
function placeOf(text: string, offset: number): { line: number; column: number } {
	let line = 1;
	let start = 0;
	for (let i = text.indexOf("\n"); i !== -1 && i < offset; i = text.indexOf("\n", i + 1)) {
		line++;
		start = i + 1;
	}
	return { line, column: offset - start + 1 };
}

function pathText(path: (string | number)[]): string {
	let text = "";
	for (const step of path.reverse()) text += typeof step === "number" ? `[${step}]` : text === "" ? step : `.${step}`;
	return text;
}
