import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/contract/json.ts";
import { canonicalJson } from "../../src/policy/canonical-json.ts";
import { parseStrictJson, parseStrictJsonText } from "../../src/policy/strict-json.ts";
import { decodeUtf8, longestUtf8Start, utf8Length } from "../../src/policy/utf8.ts";

const encoder = new TextEncoder();
const parse = (text: string) => parseStrictJson(encoder.encode(text));
const bytes = (...values: number[]) => parseStrictJson(new Uint8Array(values));

/** Compares without prototypes: a parsed object has none. */
const plain = (value: Json): unknown => JSON.parse(JSON.stringify(value));

describe("the strict parser refuses", () => {
	test.each([
		["", "unexpected_end"],
		[" ", "unexpected_end"],
		["{", "unexpected_end"],
		["[1", "unexpected_end"],
		['{"a"', "unexpected_end"],
		['"abc', "unexpected_end"],
		["-", "unexpected_end"],
		["1.", "unexpected_end"],
		["1e", "unexpected_end"],
		["1e+", "unexpected_end"],
		["\ufeff{}", "byte_order_mark"],
		['{"a":1,"a":2}', "duplicate_key"],
		['{"a":1,"\\u0061":2}', "duplicate_key"],
		['{"__proto__":1}', "forbidden_key"],
		['{"\\u005f_proto__":{"admin":true}}', "forbidden_key"],
		['{"constructor":{}}', "forbidden_key"],
		['{"a":[{"prototype":1}]}', "forbidden_key"],
		["9007199254740993", "inexact_number"],
		["-9007199254740993", "inexact_number"],
		["1e400", "inexact_number"],
		["-1e400", "inexact_number"],
		["1e-400", "inexact_number"],
		["0.1000000000000000055511151231257827", "inexact_number"],
		["5e-324000", "inexact_number"],
		["123456789012345678901234567890", "inexact_number"],
		["3.4028234663852886e38000", "inexact_number"],
		['"\\ud800"', "lone_surrogate"],
		['"\\udc00"', "lone_surrogate"],
		['"\\ud800\\ud800"', "lone_surrogate"],
		['"\\ud83d x \\ude00"', "lone_surrogate"],
		['{"\\ud800":1}', "lone_surrogate"],
		["{} {}", "after_value"],
		["1 2", "after_value"],
		["null,", "after_value"],
		["{}\u0000", "after_value"],
		["{'a':1}", "syntax"],
		["{a:1}", "syntax"],
		['{"a":1,}', "syntax"],
		["[1,]", "syntax"],
		["[,1]", "syntax"],
		["01", "syntax"],
		["-01", "syntax"],
		["+1", "syntax"],
		[".5", "syntax"],
		["0x10", "after_value"],
		["1_000", "after_value"],
		["NaN", "syntax"],
		["Infinity", "syntax"],
		["-Infinity", "syntax"],
		["undefined", "syntax"],
		["TRUE", "syntax"],
		["nul", "syntax"],
		['"\\x41"', "syntax"],
		['"\\u12g4"', "syntax"],
		['"\\u{1f600}"', "syntax"],
		['"\\u00/0"', "syntax"],
		['"\\u00:0"', "syntax"],
		['"\\u00@0"', "syntax"],
		['"\\u00G0"', "syntax"],
		['"\\u00`0"', "syntax"],
		['"\\u004"', "syntax"],
		['"\\n\n"', "syntax"],
		['"\\n\u001f"', "syntax"],
		['"\\n', "unexpected_end"],
		['"\\ud83d\\n"', "lone_surrogate"],
		['"\\ud83d\\u00e9"', "lone_surrogate"],
		['"\\ude00\\ud83d"', "lone_surrogate"],
		['"\\udfff"', "lone_surrogate"],
		['"\\udc00\\udc00"', "lone_surrogate"],
		['"\\ud800\\ue000"', "lone_surrogate"],
		['"\\udbff\\udbff"', "lone_surrogate"],
		['"\\ud83dxude00"', "lone_surrogate"],
		['"\\ud83d\\xde00"', "lone_surrogate"],
		["1.5.5", "after_value"],
		["1.e5", "syntax"],
		["1e5.5", "after_value"],
		["1e-", "unexpected_end"],
		["1e+x", "syntax"],
		["-x", "syntax"],
		["00", "syntax"],
		["tru", "syntax"],
		["falsy", "syntax"],
		["{,}", "syntax"],
		['{"a";1}', "syntax"],
		['{"a"=1}', "syntax"],
		['{"a""b"}', "syntax"],
		['{"a":1;"b":2}', "syntax"],
		['{"a":1,', "unexpected_end"],
		['{"a":', "unexpected_end"],
		['{"a":1', "unexpected_end"],
		["[1,", "unexpected_end"],
		["[1}", "syntax"],
		['{"a":1]', "syntax"],
		['"a\nb"', "syntax"],
		['"a\tb"', "syntax"],
		['"a\u0000b"', "syntax"],
		["\u00a01", "syntax"],
		["\u20281", "syntax"],
		["/* c */ 1", "syntax"],
		["1 // c", "after_value"],
		['{"a" 1}', "syntax"],
		['{"a":1 "b":2}', "syntax"],
		["[1 2]", "syntax"],
		["]", "syntax"],
		["[}", "syntax"],
	])("%j: %s", (text, code) => {
		const result = parse(text);
		expect(result.ok ? "accepted" : result.problem.code).toBe(code);
	});

	test.each([
		["overlong slash", [0x22, 0xc0, 0xaf, 0x22]],
		["surrogate in UTF-8", [0x22, 0xed, 0xa0, 0x80, 0x22]],
		["lone continuation byte", [0x22, 0x80, 0x22]],
		["cut character", [0x22, 0xe2, 0x82]],
		["beyond U+10FFFF", [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
		["Latin-1", [0x22, 0xe9, 0x22]],
		["UTF-16 with its mark", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
	])("bytes that are not UTF-8: %s", (_name, values) => {
		const result = bytes(...values);
		expect(result.ok ? "accepted" : result.problem.code).toBe("not_utf8");
	});

	test("half of a surrogate pair in a text that was decoded elsewhere", () => {
		for (const text of [
			'"\ud800"',
			'"\udc00"',
			'"\ud800x"',
			'"\ud800\ud800"',
			'"\udfff\ud800"',
			'"\\n\ud800"',
			'"\\n\udc00\ud800"',
			'"\udfff"',
			'"\udc00\udc00"',
			'"\ud800\ue000"',
			'"\\n\udfff"',
			'"\\n\ud800\ue000"',
			'"\\n\udc00\udc00"',
		]) {
			const result = parseStrictJsonText(text);
			expect([text, result.ok ? "accepted" : result.problem.code]).toEqual([text, "lone_surrogate"]);
		}
	});

	test("nesting beyond the cap, at the cap not", () => {
		const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
		expect(parse(nested(64)).ok).toBe(true);
		expect(parse(nested(65))).toMatchObject({ ok: false, problem: { code: "too_deep" } });
		const nestedObjects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
		expect(parse(nestedObjects(64)).ok).toBe(true);
		expect(parse(nestedObjects(65))).toMatchObject({ ok: false, problem: { code: "too_deep" } });
		expect(parse("[".repeat(200_000))).toMatchObject({ ok: false, problem: { code: "too_deep" } });
		expect(parse('{"a":'.repeat(200_000))).toMatchObject({ ok: false, problem: { code: "too_deep" } });
	});

	test("more values than the cap", () => {
		const list = (length: number) => `[${new Array(length).fill("0").join()}]`;
		expect(parseStrictJson(encoder.encode(list(9)), { maxValues: 10 }).ok).toBe(true);
		expect(parseStrictJson(encoder.encode(list(10)), { maxValues: 10 })).toMatchObject({
			ok: false,
			problem: { code: "too_many_values" },
		});
	});
});

describe("a problem says where", () => {
	test("line, column and path", () => {
		expect(parse('{\n  "items": [\n    {"price": 1e400}\n  ]\n}')).toEqual({
			ok: false,
			problem: {
				code: "inexact_number",
				message: "this number has no exact form; send it as a string",
				path: "items[0].price",
				line: 3,
				column: 15,
			},
		});
		expect(parse('{"a":1,\n"a":2}')).toMatchObject({ problem: { path: "a", line: 2, column: 1 } });
	});

	test("the first byte that is not UTF-8", () => {
		const start = encoder.encode('{\n"é":"');
		expect(parseStrictJson(new Uint8Array([...start, 0xff, 0x22, 0x7d]))).toMatchObject({
			problem: { code: "not_utf8", line: 2, column: 6 },
		});
	});
});

describe("the strict parser takes", () => {
	test.each([
		["0.1", 0.1],
		["1.0", 1],
		["1e2", 100],
		["1E+2", 100],
		["-0", 0],
		["-0.0e-5", 0],
		["9007199254740992", 9007199254740992],
		["1e300", 1e300],
		["5e-324", 5e-324],
		["0.30", 0.3],
		["0.0000001", 1e-7],
		["0.1e1", 1],
		["0.012e+3", 12],
		["-0.00", 0],
		["100000000000000000000", 1e20],
		["0e99999999999", 0],
		["123456789.125", 123456789.125],
		['"\\u00e9\\n\\/\\ud83d\\ude00"', "é\n/😀"],
		['"\\u00E9\\uABCD\\uabcd\\uEF01"', "é\uabcd\uabcd\uef01"],
		['"é😀"', "é😀"],
		['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
		['"\\n\u{10000}\u{10ffff}x"', "\n\u{10000}\u{10ffff}x"],
		['"\u{10000}\u{10ffff}\ud7ff\ue000"', "\u{10000}\u{10ffff}\ud7ff\ue000"],
		['"\\ud800\\udc00\\udbff\\udfff\\ud7ff\\ue000"', "\u{10000}\u{10ffff}\ud7ff\ue000"],
		['"\\u0000\\u001f\u007f"', "\u0000\u001f\u007f"],
		['"\\n\ud7ff\ue000\uffff"', "\n\ud7ff\ue000\uffff"],
		["-15", -15],
		["-1.5", -1.5],
		["1.5e3", 1500],
		["1E5", 100000],
		["999999999999999", 999999999999999],
		["-999999999999999", -999999999999999],
		["0", 0],
		["[ ]", []],
		["{ }", {}],
		["[1 , 2,\n[true,false ] ]", [1, 2, [true, false]]],
		['{ "a" : 1 , "b":{"c":null} }', { a: 1, b: { c: null } }],
		["\t\r\n null ", null],
		['{"toString":1,"hasOwnProperty":2}', { toString: 1, hasOwnProperty: 2 }],
		['{"":{"":[]}}', { "": { "": [] } }],
	])("%s", (text, value) => {
		const result = parse(text);
		expect(result.ok && plain(result.value)).toEqual(value);
	});

	test("minus zero as zero", () => {
		const result = parse("-0");
		expect(result.ok && Object.is(result.value, 0)).toBe(true);
	});

	test("objects without a prototype", () => {
		const result = parse('{"a":{"b":1}}');
		if (!result.ok || typeof result.value !== "object" || result.value === null) throw new Error("no object");
		expect(Object.getPrototypeOf(result.value)).toBe(null);
		expect("toString" in result.value).toBe(false);
	});
});

describe("laws", () => {
	const values = fc.jsonValue({ maxDepth: 5 });
	const usable = (value: unknown) => !/"(__proto__|constructor|prototype)":/.test(JSON.stringify(value));

	test("what JSON.stringify writes is read as JSON.parse reads it", () => {
		fc.assert(
			fc.property(values, fc.integer({ min: 0, max: 3 }), (value, indent) => {
				fc.pre(usable(value) && JSON.stringify(value).isWellFormed());
				const text = JSON.stringify(value, null, indent);
				const result = parse(text);
				if (!result.ok) {
					// Only a lone surrogate, which JSON.stringify escapes, may stand in the way.
					expect(result.problem.code).toBe("lone_surrogate");
					return;
				}
				expect(plain(result.value)).toEqual(JSON.parse(text, (_key, member) => (Object.is(member, -0) ? 0 : member)));
			}),
		);
	});

	test("whatever it takes, JSON.parse takes and means the same", () => {
		const pieces = fc.constantFrom(
			"{",
			"}",
			"[",
			"]",
			",",
			":",
			'"',
			"\\",
			"a",
			"1",
			"0",
			".",
			"e",
			"-",
			" ",
			"true",
			"null",
			"\\u0061",
			"\\ud800",
		);
		fc.assert(
			fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
				const text = parts.join("");
				const result = parse(text);
				if (!result.ok) return;
				// Minus zero is zero here; a text may say it.
				expect(plain(result.value)).toEqual(JSON.parse(text, (_key, value) => (Object.is(value, -0) ? 0 : value)));
			}),
			{ numRuns: 5_000 },
		);
	});

	test("a double is taken exactly as its shortest spelling", () => {
		fc.assert(
			fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
				const result = parse(String(number));
				expect(result.ok && result.value).toBe(number === 0 ? 0 : number);
			}),
		);
	});

	test("any bytes get an answer", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 64 }), (values) => {
				expect(typeof parseStrictJson(values).ok).toBe("boolean");
			}),
		);
	});

	test("canonical JSON is read back as the same value, whatever the order of keys", () => {
		fc.assert(
			fc.property(values, (value) => {
				fc.pre(usable(value));
				const text = canonicalJson(value as Json);
				const result = parse(text);
				if (result.ok) expect(canonicalJson(result.value)).toBe(text);
				else expect(result.problem.code).toBe("lone_surrogate");
			}),
		);
	});
});

