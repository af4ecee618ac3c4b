/** `matches`: RE2's syntax, somewhere in the text, in a time that no text can stretch. */
import { RE2JS } from "@bufbuild/re2";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldCase } from "../../src/policy/fold-case.ts";
import { readExpression, STEPS_MAX } from "../../src/policy/operators/regular-expression.ts";
import { mistakeTable, outcomeOf, table, wordsOf } from "./condition-tables.ts";

function expression(pattern: string, ci = false): (text: string) => boolean | null {
	const read = readExpression(pattern, ci);
	if (!read.ok) throw new Error(read.message);
	return read.matches;
}

function messageOf(pattern: string): string {
	const read = readExpression(pattern, false);
	return read.ok ? "" : read.message;
}

table("matches", [
	["{ field: currency, matches: 'E.R' }", { currency: "EUR" }, true],
	["{ field: currency, matches: 'U' }", { currency: "EUR" }, true],
	["{ field: currency, matches: '^U' }", { currency: "EUR" }, false],
	["{ field: currency, matches: '^[A-Z]{3}$' }", { currency: "EUR" }, true],
	["{ field: currency, matches: '^[A-Z]{3}$' }", { currency: "EUR\n" }, false],
	["{ field: currency, matches: '^[A-Z]{3}$' }", { currency: "x\nEUR" }, false],
	["{ field: currency, matches: '(?m)^[A-Z]{3}$' }", { currency: "x\nEUR" }, true],
	["{ field: currency, matches: 'a.b' }", { currency: "a\nb" }, false],
	["{ field: currency, matches: '(?s)a.b' }", { currency: "a\nb" }, true],
	["{ field: currency, matches: '^a.b$' }", { currency: "a😀b" }, true],
	["{ field: currency, matches: '^a.b$' }", { currency: "a\uffffb" }, true],
	["{ field: currency, matches: '\\bid\\b' }", { currency: "an id." }, true],
	["{ field: currency, matches: '\\bid\\b' }", { currency: "kids" }, false],
	["{ field: currency, matches: '^\\p{Greek}+$' }", { currency: "οδος" }, true],
	["{ field: currency, matches: eur }", { currency: "EUR" }, false],
	["{ field: currency, matches: eur, ci: true }", { currency: "EUR" }, true],
	["{ field: currency, matches: '(?i)eur' }", { currency: "EUR" }, true],
	["{ field: currency, matches: '.' }", { currency: "" }, null],
	["{ field: currency, matches: '.' }", {}, null],
	["{ field: currency, matches: '^x$', default: x }", {}, true],
	["{ field: currency, matches: '.' }", { currency: 7 }, null],
	["{ field: currency, matches: '.' }", { currency: null }, null],
	["{ field: tags, matches: ^a }", { tags: ["ab", "b"] }, false, true],
	["{ field: tags, matches: ^a, match: all }", { tags: ["ab", "b"] }, false],
	["{ field: tags, matches: ^a, match: any }", { tags: ["ab", "b"] }, true],
	["{ field: tags, matches: ^a }", { tags: ["ab", ""] }, null, true],
	["{ field: tags, matches: ^a }", { tags: [] }, null, false],
	["{ field: tags, matches: ^a, allow_empty: true }", { tags: [] }, true, false],
	// The case of an address's local part is its server's business, so what it decides is left open, either way.
	["{ field: to, matches: '^boss@' }", { to: "boss@acme.com" }, true],
	["{ field: to, matches: '^boss@' }", { to: "Boss@acme.com" }, null],
	["{ field: to, matches: '^boss@', ci: true }", { to: "Boss@acme.com" }, true],
	["{ field: to, matches: '^[^B]' }", { to: "boss@acme.com" }, null],
	["{ field: to, matches: '^clerk@' }", { to: "boss@acme.com" }, false],
	["{ field: to.local, matches: '^BOSS$' }", { to: "boss@acme.com" }, null],
	["{ field: to.domain, matches: '(^|\\.)ACME\\.com$' }", { to: "a@x.acme.com" }, true],
	["{ field: currency.host, matches: '^API[0-9]+\\.acme\\.com$' }", { currency: "https://api7.acme.com/" }, true],
	["{ field: currency.path, matches: '^/V1/' }", { currency: "https://acme.com/v1/" }, false],
]);

