/**
 * The one JSON parser of the request path. It refuses whatever two readers could understand differently: bytes that are not
 * UTF-8, a byte order mark, duplicate keys (RFC 8259 section 4 leaves their meaning open), numbers that a double does not
 * hold exactly, lone surrogates, the keys of JavaScript's prototypes, anything after the value. The caller caps the size.
 */
import type { Json, JsonObject } from "../contract/json.ts";
import { readExactNumber } from "./exact-number.ts";
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

/** Keys that reach a prototype in careless code, ours or an upstream's. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

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
	const parser = new Parser(text, limits?.maxDepth ?? DEFAULT_DEPTH, limits?.maxValues ?? DEFAULT_VALUES);
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

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** Failing sets `failure` and unwinds by returning; the path is gathered on the way out, from the inside. */
class Parser {
	readonly text: string;
	readonly maxDepth: number;
	valuesLeft: number;
	readonly maxValues: number;
	at = 0;
	failure: { code: string; message: string; at: number } | null = null;
	path: (string | number)[] = [];

	constructor(text: string, maxDepth: number, maxValues: number) {
		this.text = text;
		this.maxDepth = maxDepth;
		this.maxValues = maxValues;
		this.valuesLeft = maxValues;
	}

	document(): Json {
		if (this.text.charCodeAt(0) === 0xfeff) return this.fail("byte_order_mark", "a byte order mark stands before the value", 0);
		this.space();
		const value = this.value(0);
		if (this.failure !== null) return null;
		this.space();
		if (this.at < this.text.length) return this.fail("after_value", "something follows the value", this.at);
		return value;
	}

	fail(code: string, message: string, at: number): null {
		if (this.failure === null) this.failure = { code, message, at };
		return null;
	}

	space(): void {
		const text = this.text;
		for (;;) {
			const unit = text.charCodeAt(this.at);
			if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
			this.at++;
		}
	}

	value(depth: number): Json {
		if (--this.valuesLeft < 0) return this.fail("too_many_values", `more than ${this.maxValues} values`, this.at);
		const unit = this.text.charCodeAt(this.at);
		switch (unit) {
			case QUOTE:
				return this.string();
			case 0x7b:
				return this.object(depth + 1);
			case 0x5b:
				return this.array(depth + 1);
			case 0x74:
				return this.word("true", true);
			case 0x66:
				return this.word("false", false);
			case 0x6e:
				return this.word("null", null);
			default:
				if (unit === MINUS || (unit >= ZERO && unit <= NINE)) return this.number();
				if (this.at >= this.text.length) return this.fail("unexpected_end", "the body ends where a value should stand", this.at);
				return this.fail("syntax", "a value should stand here", this.at);
		}
	}

	word(word: string, value: Json): Json {
		if (!this.text.startsWith(word, this.at)) return this.fail("syntax", "a value should stand here", this.at);
		this.at += word.length;
		return value;
	}

	object(depth: number): Json {
		const object: JsonObject = Object.create(null);
		if (depth > this.maxDepth) return this.fail("too_deep", `nested deeper than ${this.maxDepth}`, this.at);
		const text = this.text;
		this.at++;
		this.space();
		if (text.charCodeAt(this.at) === 0x7d) {
			this.at++;
			return object;
		}
		for (;;) {
			const start = this.at;
			if (text.charCodeAt(start) !== QUOTE) return this.fail(...this.expected("a key in double quotes"), start);
			const key = this.string();
			if (this.failure !== null) return null;
			if (key in object) return this.failIn(key, "duplicate_key", `the key ${shown(key)} stands twice in one object`, start);
			if (FORBIDDEN_KEYS.has(key)) return this.failIn(key, "forbidden_key", `the key "${key}" is refused`, start);
			this.space();
			if (text.charCodeAt(this.at) !== COLON) return this.fail(...this.expected("a colon"), this.at);
			this.at++;
			this.space();
			const value = this.value(depth);
			if (this.failure !== null) {
				this.path.push(key);
				return null;
			}
			object[key] = value;
			this.space();
			const unit = text.charCodeAt(this.at);
			if (unit === COMMA) {
				this.at++;
				this.space();
			} else if (unit === 0x7d) {
				this.at++;
				return object;
			} else return this.fail(...this.expected("a comma or a closing brace"), this.at);
		}
	}

	array(depth: number): Json {
		const array: Json[] = [];
		if (depth > this.maxDepth) return this.fail("too_deep", `nested deeper than ${this.maxDepth}`, this.at);
		this.at++;
		this.space();
		if (this.text.charCodeAt(this.at) === 0x5d) {
			this.at++;
			return array;
		}
		for (;;) {
			const value = this.value(depth);
			if (this.failure !== null) {
				this.path.push(array.length);
				return null;
			}
			array.push(value);
			this.space();
			const unit = this.text.charCodeAt(this.at);
			if (unit === COMMA) {
				this.at++;
				this.space();
			} else if (unit === 0x5d) {
				this.at++;
				return array;
			} else return this.fail(...this.expected("a comma or a closing bracket"), this.at);
		}
	}

	failIn(key: string, code: string, message: string, at: number): null {
		this.path.push(key);
		return this.fail(code, message, at);
	}

	expected(what: string): [string, string] {
		return this.at >= this.text.length
			? ["unexpected_end", `the body ends where ${what} should stand`]
			: ["syntax", `${what} should stand here`];
	}