describe("UTF-8", () => {
	test("the size of a text is that of its bytes", () => {
		const points = fc
			.nat({ max: 0x10ffff })
			.map((point) => String.fromCodePoint(point >= 0xd800 && point < 0xe000 ? 0x41 : point));
		const edges = fc.constantFrom(
			"\u007f",
			"\u0080",
			"\u07ff",
			"\u0800",
			"\ud7ff",
			"\ue000",
			"\uffff",
			"\u{10000}",
			"\u{10ffff}",
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(edges, points), { maxLength: 6 }), (parts) => {
				const text = parts.join("");
				expect(utf8Length(text)).toBe(encoder.encode(text).length);
			}),
		);
	});

	test("of bytes that are not, the longest start that is", () => {
		const part = fc.oneof(
			fc.array(fc.constantFrom("a", "é", "€", "😀"), { maxLength: 12 }).map((letters) => [...encoder.encode(letters.join(""))]),
			fc.constantFrom([0x80], [0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xc0, 0xaf]),
		);
		fc.assert(
			fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
				const given = new Uint8Array(parts.flat());
				let end = given.length;
				while (decodeUtf8(given.subarray(0, end)) === null) end--;
				expect(encoder.encode(longestUtf8Start(given)).length).toBe(end);
			}),
		);
	});
});

test("canonical JSON sorts by UTF-16 units and writes shortest numbers (RFC 8785, sections 3.2.2 and 3.2.3)", () => {
	const value = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 };
	expect([true, false, null].map(canonicalJson)).toEqual(["true", "false", "null"]);
	expect(canonicalJson({ b: true, a: [false, null, {}], c: undefined } as unknown as Json)).toBe(
		'{"a":[false,null,{}],"b":true}',
	);
	for (const number of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => canonicalJson([number])).toThrow(TypeError);
	expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
	expect(canonicalJson([Number("333333333.33333329"), 1e30, 4.5, 2e-3, 1e-27, '€$\u000f\nA\'B"\\"/'])).toBe(
		'[333333333.3333333,1e+30,4.5,0.002,1e-27,"€$\\u000f\\nA\'B\\"\\\\\\"/"]',
	);
});