test("a text beyond 4 KiB of UTF-8 is indeterminate", () => {
	for (const [text, outcome] of [
		["a".repeat(4_096), true],
		["a".repeat(4_097), null],
		["ä".repeat(2_048), true],
		["ä".repeat(2_049), null],
		[`a${"€".repeat(1_365)}`, true],
		[`aa${"€".repeat(1_365)}`, null],
		["😀".repeat(1_024), true],
		[`${"😀".repeat(1_024)}a`, null],
	] as const)
		for (const effect of ["allow", "deny"] as const)
			expect(outcomeOf("{ field: currency, matches: '[aä€😀]' }", { currency: text }, effect)).toBe(outcome);
});

mistakeTable("matches", [
	["{ field: currency, matches: '' }", "empty_operand", ".matches"],
	["{ field: currency, matches: [a] }", "operand_type", ".matches"],
	["{ field: currency, matches: 7 }", "operand_type", ".matches"],
	[`{ field: currency, matches: ${"a".repeat(257)} }`, "too_large", ".matches"],
	["{ field: currency, matches: '(' }", "not_a_pattern", ".matches"],
	["{ field: currency, matches: 'a(?=b)' }", "not_a_pattern", ".matches"],
	["{ field: currency, matches: '(a)\\1' }", "not_a_pattern", ".matches"],
	["{ field: currency, matches: '(a{1000}){1000}' }", "not_a_pattern", ".matches"],
	["{ field: currency, matches: '(a{30}){30}(b{30}){30}' }", "not_a_pattern", ".matches"],
	["{ field: tags.count, matches: '1' }", "wrong_type", ".matches"],
	["{ field: rate.per_day, matches: '1' }", "wrong_type", ".matches"],
]);

test("a program of as many steps as are taken is taken, one of more is not", () => {
	expect(readExpression(`a{${STEPS_MAX - 2}}`, false)).toMatchObject({ ok: true });
	expect(messageOf(`a{${STEPS_MAX - 1}}`)).toContain(`the pattern has ${STEPS_MAX + 1} steps`);
});

test("what is wrong with a pattern is said in RE2's words, and what RE2 has not is said in ours", () => {
	const lead = "this is no regular expression of RE2's syntax: ";
	expect(messageOf("[z-a]")).toBe(`${lead}invalid character class range: \`z-a\``);
	expect(messageOf("a**")).toBe(`${lead}invalid nested repetition operator: \`**\``);
	expect(messageOf("(a{1000}){1000}")).toBe(`${lead}invalid repeat count: \`{1000}\``);
	expect(messageOf("(a)\\1")).toBe(`${lead}invalid escape sequence: \`\\1\`; RE2 has no backreferences`);
	for (const pattern of ["a(?=b)", "a(?!b)", "(?<=a)b", "(?<!a)b"])
		expect(messageOf(pattern)).toContain("RE2 has no look-around");
	expect(messageOf("(a{30}){30}(b{30}){30}")).toMatch(
		new RegExp(`^the pattern has [0-9]+ steps, at most ${STEPS_MAX} are taken; make its counted repetitions shorter$`),
	);
});

test("matches in words, and nothing of what is kept off the log", () => {
	expect(wordsOf("{ field: currency, matches: ^E }", { currency: "GBP" })).toEqual([
		"currency 'GBP' does not match '^E'",
		"currency GBP not allowed",
	]);
	const hidden = wordsOf("{ field: note, matches: secret }", { note: "a secret" }, "deny");
	expect(hidden[0]).toBe("note (string, length 8, digest digest-8) matches what is not allowed");
});