	string(): string {
		const text = this.text;
		const start = ++this.at;
		let at = start;
		for (;;) {
			const unit = text.charCodeAt(at);
			if (unit === QUOTE) {
				this.at = at + 1;
				return text.slice(start, at);
			}
			if (unit === BACKSLASH) return this.escapedString(start, at);
			// NaN at the end compares false.
			if (!(unit >= 0x20)) return this.badUnit(at);
			if (unit >= 0xd800 && unit <= 0xdfff) {
				if (!isPair(unit, text.charCodeAt(at + 1))) return this.lone(at);
				at++;
			}
			at++;
		}
	}

	escapedString(start: number, firstEscape: number): string {
		const text = this.text;
		let value = "";
		let from = start;
		let at = firstEscape;
		for (;;) {
			const unit = text.charCodeAt(at);
			if (unit === QUOTE) {
				this.at = at + 1;
				return value + text.slice(from, at);
			}
			if (unit === BACKSLASH) {
				const end = this.escape(at);
				if (end === 0) return "";
				value += text.slice(from, at) + this.unescaped;
				at = from = end;
				continue;
			}
			if (!(unit >= 0x20)) return this.badUnit(at);
			if (unit >= 0xd800 && unit <= 0xdfff) {
				if (!isPair(unit, text.charCodeAt(at + 1))) return this.lone(at);
				at++;
			}
			at++;
		}
	}

	/** What the last escape stood for. */
	unescaped = "";

	/** Reads one escape (two, for a surrogate pair); the place after it, or 0 if it is none. */
	escape(at: number): number {
		const letter = this.text[at + 1];
		if (letter === "u") {
			const high = this.hex(at + 2);
			if (high < 0) return this.badEscape(at);
			if (high < 0xd800 || high > 0xdfff) {
				this.unescaped = String.fromCharCode(high);
				return at + 6;
			}
			const low = this.text[at + 6] === "\\" && this.text[at + 7] === "u" ? this.hex(at + 8) : -1;
			if (!isPair(high, low)) {
				this.lone(at);
				return 0;
			}
			this.unescaped = String.fromCharCode(high, low);
			return at + 12;
		}
		const plain = letter === undefined ? undefined : ESCAPES[letter];
		if (plain === undefined) return this.badEscape(at);
		this.unescaped = plain;
		return at + 2;
	}

	hex(at: number): number {
		let value = 0;
		for (let i = at; i < at + 4; i++) {
			const unit = this.text.charCodeAt(i);
			const digit =
				unit >= ZERO && unit <= NINE
					? unit - ZERO
					: unit >= 0x41 && unit <= 0x46
						? unit - 0x37
						: unit >= 0x61 && unit <= 0x66
							? unit - 0x57
							: -1;
			if (digit < 0) return -1;
			value = value * 16 + digit;
		}
		return value;
	}

	badUnit(at: number): string {
		if (at >= this.text.length) this.fail("unexpected_end", "the body ends inside a string", at);
		else this.fail("syntax", "a control character stands unescaped in a string", at);
		return "";
	}

	badEscape(at: number): 0 {
		this.fail("syntax", "this is not an escape that JSON knows", at);
		return 0;
	}

	lone(at: number): string {
		this.fail("lone_surrogate", "half of a surrogate pair stands alone", at);
		return "";
	}

	number(): Json {
		const text = this.text;
		const start = this.at;
		let at = start;
		const negative = text.charCodeAt(at) === MINUS;
		if (negative) at++;
		const digits = at;
		let whole = 0;
		let unit = text.charCodeAt(at);
		while (unit >= ZERO && unit <= NINE) {
			whole = whole * 10 + unit - ZERO;
			unit = text.charCodeAt(++at);
		}
		const count = at - digits;
		if (count === 0 || (count > 1 && text.charCodeAt(digits) === ZERO)) return this.badNumber(digits);
		const plain = unit !== DOT && unit !== 0x65 && unit !== 0x45;
		if (plain && count <= 15) {
			this.at = at;
			return negative && whole !== 0 ? -whole : whole;
		}
		if (unit === DOT) {
			const end = this.digits(at + 1);
			if (end === at + 1) return this.badNumber(end);
			at = end;
			unit = text.charCodeAt(at);
		}
		if (unit === 0x65 || unit === 0x45) {
			const sign = text.charCodeAt(at + 1);
			const from = sign === 0x2b || sign === MINUS ? at + 2 : at + 1;
			const end = this.digits(from);
			if (end === from) return this.badNumber(end);
			at = end;
		}
		this.at = at;
		const value = readExactNumber(text.slice(start, at));
		return value === null ? this.fail("inexact_number", "this number has no exact form; send it as a string", start) : value;
	}

	digits(from: number): number {
		let at = from;
		for (let unit = this.text.charCodeAt(at); unit >= ZERO && unit <= NINE; unit = this.text.charCodeAt(++at));
		return at;
	}

	badNumber(at: number): null {
		if (at >= this.text.length) return this.fail("unexpected_end", "the body ends inside a number", at);
		return this.fail("syntax", "this is not a number in JSON's form", at);
	}
}

const ESCAPES: Record<string, string> = {
	__proto__: null as never,
	'"': '"',
	"\\": "\\",
	"/": "/",
	b: "\b",
	f: "\f",
	n: "\n",
	r: "\r",
	t: "\t",
};

function isPair(high: number, low: number): boolean {
	return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}

function shown(key: string): string {
	return JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}…` : key);
}
