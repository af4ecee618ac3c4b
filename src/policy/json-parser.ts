/** The values of JSON: objects, lists, and how deep and how many. */
import type { Json, JsonObject } from "../contract/json.ts";
import { FORBIDDEN_KEYS } from "./forbidden-keys.ts";
import { JsonTokens, MINUS, NINE, QUOTE, ZERO } from "./json-tokens.ts";

const COMMA = 0x2c;
const COLON = 0x3a;

/** Failing sets `failure` and unwinds by returning; the path is gathered on the way out, from the inside. */
export class JsonParser extends JsonTokens {
	readonly maxDepth: number;
	readonly maxValues: number;
	valuesLeft: number;
	path: (string | number)[] = [];

	constructor(text: string, maxDepth: number, maxValues: number) {
		super(text);
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
}

function shown(key: string): string {
	return JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}…` : key);
}
