/**
 * The texts and numbers of JSON, and the space between values, read at a place that moves on: what RFC 8259 sections 2, 6 and 7 say,
 * less lone surrogates and numbers that a double does not hold exactly.
 */
import type { Json } from "../contract/json.ts";
import { readExactNumber } from "./exact-number.ts";

export const QUOTE = 0x22;
const BACKSLASH = 0x5c;
export const MINUS = 0x2d;
const DOT = 0x2e;
export const ZERO = 0x30;
export const NINE = 0x39;

/** Failing sets `failure` and unwinds by returning. */
export class JsonTokens {
	readonly text: string;
	at = 0;
	failure: { code: string; message: string; at: number } | null = null;
	/** What the last escape stood for. */
	unescaped = "";

	constructor(text: string) {
		this.text = text;
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