describe("the search", () => {
	/** Patterns that RE2 and V8 read alike, from what V8 finishes quickly on short texts. */
	const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\b", "\\B", "^", "$", "\\w", "(?:)", "x", "😀", "é");
	const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
		pattern: fc.oneof(
			{ maxDepth: 4 },
			atom,
			fc.tuple(tie("pattern"), tie("pattern")).map(([one, two]) => `${one}${two}`),
			fc.tuple(tie("pattern"), tie("pattern")).map(([one, two]) => `(${one}|${two})`),
			fc
				.tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{0,2}", "*?"))
				.map(([one, how]) => `(?:${one})${how}`),
		),
	}));
	const text = fc.string({ unit: fc.constantFrom("a", "b", "x", "\n", " ", "😀", "é"), maxLength: 8 });

	test("finds what V8 finds, and what the library that compiles the patterns finds", () => {
		fc.assert(
			fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 4 }), (given, texts) => {
				const found = expression(given);
				const library = new RE2JS(given);
				for (const one of texts) {
					// V8 also looks between the halves of a character beyond U+FFFF, where nothing is a word's end.
					const isSplit = given.includes("\\B") && one.includes("😀");
					if (!isSplit) expect(found(one)).toBe(new RegExp(given, "u").test(one));
					expect(found(one)).toBe(library.test(one));
				}
			}),
			{ numRuns: 3_000, seed: 20_261_122 },
		);
	});

	test("tells every letter from every other, however often it was asked", () => {
		for (const pattern of ["^ab$", "^[^x]b$", "^[^x][^y]$", "^(a|b)*$"]) {
			const [found, wanted] = [expression(pattern), new RegExp(pattern, "su")];
			for (let times = 0; times < 2; times++)
				for (let code = 0; code < 300; code++)
					for (const letter of ["a", "b", "x", "\u0000", "\u0080"])
						for (const text of [String.fromCharCode(code) + letter, letter + String.fromCharCode(code)])
							if (found(text) !== wanted.test(text))
								expect([pattern, text, found(text)]).toEqual([pattern, text, wanted.test(text)]);
		}
	});

	test("takes ASCII's letters, digits and the low line for those of words, and a line's ends where they are asked for", () => {
		for (const letter of "azAZ09_") expect([letter, expression("\\bid")(`${letter}id`)]).toEqual([letter, false]);
		for (const letter of "@[`{/:^é\n\u{10000}") expect([letter, expression("\\bid")(`${letter}id`)]).toEqual([letter, true]);
		const at = (pattern: string) => ["ab", "x\nab", "ab\nx", "x\nab\nx", "xab", "abx"].map((text) => expression(pattern)(text));
		expect(at("^ab$")).toEqual([true, false, false, false, false, false]);
		expect(at("(?m)^ab$")).toEqual([true, true, true, true, false, false]);
		expect(at("\\Aab")).toEqual([true, false, true, false, false, true]);
		expect(at("ab\\z")).toEqual([true, true, false, false, true, false]);
		expect(at("(?m)ab\\z")).toEqual([true, true, false, false, true, false]);
		expect(at("(?m)\\Aab$")).toEqual([true, false, true, false, false, false]);
	});

	test("with case folded takes for one all that the other operators take for one", () => {
		const letters = fc.string({
			unit: fc.constantFrom("k", "K", "\u212a", "i", "I", "İ", "σ", "Σ", "ä", "Ä", "s", "."),
			maxLength: 5,
		});
		fc.assert(
			fc.property(letters, letters, (part, given) => {
				if (!foldCase(given).includes(foldCase(part))) return;
				expect(expression(RE2JS.quote(part), true)(given)).toBe(true);
			}),
			{ numRuns: 5_000 },
		);
		// And these besides, which RE2's flag takes for one.
		expect(expression("s", true)("\u017f")).toBe(true);
		expect(expression("σ", true)("ς")).toBe(true);
		expect(foldCase("\u017f")).toBe("\u017f");
	});

	test("any text as a pattern is taken or refused, and never throws", () => {
		const part = fc.constantFrom(
			"(",
			")",
			"[",
			"]",
			"{",
			"}",
			"?",
			"*",
			"+",
			"\\",
			"^",
			"$",
			"|",
			"a",
			"1",
			"-",
			",",
			"P",
			"<",
			">",
			":",
			"=",
			"p",
			"Q",
			"E",
			"\ud800",
			"İ",
		);
		fc.assert(
			fc.property(fc.array(part, { minLength: 1, maxLength: 20 }), text, (parts, given) => {
				for (const ci of [false, true]) {
					const read = readExpression(parts.join(""), ci);
					if (read.ok) expect(typeof read.matches(given)).toBe("boolean");
					else expect(read.message.length).toBeGreaterThan(20);
				}
			}),
			{ numRuns: 5_000 },
		);
	});
});
